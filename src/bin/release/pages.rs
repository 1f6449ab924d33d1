//! Lays a file for every page that has an address, so that a plain host answers it, a preview has its title, and its text can be read before the program has come.
use super::{
    early::{early, escaped},
    folder::{read, write},
};
use receptive::book::{
    contents::{ROUTES, Route},
    page::Page,
};
use std::path::Path;

const TITLE: [&str; 2] = ["<title>", "</title>"];
const ABOUT: [&str; 2] = ["<meta name=\"description\"", "<meta name=\"color-scheme\""];
const EARLY: [&str; 2] = ["<div id=\"early\"", "<script id=\"early-check\">"];

/// The page as it is for every address: what an earlier run has laid into it is taken out.
pub fn bare(page: &str) -> Result<String, String> {
    let page = with(page, ABOUT, &about(&ROUTES[0]))?;
    with(&page, EARLY, "<div id=\"early\"></div>\n    ")
}

/// Writes every page of `ROUTES` from this one, and a map of them where the site's own address is known.
pub fn lay(folder: &Path, page: &str) -> Result<(), String> {
    for route in ROUTES {
        let text = match route.path.strip_prefix("lecture/") {
            Some(slug) => Some(lecture(folder, slug)?),
            None => None,
        };
        let early = format!("<div id=\"early\" data-path=\"{}\">{}</div>\n    ", route.path, early(route, text.as_ref()));
        let page = with(&with(page, ABOUT, &about(route))?, EARLY, &early)?;
        let title = if route.path.is_empty() { "Receptive".into() } else { format!("{} · Receptive", escaped(route.title)) };
        let page = with(&page, TITLE, &format!("<title>{title}"))?;
        let name = format!("{}{}index.html", route.path, if route.path.is_empty() { "" } else { "/" });
        write(folder, &name, &page)?;
    }
    match base(page) {
        Some(base) => write(folder, "sitemap.xml", &sitemap(base)),
        None => Ok(()),
    }
}

fn lecture(folder: &Path, slug: &str) -> Result<Page, String> {
    let name = format!("lectures/{slug}.json");
    serde_json::from_str(&read(folder, &name)?).map_err(|error| format!("{name} is no lecture: {error}"))
}

/// For search engines and previews.
fn about(route: &Route) -> String {
    let [title, summary] = [route.title, route.summary].map(escaped);
    format!(
        "<meta name=\"description\" content=\"{summary}\" />\n    <meta property=\"og:site_name\" content=\"Receptive\" />\n    \
         <meta property=\"og:title\" content=\"{title}\" />\n    <meta property=\"og:description\" content=\"{summary}\" />\n    "
    )
}

/// The site's address, if it is a whole one: a map of a site must have it.
fn base(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("<base href=\"")?;
    let (base, _) = rest.split_once('"')?;
    base.starts_with("http").then_some(base)
}

fn sitemap(base: &str) -> String {
    let places: String = ROUTES.iter().map(|route| format!("  <url><loc>{}{}</loc></url>\n", escaped(base), route.path)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{places}</urlset>\n"
    )
}

/// The page with other text from the first mark up to the second, which stays.
fn with(page: &str, [start, end]: [&str; 2], text: &str) -> Result<String, String> {
    let missing = |mark: &str| format!("index.html: expected {mark}, found none");
    let at = page.find(start).ok_or_else(|| missing(start))?;
    let until = at + page[at..].find(end).ok_or_else(|| missing(end))?;
    Ok(format!("{}{text}{}", &page[..at], &page[until..]))
}
