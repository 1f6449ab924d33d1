//! What a page shows before its program has come, and without one: header, heading and text, which links lead on from.
use receptive::book::{
    contents::{ROUTES, Route},
    page::{Block, FigureUse, Page, Prediction, Work},
};

/// The page's content. `text` is that of a lecture.
pub fn early(route: &Route, text: Option<&Page>) -> String {
    let named = ROUTES.iter().filter(|route| !route.short.is_empty());
    // As the program orders them.
    let (labs, others): (Vec<&Route>, Vec<&Route>) = named.partition(|route| route.path.starts_with("lab/"));
    let (first, last) = others.split_at(1);
    let nav: String = first.iter().chain(&labs).chain(last).map(|route| link(route.path, route.short)).collect();
    let content = match route.path.split('/').next().unwrap_or_default() {
        "" | "contents" => format!("<h1>{}</h1><p class=\"lead\">{}</p>{}", escaped(route.title), escaped(route.summary), contents()),
        "figure" => format!("<h1>{}</h1>{}", escaped(route.title), figure(route.summary)),
        _ => match text {
            Some(page) => lecture(route, page),
            None => format!("<h1>{}</h1><p class=\"lead\">{}</p>", escaped(route.title), escaped(route.summary)),
        },
    };
    let kind = match route.path.split('/').next() {
        Some("lab") => " class=\"lab tool\"",
        Some("lecture") => " class=\"lecture\"",
        _ => "",
    };
    format!(
        "<header class=\"top\"><a class=\"name\" href=\"./\">Receptive</a><nav aria-label=\"Contents\">{nav}</nav></header>\
         <main><article{kind}>{content}</article></main>"
    )
}

/// Text as HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn link(path: &str, words: &str) -> String {
    format!("<a href=\"{path}\">{}</a>", escaped(words))
}

fn contents() -> String {
    let part = |title: &str, start: &str| {
        let entry = |route: &Route| format!("<li>{}<p>{}</p></li>", link(route.path, route.title), escaped(route.summary));
        let entries: String = ROUTES.iter().filter(|route| route.path.starts_with(start)).map(entry).collect();
        format!("<h2>{title}</h2><ol class=\"contents\">{entries}</ol>")
    };
    part("Lectures", "lecture/") + &part("Labs", "lab/")
}

fn lecture(route: &Route, page: &Page) -> String {
    let heading = |heading: &receptive::book::page::Heading| {
        format!("<li><a href=\"{}#{}\">{}</a></li>", route.path, heading.id, escaped(&heading.title))
    };
    let sections: String = page.headings.iter().map(heading).collect();
    let blocks: String = page.blocks.iter().map(block).collect();
    // A link within the page would lead to the start page, which is the base of all addresses.
    let blocks = blocks.replace("href=\"#", &format!("href=\"{}#", route.path));
    format!(
        "<header><p class=\"part\">Lecture</p><h1>{}</h1></header><nav class=\"sections\" aria-label=\"On this page\"><ol>{sections}</ol></nav><div class=\"text\">{blocks}{}</div>",
        escaped(route.title),
        works(&page.works)
    )
}

fn block(block: &Block) -> String {
    match block {
        Block::Text(html) => format!("<div class=\"prose\">{html}</div>"),
        Block::Figure(used) => figure_of(used),
        Block::Exercise(exercise) => {
            format!(
                "<section class=\"exercise wide\"><p class=\"kind\">Exercise</p><div class=\"question\">{}</div></section>",
                exercise.question
            )
        }
        Block::Task(task) => {
            let join = if task.settings.is_empty() { "" } else { "&" };
            let address = format!("lab/{}?{}{join}task={}", task.lab, task.settings, task.id);
            format!(
                "<section class=\"exercise wide\"><p class=\"kind\">Task for the lab</p><div class=\"question\">{}</div>{}</section>",
                task.asked,
                link(&escaped(&address), "To the lab")
            )
        }
        Block::Prediction(prediction) => predict(prediction),
        // The legend of axes and the words of the book are made by the program.
        Block::Conventions => String::new(),
    }
}

fn figure_of(used: &FigureUse) -> String {
    let own = format!("figure/{}", used.figure);
    match ROUTES.iter().find(|route| route.path == own && used.caption.is_empty()) {
        Some(route) => figure(route.summary),
        None => place(&used.caption),
    }
}

fn figure(caption: &str) -> String {
    place(&format!("<p>{}</p>", escaped(caption)))
}

/// Room for a figure over its caption, which is HTML.
fn place(caption: &str) -> String {
    format!("<figure class=\"coming wide\"><div class=\"place\"></div><figcaption>{caption}</figcaption></figure>")
}

fn predict(prediction: &Prediction) -> String {
    let options: String = prediction.options.iter().map(|(html, _)| format!("<li>{html}</li>")).collect();
    format!(
        "<section class=\"predict\"><p class=\"kind\">Predict</p><div>{}</div><ul>{options}</ul><details><summary>The answer</summary>{}</details></section>",
        prediction.question, prediction.reveal
    )
}

fn works(works: &[Work]) -> String {
    let one = |work: &Work| {
        let title = match work.link.is_empty() {
            true => format!("<cite>{}</cite>", escaped(&work.title)),
            false => format!("<a href=\"{}\" rel=\"noopener\"><cite>{}</cite></a>", escaped(&work.link), escaped(&work.title)),
        };
        format!("<li id=\"work-{}\">{} ({}). {title}. {}.</li>", work.key, escaped(&work.authors), work.year, escaped(&work.venue))
    };
    match works {
        [] => String::new(),
        works => format!("<section class=\"works\"><h2>Works cited</h2><ol>{}</ol></section>", works.iter().map(one).collect::<String>()),
    }
}
