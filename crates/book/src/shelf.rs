//! The folder of lectures: it is read, every text is compiled, and the files for the site are written.
use super::{
    inline::{Known, Reference, To},
    markdown::{compile, fragment},
    page::{Page, Passage, Term, Work},
};
use std::{fmt, fs, io, path::Path};

/// A fault in a source, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The file's name in the folder of lectures, such as `lenet.md` or `works.json`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// A compiled lecture.
pub struct Lecture {
    /// The name of its file without `.md`. Its address is `lecture/slug`.
    pub slug: String,
    /// The page that readers see.
    pub page: Page,
    /// References to figures, labs and headings. Those to headings are checked here, and the others where figures and labs are known.
    pub references: Vec<Reference>,
}

/// All compiled lectures, with what they share, and their faults.
#[derive(Default)]
pub struct Shelf {
    /// The lectures, in the order of their slugs if read from a folder, otherwise as given.
    pub lectures: Vec<Lecture>,
    /// The glossary, in the order of `glossary.md`.
    pub glossary: Vec<Term>,
    /// The sections of all lectures for the search, without empty sections.
    pub passages: Vec<Passage>,
    /// The faults, by file and line. Empty if there are none.
    pub faults: Vec<Fault>,
}

/// `glossary.md` holds the terms, `works.json` the cited works, and `README.md` the manual. Every other Markdown file is a lecture; its name is the slug.
const GLOSSARY: &str = "glossary.md";
const MANUAL: &str = "README.md";
const WORKS: &str = "works.json";

impl Shelf {
    /// Reads and compiles a folder of lectures. Faults in a text are listed in `faults`, and are not errors. Refuses a folder without
    /// `glossary.md` or `works.json`, and a file that cannot be read.
    pub fn read(folder: &Path) -> io::Result<Shelf> {
        let mut sources = vec![];
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let Some(slug) = name.strip_suffix(".md").filter(|_| name != GLOSSARY && name != MANUAL) {
                sources.push((slug.to_string(), fs::read_to_string(&path)?));
            }
        }
        sources.sort();
        let glossary = fs::read_to_string(folder.join(GLOSSARY))?;
        let works = fs::read_to_string(folder.join(WORKS))?;
        Ok(Shelf::compile(&sources, &glossary, &works))
    }

    /// Compiles sources, which are slugs with their Markdown.
    pub fn compile(sources: &[(String, String)], glossary: &str, works: &str) -> Shelf {
        let mut shelf = Shelf::default();
        let works: Vec<Work> = serde_json::from_str(works).unwrap_or_else(|error| {
            shelf.faults.push(Fault { file: WORKS.into(), line: error.line(), message: error.to_string() });
            vec![]
        });
        let lectures: Vec<String> = sources.iter().map(|(slug, _)| slug.clone()).collect();
        let entries = entries(glossary);
        let terms: Vec<String> = entries.iter().map(|(_, name, _)| name.to_lowercase()).collect();
        let known = Known { lectures: &lectures, terms: &terms, works: &works };
        for (line, name, text) in entries {
            let (meaning, found) = fragment(&text, line + 1, &known);
            shelf.glossary.push(Term { key: name.to_lowercase(), name, meaning });
            shelf.faults.extend(found.faults.into_iter().map(|(line, message)| Fault { file: GLOSSARY.into(), line, message }));
        }
        for (slug, source) in sources {
            let found = compile(slug, source, &known);
            shelf.faults.extend(found.faults.into_iter().map(|(line, message)| Fault { file: format!("{slug}.md"), line, message }));
            shelf.passages.extend(found.passages);
            shelf.lectures.push(Lecture { slug: slug.clone(), page: found.page, references: found.references });
        }
        let headings: Vec<(String, String)> = shelf.passages.iter().map(|p| (p.lecture.clone(), p.heading.clone())).collect();
        for lecture in &shelf.lectures {
            for Reference { line, to } in &lecture.references {
                if let To::Anchor { lecture: to, heading } = to
                    && !headings.contains(&(to.clone(), heading.clone()))
                {
                    let message = format!("expected a heading of lecture {to}, found {heading:?}");
                    shelf.faults.push(Fault { file: format!("{}.md", lecture.slug), line: *line, message });
                }
            }
        }
        shelf.faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        shelf
    }

    /// Writes a JSON file for each lecture, `glossary.json`, and `passages.json` for the search.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        for lecture in &self.lectures {
            fs::write(folder.join(format!("{}.json", lecture.slug)), serde_json::to_vec(&lecture.page)?)?;
        }
        fs::write(folder.join("glossary.json"), serde_json::to_vec(&self.glossary)?)?;
        fs::write(folder.join("passages.json"), serde_json::to_vec(&self.passages)?)
    }
}

