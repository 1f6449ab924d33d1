//! Links of the book's own kinds: terms, citations, numbers to scrub, settings of figures, highlighted words, pages of the book.
use super::page::Work;

/// What a text may link to.
pub(crate) struct Known<'a> {
    pub lectures: &'a [String],
    pub terms: &'a [String],
    pub works: &'a [Work],
}

/// A reference to a figure's control or state. It is checked where figures are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The line in the lecture's source, from 1. For a link inside a fenced block it is near the beginning of the block.
    pub line: usize,
    /// The target.
    pub to: To,
}

/// The target of a link that cannot be checked while one lecture's Markdown is read.
#[derive(Clone, Debug, PartialEq)]
pub enum To {
    /// `figure:id?settings`: the page of a figure.
    Figure {
        /// The figure's id in the table `FIGURES`.
        id: String,
        /// A query, as in an address. Empty for the figure's defaults.
        settings: String,
    },
    /// `lab:slug?settings`: the page of a lab.
    Lab {
        /// The lab's slug.
        slug: String,
        /// A query, as in an address. Empty for the lab's defaults.
        settings: String,
    },
    /// Settings of a figure with this name on the same page.
    Control {
        /// The figure's name on the page.
        name: String,
        /// A query, as in an address. For a scrubbed number it is the key with the written value.
        settings: String,
    },
    /// `light:name/part`: a part of a figure on the same page.
    Light {
        /// The figure's name on the page, without the part.
        name: String,
    },
    /// `lecture:slug#heading`. A link to a whole lecture is checked at once.
    Anchor {
        /// The lecture's slug.
        lecture: String,
        /// The heading's id, as in [`Heading`](crate::page::Heading).
        heading: String,
    },
}

/// The beginning and the end of a link in HTML, and its references.
pub(crate) struct Link {
    pub open: String,
    pub close: &'static str,
    pub to: Option<To>,
    /// The cited work.
    pub cites: Option<String>,
}

fn span(open: String) -> Link {
    Link { open, close: "</span>", to: None, cites: None }
}

/// The kinds of links, which stand before the colon of an address.
pub(crate) const KINDS: [&str; 11] = ["https", "http", "lecture", "lab", "figure", "term", "cite", "set", "scrub", "light", "shape"];

/// Converts `[text](kind:rest)`. `words` is the text, which is also the first value of a scrubbed number.
pub(crate) fn link(address: &str, words: &str, known: &Known) -> Result<Link, String> {
    let (kind, rest) = address
        .split_once(':')
        .ok_or_else(|| format!("expected an address such as lecture:convolution or https://…, found {address:?}"))?;
    let anchor = |href: String, to: Option<To>| Link { open: format!("<a href=\"{}\">", attribute(&href)), close: "</a>", to, cites: None };
    match kind {
        "https" | "http" => {
            Ok(Link { open: format!("<a href=\"{}\" rel=\"noopener\">", attribute(address)), close: "</a>", to: None, cites: None })
        }
        "lecture" => {
            let (lecture, heading) = rest.split_once('#').unwrap_or((rest, ""));
            if !known.lectures.iter().any(|l| l == lecture) {
                return Err(format!("expected one of the lectures {}, found {lecture:?}", known.lectures.join(", ")));
            }
            let to = (!heading.is_empty()).then(|| To::Anchor { lecture: lecture.into(), heading: heading.into() });
            Ok(anchor(format!("lecture/{rest}"), to))
        }
        "lab" => {
            let (slug, settings) = rest.split_once('?').unwrap_or((rest, ""));
            Ok(anchor(format!("lab/{rest}"), Some(To::Lab { slug: slug.into(), settings: settings.into() })))
        }
        "figure" => {
            let (id, settings) = rest.split_once('?').unwrap_or((rest, ""));
            Ok(anchor(format!("figure/{rest}"), Some(To::Figure { id: id.into(), settings: settings.into() })))
        }
        "term" => {
            let key = if rest.is_empty() { words.to_lowercase() } else { rest.to_string() };
            if !known.terms.contains(&key) {
                return Err(format!("expected a term of the glossary, found {key:?}"));
            }
            Ok(Link {
                open: format!("<button type=\"button\" class=\"term\" data-term=\"{}\">", attribute(&key)),
                close: "</button>",
                to: None,
                cites: None,
            })
        }
        "cite" => {
            let number =
                known.works.iter().find(|work| work.key == rest).ok_or_else(|| format!("expected a work of works.json, found {rest:?}"))?;
            Ok(Link {
                open: format!(
                    "<a class=\"cite\" href=\"#work-{rest}\" title=\"{}\">",
                    attribute(&format!("{}. {}. {}", number.authors, number.title, number.venue))
                ),
                close: "</a>",
                to: None,
                cites: Some(rest.into()),
            })
        }
        "set" => {
            let (name, settings) = rest.split_once('?').ok_or_else(|| format!("expected set:name?key=value, found {address:?}"))?;
            let open = format!("<button type=\"button\" class=\"set\" data-figure=\"{name}\" data-settings=\"{}\">", attribute(settings));
            Ok(Link { open, close: "</button>", to: Some(To::Control { name: name.into(), settings: settings.into() }), cites: None })
        }
        "scrub" => scrub(rest, words),
        "light" => {
            let (name, _) = rest.split_once('/').ok_or_else(|| format!("expected light:name/part, found {address:?}"))?;
            let light = span(format!("<span class=\"light\" tabindex=\"0\" data-lights=\"{}\">", attribute(rest)));
            Ok(Link { to: Some(To::Light { name: name.into() }), ..light })
        }
        "shape" => Ok(span(format!("<span class=\"shape\" data-shape=\"{}\">", attribute(rest)))),
        _ => Err(format!("expected https, lecture, lab, figure, term, cite, set, scrub, light or shape before the colon, found {kind:?}")),
    }
}

/// A scrubbed number, `[2](scrub:name/key/1..4)` or with a step `…/0..1/0.1`: the reader drags it, and it sets a figure's control.
fn scrub(rest: &str, words: &str) -> Result<Link, String> {
    let form = || format!("expected scrub:name/key/1..4 or scrub:name/key/0..1/0.1, found {rest:?}");
    let parts: Vec<&str> = rest.split('/').collect();
    let (name, key, range, step) = match parts[..] {
        [name, key, range] => (name, key, range, "1"),
        [name, key, range, step] => (name, key, range, step),
        _ => return Err(form()),
    };
    let number = |text: &str| text.parse::<f64>().map_err(|_| form());
    let (least, most) = range.split_once("..").ok_or_else(form)?;
    let (least, most, step) = (number(least)?, number(most)?, number(step)?);
    let value: f64 = words.parse().map_err(|_| format!("expected a number to scrub, found {words:?}"))?;
    if !(least <= value && value <= most && step > 0.0) {
        return Err(format!("expected a number from {least} to {most}, found {value}"));
    }
    let open = format!(
        "<span class=\"scrub\" role=\"slider\" tabindex=\"0\" aria-label=\"{key}\" aria-valuemin=\"{least}\" aria-valuemax=\"{most}\" aria-valuenow=\"{value}\" \
         data-figure=\"{name}\" data-key=\"{key}\" data-step=\"{step}\" data-start=\"{value}\">"
    );
    let link = span(open);
    Ok(Link { to: Some(To::Control { name: name.into(), settings: format!("{key}={words}") }), ..link })
}

/// Escapes text for an attribute.
pub(crate) fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
