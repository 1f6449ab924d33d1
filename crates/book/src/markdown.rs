//! Converts one lecture's Markdown to its blocks. Faults are reported with their line.
use super::{
    directive::{self, Directive},
    formula::mathml,
    inline::{KINDS, Known, Link, Reference, link},
    page::{Block, Heading, Page, Passage},
};
use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

/// Everything that was found besides the page itself.
#[derive(Default)]
pub(crate) struct Found {
    pub page: Page,
    pub passages: Vec<Passage>,
    pub references: Vec<Reference>,
    /// Faults, as line and message.
    pub faults: Vec<(usize, String)>,
}

pub(crate) fn compile(slug: &str, source: &str, known: &Known) -> Found {
    let mut writer = Writer { known, found: Found::default(), slug, first_line: 1, html: String::new() };
    writer.found.passages.push(Passage { lecture: slug.into(), heading: String::new(), title: String::new(), text: String::new() });
    writer.blocks(source);
    writer.flush();
    let mut found = writer.found;
    found.passages.retain(|passage| !passage.text.trim().is_empty());
    found
}

/// Converts a piece of Markdown by itself, such as an entry of the glossary.
pub(crate) fn fragment(source: &str, first_line: usize, known: &Known) -> (String, Found) {
    let mut writer = Writer { known, found: Found::default(), slug: "", first_line, html: String::new() };
    let html = writer.set(source, first_line);
    (html, writer.found)
}

struct Writer<'a> {
    known: &'a Known<'a>,
    found: Found,
    slug: &'a str,
    first_line: usize,
    /// The HTML of the present text block.
    html: String,
}

