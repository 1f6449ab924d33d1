//! Controls in the address bar: a link restores them, and going back undoes a change.
use super::controls::{self, pairs};
pub use super::controls::{Controls, Pairs};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_location, hooks::use_navigate};
use std::sync::Arc;

/// Limits on an address in bytes: of one key with its value (a kernel of 15 × 15 numbers takes two thousand), and of all pairs that are read.
const LONGEST: usize = 4_000;
const MOST: usize = 16_000;

/// The pairs of an address. A pair that is too long is skipped, and everything after the total limit is ignored. People and programs write
/// addresses, and a long one must not block the page.
fn said(search: &str) -> Pairs {
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
    fn prefix(&self) -> String {
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

/// The settings of the figures on a page, under their keys in the address; a context. Text reads its numbers here and not from the address,
/// which may hold invalid values.
#[derive(Clone, Copy, Default)]
pub struct FigureSettings {
    held: RwSignal<Pairs>,
    /// The key and value that are being dragged.
    preview: RwSignal<Option<(String, String)>>,
}

impl FigureSettings {
    /// A setting as text writes it: 2 for 2.0. None until the figure is shown.
    pub fn of(&self, figure: &str, key: &str) -> Option<String> {
        let key = format!("{figure}.{key}");
        let text = self.held.with(|held| held.iter().find(|(own, _)| *own == key).map(|(_, text)| text.clone()))?;
        Some(text.parse::<f64>().map_or(text, |number| number.to_string()))
    }
    /// Shows a value in a figure while the reader drags a number. The address does not have it yet.
    pub fn preview(&self, figure: &str, key: &str, value: &str) {
        self.preview.set(Some((format!("{figure}.{key}"), value.into())));
    }
    fn set(&self, prefix: &str, settings: Pairs) {
        self.held.update(|held| {
            held.retain(|(key, _)| !key.starts_with(prefix));
            held.extend(settings.into_iter().map(|(key, value)| (format!("{prefix}{key}"), value)));
        });
    }
}

/// How controls are written into an address and read from it.
#[derive(Clone, Debug)]
pub struct Keys<C> {
    prefix: String,
    start: C,
}

impl<C: Controls> Default for Keys<C> {
    fn default() -> Self {
        Keys::new(&FigureInstance::default())
    }
}

/// The keys and values of the controls for this query. A test uses it to see whether a query is valid.
pub fn settings_of<C: Controls>(query: &str) -> Pairs {
    pairs(&Keys::<C>::default().from_query(query))
}

impl<C: Controls> Keys<C> {
    /// The keys of a figure's instance: its name comes before each of them, and its first settings are the defaults.
    pub fn new(place: &FigureInstance) -> Self {
        let prefix = place.prefix();
        let start: Pairs = serde_urlencoded::from_str(&place.start).unwrap_or_default();
        Keys { prefix, start: controls::with(&C::default(), start) }
    }

    /// The query for these controls: only what differs from the first settings, and those keys in `old` that belong to others.
    pub fn to_query(&self, controls: &C, old: &str) -> String {
        let start = pairs(&self.start);
        let mut query = said(old);
        query.retain(|(key, _)| !key.strip_prefix(&self.prefix).is_some_and(|key| start.iter().any(|(own, _)| own == key)));
        let changed = pairs(controls).into_iter().filter(|pair| !start.contains(pair));
        query.extend(changed.map(|(key, value)| (format!("{}{key}", self.prefix), value)));
        serde_urlencoded::to_string(query).unwrap_or_default()
    }

    /// The controls of a query. A value that cannot be read is ignored.
    pub fn from_query(&self, query: &str) -> C {
        controls::with(
            &self.start,
            said(query).into_iter().filter_map(|(key, value)| Some((key.strip_prefix(&self.prefix)?.to_string(), value))),
        )
    }
}

/// One setting of any type: its value as in an address, and functions that change it.
pub struct Setting {
    /// The present value.
    pub value: Signal<String>,
    /// A change while the reader drags (`UrlState::preview`).
    pub preview: Arc<dyn Fn(String) + Send + Sync>,
    /// A change that going back undoes.
    pub commit: Arc<dyn Fn(String) + Send + Sync>,
}

/// Leptos' navigation function, kept.
type Go = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// Controls as a signal that is synchronised with the address, in both directions.
pub struct UrlState<C: Controls> {
    live: RwSignal<C>,
    search: Memo<String>,
    path: StoredValue<String>,
    keys: StoredValue<Keys<C>>,
    go: StoredValue<Go>,
}

impl<C: Controls> Clone for UrlState<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C: Controls> Copy for UrlState<C> {}

impl<C: Controls> UrlState<C> {
    /// The controls of the page that is shown. The context says which figure on the page this is.
    pub fn here() -> Self {
        let location = use_location();
        let (search, pathname) = (location.search, location.pathname);
        let own = pathname.get_untracked();
        let keys = StoredValue::new(Keys::<C>::new(&use_context::<FigureInstance>().unwrap_or_default()));
        let live = RwSignal::new(keys.with_value(|keys| keys.from_query(&search.get_untracked())));
        let path = StoredValue::new(own.clone());
        Effect::new(move |_| {
            let read = keys.with_value(|keys| keys.from_query(&search.get()));
            // When the reader goes to another page, its query does not belong to this figure.
            if pathname.get_untracked() == own && live.with_untracked(|l| *l != read) {
                live.set(read);
            }
        });
        if let Some(held) = use_context::<FigureSettings>() {
            Effect::new(move |_| {
                let settings = live.with(pairs);
                keys.with_value(|keys| held.set(&keys.prefix, settings));
            });
            Effect::new(move |_| {
                let Some((key, value)) = held.preview.get() else { return };
                let Some(key) = keys.with_value(|keys| key.strip_prefix(&keys.prefix).map(String::from)) else { return };
                let shown = live.with_untracked(|live| controls::with(live, [(key, value)]));
                if live.with_untracked(|live| *live != shown) {
                    live.set(shown);
                }
            });
        }
        UrlState { live, search, path, keys, go: StoredValue::new(Box::new(use_navigate())) }
    }

    /// Controls without an address.
    #[cfg(test)]
    pub fn free(controls: C) -> Self {
        UrlState {
            live: RwSignal::new(controls),
            search: Memo::new(|_| String::new()),
            path: StoredValue::default(),
            keys: StoredValue::new(Keys::default()),
            go: StoredValue::new(Box::new(|_, _| {})),
        }
    }

    /// The controls. Readers are notified of changes.
    pub fn get(&self) -> C {
        self.live.get()
    }
    /// The controls, without notification of changes.
    pub fn get_untracked(&self) -> C {
        self.live.get_untracked()
    }
    /// Reads the controls in place, without notification of changes.
    pub fn with_untracked<T>(&self, read: impl FnOnce(&C) -> T) -> T {
        self.live.with_untracked(read)
    }
    /// Reads the controls in place. Readers are notified of changes.
    pub fn with<T>(&self, read: impl FnOnce(&C) -> T) -> T {
        self.live.with(read)
    }

    /// A change while the reader drags (a slider, for example): it is shown at once, and not yet in the history.
    pub fn preview(&self, change: impl FnOnce(&mut C)) {
        self.show(self.live.get_untracked(), change);
    }

    /// The setting with this key. A text that is not a valid value changes nothing.
    pub fn setting(self, key: &'static str) -> Setting {
        let set = move |settings: &mut C, value: String| *settings = controls::with(settings, [(key.into(), value)]);
        Setting {
            value: Signal::derive(move || self.with(|settings| controls::value(settings, key))),
            preview: Arc::new(move |value| self.preview(|settings| set(settings, value))),
            commit: Arc::new(move |value| self.commit(|settings| set(settings, value))),
        }
    }

    fn show(&self, mut controls: C, change: impl FnOnce(&mut C)) -> C {
        change(&mut controls);
        let controls = controls.fitted();
        if self.live.with_untracked(|l| *l != controls) {
            self.live.set(controls.clone());
        }
        controls
    }

    /// A change that going back undoes.
    pub fn commit(&self, change: impl FnOnce(&mut C)) {
        let controls = self.show(self.live.get_untracked(), change);
        self.write(&controls, false);
    }

    /// Sets the figure to its first settings.
    pub fn reset(&self) {
        let start = self.keys.with_value(|keys| keys.start.clone());
        self.commit(|controls| *controls = start);
    }

    /// A change that replaces the present entry in the history. A preview (such as a number that is being typed) is left out.
    pub fn replace(&self, change: impl Fn(&mut C)) {
        self.preview(&change);
        let mut written = self.keys.with_value(|keys| keys.from_query(&self.search.get_untracked()));
        change(&mut written);
        self.write(&written.fitted(), true);
    }

    fn write(&self, controls: &C, replace: bool) {
        let old = self.search.get_untracked();
        let query = self.keys.with_value(|keys| keys.to_query(controls, &old));
        if query == old {
            return;
        }
        let address = self.path.with_value(|path| if query.is_empty() { path.clone() } else { format!("{path}?{query}") });
        self.go.with_value(|go| go(&address, NavigateOptions { resolve: false, replace, scroll: false, ..Default::default() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Example {
        rate: f32,
        kind: String,
        stride: usize,
    }
    impl Default for Example {
        fn default() -> Self {
            Example { rate: 0.1, kind: "a".into(), stride: 1 }
        }
    }
    impl Controls for Example {
        fn fitted(mut self) -> Self {
            self.stride = self.stride.clamp(1, 2);
            self
        }
    }

    #[test]
    fn only_differences_are_written_and_strangers_kept() {
        let example = Example { rate: 0.5, ..Default::default() };
        assert_eq!(Keys::default().to_query(&example, "other=1&stride=2"), "other=1&rate=0.5");
        assert_eq!(Keys::default().to_query(&Example::default(), ""), "");
    }

    #[test]
    fn what_is_written_is_read() {
        let example = Example { rate: 0.003, kind: "b c&d".into(), stride: 2 };
        assert_eq!(Keys::<Example>::default().from_query(&Keys::default().to_query(&example, "")), example);
    }

    #[test]
    fn a_bad_value_spoils_only_itself() {
        let read: Example = Keys::default().from_query("rate=fast&kind=z&stride=9&unknown=1");
        assert_eq!(read, Example { rate: 0.1, kind: "z".into(), stride: 2 });
    }

    #[test]
    fn of_a_long_address_only_what_may_mean_something_is_read() {
        let kernel = "0.00390625,".repeat(225);
        let long = format!("rate=0.5&kind={}&{}=1&kind={kernel}&stride=2", "x".repeat(60_000), "y".repeat(60_000));
        let read: Example = Keys::default().from_query(&long);
        assert_eq!(read, Example { rate: 0.5, kind: kernel, stride: 2 });
        assert_eq!(Keys::default().to_query(&Example::default(), &long), "", "what is too long goes with the next change");
        for many in ["stride=2&", "a=1&", "&", "%&", "=&"] {
            assert!(said(&many.repeat(60_000 / many.len())).len() < MOST / many.len() + 1);
        }
    }

    #[test]
    fn figures_of_one_page_keep_apart() {
        let keys = Keys::<Example>::new(&FigureInstance { name: "left".into(), start: "stride=2".into(), ..FigureInstance::default() });
        let read = keys.from_query("rate=0.5&left.kind=z&right.kind=y");
        assert_eq!(read, Example { rate: 0.1, kind: "z".into(), stride: 2 });
        assert_eq!(keys.to_query(&read, "rate=0.5&left.stride=1&right.kind=y"), "rate=0.5&right.kind=y&left.kind=z");
    }

    #[test]
    fn prose_reads_what_a_figure_holds() {
        let held = FigureSettings::default();
        let fitted = |query: &str| pairs(&Keys::<Example>::default().from_query(query));
        held.set("left.", fitted("stride=9&rate=2.0"));
        held.set("right.", fitted("stride=abc&kind=b"));
        held.set("left.", fitted("stride=9&rate=3.0"));
        let said = [("left", "stride"), ("left", "rate"), ("right", "stride"), ("right", "kind")].map(|(name, key)| held.of(name, key));
        assert_eq!(said.map(Option::unwrap), ["2", "3", "1", "b"]);
        assert_eq!(held.of("middle", "stride"), None);
    }

    #[test]
    fn a_place_speaks_for_its_figure() {
        let place = FigureInstance { name: "left".into(), start: "stride=2&rate=0.5".into(), ..FigureInstance::default() };
        assert_eq!(place.query("left.stride=3&right.stride=1"), "rate=0.5&stride=3");
        assert_eq!(place.with_settings("left.stride=3&right.stride=1", "stride=4"), "right.stride=1&left.stride=4");
    }
}