/// The sections `## name` of the glossary: line, name, text.
fn entries(source: &str) -> Vec<(usize, String, String)> {
    let mut entries: Vec<(usize, String, String)> = vec![];
    for (number, line) in source.lines().enumerate() {
        match (line.strip_prefix("## "), entries.last_mut()) {
            (Some(name), _) => entries.push((number + 1, name.trim().into(), String::new())),
            (None, Some((.., text))) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Block;

    fn shelf(lecture: &str) -> Shelf {
        let works = r#"[{"key": "lecun1998", "authors": "LeCun, Y., Bottou, L., Bengio, Y.", "year": 1998, "title": "T", "venue": "V"}]"#;
        Shelf::compile(&[("one".into(), lecture.into())], "## Kernel\n\nA small table of weights.\n", works)
    }

    #[test]
    fn a_lecture_is_blocks() {
        let source = "First [kernel](term:) by [@lecun1998], $x^2$.\n\n## A part\n\n```figure desk left stride=2\nA *caption*.\n```\n\nLast [2](scrub:left/stride/1..3).\n";
        let shelf = shelf(source);
        assert_eq!(shelf.faults, []);
        let page = &shelf.lectures[0].page;
        let [Block::Text(first), Block::Figure(figure), Block::Text(last)] = &page.blocks[..] else { panic!("{:?}", page.blocks) };
        assert!(first.contains("data-term=\"kernel\"") && first.contains("LeCun et al. 1998") && first.contains("<math"), "{first}");
        assert!(first.contains("<h2 id=\"a-part\">"), "{first}");
        assert_eq!(
            (figure.name.as_str(), figure.settings.as_str(), figure.caption.trim()),
            ("left", "stride=2", "<p>A <em>caption</em>.</p>")
        );
        assert!(last.contains("role=\"slider\""), "{last}");
        assert_eq!(page.works.len(), 1);
        assert_eq!(shelf.passages.len(), 2);
    }

    #[test]
    fn what_is_broken_is_told_with_its_line() {
        let cases = [
            ("a\n\n$\\frac{1$\n", 3, "formula"),
            ("[x](lecture:two)", 1, "lectures"),
            ("\n[x](lecture:one#nowhere)", 2, "heading"),
            ("[x](term:nothing)", 1, "glossary"),
            ("a\n\n[x](shape:N2 C3)", 3, "spaces"),
            ("a\n[@nobody2000]", 2, "works.json"),
            ("[9](scrub:a/b/1..4)", 1, "from 1 to 4"),
            ("<b>bold</b>", 1, "HTML"),
            ("a\n\n```exercise five desk\ngoal: height == five\nwrong: a == 1 | b | c\n---\nQ\n```", 3, "number"),
            ("```predict p\nQ\n- [ ] a\n---\nR\n```", 1, "options"),
            ("![a](b.png)", 1, "image"),
        ];
        for (source, line, word) in cases {
            let faults = shelf(source).faults;
            assert_eq!(faults.first().map(|f| f.line), Some(line), "{source:?}: {faults:?}");
            assert!(faults[0].message.contains(word), "{source:?}: {}", faults[0]);
        }
    }
}