impl Writer<'_> {
    fn flush(&mut self) {
        let html = std::mem::take(&mut self.html);
        if !html.trim().is_empty() {
            self.found.page.blocks.push(Block::Text(html));
        }
    }

    fn line(&self, source: &str, at: usize) -> usize {
        self.first_line + source[..at].matches('\n').count()
    }

    fn fault(&mut self, line: usize, message: String) {
        self.found.faults.push((line, message));
    }

    fn read(&mut self, text: &str) {
        if let Some(passage) = self.found.passages.last_mut() {
            passage.text += text;
        }
    }

    /// Converts Markdown inside a directive.
    fn set(&mut self, source: &str, line: usize) -> String {
        let (before, first_line) = (std::mem::take(&mut self.html), std::mem::replace(&mut self.first_line, line));
        self.blocks(source.trim());
        self.first_line = first_line;
        std::mem::replace(&mut self.html, before)
    }

    fn blocks(&mut self, source: &str) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_MATH | Options::ENABLE_SMART_PUNCTUATION | Options::ENABLE_STRIKETHROUGH;
        // `[@key]` is a citation.
        let cite =
            |broken: BrokenLink| broken.reference.strip_prefix('@').map(|key| (CowStr::from(format!("cite:{key}")), CowStr::from("")));
        let mut events = Parser::new_with_broken_link_callback(source, options, Some(cite)).into_offset_iter().peekable();
        let mut pending: Vec<Event> = vec![];
        while let Some((event, range)) = events.next() {
            let line = self.line(source, range.start);
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let mut body = String::new();
                    for (event, _) in events.by_ref() {
                        match event {
                            Event::Text(text) => body += &text,
                            Event::End(TagEnd::CodeBlock) => break,
                            _ => {}
                        }
                    }
                    push_html(&mut self.html, pending.drain(..));
                    self.directive(&info, &body, line);
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    let mut inside: Vec<Event> = vec![];
                    for (event, _) in events.by_ref() {
                        if matches!(event, Event::End(TagEnd::Heading(_))) {
                            break;
                        }
                        inside.push(event);
                    }
                    push_html(&mut self.html, pending.drain(..));
                    self.heading(level, inside, line);
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let mut inside: Vec<Event> = vec![];
                    for (event, _) in events.by_ref() {
                        if matches!(event, Event::End(TagEnd::Link)) {
                            break;
                        }
                        inside.push(event);
                    }
                    let words = words(&inside);
                    self.read(&words);
                    match link(&dest_url, &words, self.known) {
                        Ok(made) => self.link(made, inside, line, &mut pending),
                        Err(message) => self.fault(line, message),
                    }
                }
                Event::InlineMath(latex) | Event::DisplayMath(latex) => {
                    let display = source[range.clone()].starts_with("$$");
                    match mathml(&latex, display) {
                        Ok(html) => pending.push(Event::InlineHtml(html.into())),
                        Err(message) => self.fault(line, message),
                    }
                    self.read(&latex);
                }
                Event::Html(_) | Event::InlineHtml(_) => self.fault(line, "expected Markdown, found HTML".into()),
                Event::Start(Tag::Image { .. }) => self.fault(line, "expected a figure that computes, found an image".into()),
                Event::Text(text) if text.contains('$') && !source[..range.start].ends_with('\\') => {
                    self.fault(line, format!("expected a whole formula between dollar signs, found {text:?}"));
                }
                // If a link's address contains spaces, Markdown takes the link for plain text.
                Event::Text(text) if KINDS.iter().any(|kind| text.contains(&format!("({kind}:"))) => {
                    self.fault(line, format!("expected an address without spaces, or one in <…>, found {text:?}"));
                }
                event => {
                    match &event {
                        Event::Text(text) | Event::Code(text) => self.read(text),
                        Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::TableCell | TagEnd::Item) => {
                            self.read(" ")
                        }
                        _ => {}
                    }
                    pending.push(event);
                }
            }
        }
        push_html(&mut self.html, pending.into_iter());
    }

    fn link<'e>(&mut self, made: Link, inside: Vec<Event<'e>>, line: usize, pending: &mut Vec<Event<'e>>) {
        if let Some(to) = made.to {
            self.found.references.push(Reference { line, to });
        }
        pending.push(Event::InlineHtml(made.open.into()));
        match &made.cites {
            // A citation is shown as authors and year.
            Some(key) => {
                let work = self.known.works.iter().find(|work| work.key == *key).expect("the link was checked");
                if !self.found.page.works.contains(work) {
                    self.found.page.works.push(work.clone());
                }
                // Authors are written "Family, Initials, Family, Initials", so every second part is a family name.
                let families: Vec<&str> = work.authors.split(", ").step_by(2).collect();
                let said = match families[..] {
                    [first, second] => format!("{first} and {second}"),
                    [first, _, _, ..] => format!("{first} et al."),
                    _ => families.concat(),
                };
                pending.push(Event::Text(format!("{said} {}", work.year).into()));
            }
            None => pending.extend(inside),
        }
        pending.push(Event::InlineHtml(made.close.into()));
    }

    fn heading(&mut self, level: HeadingLevel, inside: Vec<Event>, line: usize) {
        let title = words(&inside);
        let id: String = title.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let id = id.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
        if self.found.page.headings.iter().any(|heading| heading.id == id) {
            self.fault(line, format!("expected headings of different names, found {title:?} again"));
        }
        let level = (level as usize).max(2);
        self.html += &format!("<h{level} id=\"{id}\">");
        push_html(&mut self.html, inside.into_iter());
        let (slug, aria) = (self.slug, title.replace('"', "&quot;"));
        self.html += &format!(" <a class=\"anchor\" href=\"lecture/{slug}#{id}\" aria-label=\"Link to: {aria}\">#</a></h{level}>\n");
        if level == 2 {
            self.found.page.headings.push(Heading { id: id.clone(), title: title.clone() });
        }
        self.found.passages.push(Passage { lecture: slug.into(), heading: id, title, text: String::new() });
    }

    fn directive(&mut self, info: &str, body: &str, line: usize) {
        let made = directive::read(info, body, line, &mut |markdown| self.set(markdown, line + 1));
        match made {
            Ok(Directive::Note(html)) => self.html += &format!("<aside class=\"margin\">{html}</aside>\n"),
            Ok(Directive::Code(language)) => {
                let code = body.trim_end().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                self.html += &format!(
                    "<div class=\"code\"><pre tabindex=\"0\"><code class=\"{language}\">{code}</code></pre><button type=\"button\" class=\"quiet copy\">Copy</button></div>\n"
                );
            }
            Ok(Directive::Figure(figure)) => self.block(Block::Figure(figure)),
            Ok(Directive::Exercise(exercise)) => self.block(Block::Exercise(exercise)),
            Ok(Directive::Task(task)) => self.block(Block::Task(task)),
            Ok(Directive::Prediction(prediction)) => self.block(Block::Prediction(prediction)),
            Ok(Directive::Conventions) => self.block(Block::Conventions),
            Err(message) => self.fault(line, message),
        }
    }

    fn block(&mut self, block: Block) {
        self.flush();
        self.found.page.blocks.push(block);
    }
}

fn words(events: &[Event]) -> String {
    let text = |event: &Event| match event {
        Event::Text(text) | Event::Code(text) | Event::InlineMath(text) => text.to_string(),
        _ => String::new(),
    };
    events.iter().map(text).collect()
}
