//! Where a figure stands on its page, and what the page's address says of it there.
use super::controls::Pairs;
use leptos::prelude::*;

/// Limits on an address in bytes: of one key with its value (a kernel of 15 × 15 numbers takes two thousand), and of all pairs that are read.
const LONGEST: usize = 4_000;
pub(super) const MOST: usize = 16_000;

/// The pairs of an address. One that is too long to mean anything is passed over, and so is all that follows what is enough: an address is typed by people and
/// by programs, and a page must not stand still over it.
pub(super) fn said(search: &str) -> Pairs {
    let mut left = MOST;
    let short = search.trim_start_matches('?').split('&').filter(|pair| pair.len() <= LONGEST).take_while(|pair| {
        let fits = pair.len() < left;
        left = left.saturating_sub(pair.len() + 1);
        fits
    });
    serde_urlencoded::from_str(&short.collect::<Vec<_>>().join("&")).unwrap_or_default()
}

/// The instance of a figure on a page. Several figures share the page's address, each with its own prefix, and each may have its own first settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureInstance {
    /// Empty, or the figure's name on the page. The name stands before each of its keys: `stride.padding=2`.
    pub name: String,
    /// The first settings as a query: what differs from the figure's defaults.
    pub start: String,
    /// Whether the figure stands in a text. Then controls that are used rarely are folded.
    pub folded: bool,
}

impl FigureInstance {
    /// What stands before each of its keys in an address.
    pub(super) fn prefix(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("{}.", self.name) }
    }

    /// The id of an element of this figure. It is unique on the page.
    pub fn id(own: &str) -> String {
        match use_context::<FigureInstance>() {
            Some(place) if !place.name.is_empty() => format!("{}-{own}", place.name),
            _ => own.to_string(),
        }
    }

    /// The figure's settings in this address, over its first settings, as a query for the figure alone.
    pub fn query(&self, search: &str) -> String {
        let mut query: Pairs = serde_urlencoded::from_str(&self.start).unwrap_or_default();
        let said = said(search);
        let prefix = self.prefix();
        for (key, value) in said {
            let Some(key) = key.strip_prefix(&prefix) else { continue };
            query.retain(|(own, _)| own != key);
            query.push((key.into(), value));
        }
        serde_urlencoded::to_string(query).unwrap_or_default()
    }

    /// The address's query with these settings of the figure.
    pub fn with_settings(&self, search: &str, settings: &str) -> String {
        let prefix = self.prefix();
        let mut said = said(search);
        let settings: Pairs = serde_urlencoded::from_str(settings).unwrap_or_default();
        for (key, value) in settings {
            let key = format!("{prefix}{key}");
            said.retain(|(own, _)| *own != key);
            said.push((key, value));
        }
        serde_urlencoded::to_string(said).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_speaks_for_its_figure() {
        let place = FigureInstance { name: "left".into(), start: "stride=2&rate=0.5".into(), ..FigureInstance::default() };
        assert_eq!(place.query("left.stride=3&right.stride=1"), "rate=0.5&stride=3");
        assert_eq!(place.with_settings("left.stride=3&right.stride=1", "stride=4"), "right.stride=1&left.stride=4");
    }
}
