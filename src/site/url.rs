//! Controls live in the address bar: a link restores them, going back undoes.
use super::controls::{self, pairs};
pub use super::controls::{Controls, Pairs};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_location, hooks::use_navigate};
use std::sync::Arc;

/// What an address may say at most: bytes of one key with its value (a kernel of 15 × 15 numbers takes two thousand), and of all that are read.
const LONGEST: usize = 4_000;
const MOST: usize = 16_000;

/// The pairs of an address. One that is too long to mean anything is passed over, and so is all that follows what is enough: an address is typed by people and
/// by programs, and a page must not stand still over it.
fn said(search: &str) -> Pairs {
    let mut left = MOST;
    let short = search.trim_start_matches('?').split('&').filter(|pair| pair.len() <= LONGEST).take_while(|pair| {
        let fits = pair.len() < left;
        left = left.saturating_sub(pair.len() + 1);
        fits
    });
    serde_urlencoded::from_str(&short.collect::<Vec<_>>().join("&")).unwrap_or_default()
}

/// Where a figure stands: several on a page share its address, each with its own prefix, and each may start from its own settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FigureInstance {
    /// Empty, or the figure's name on the page, which stands before each of its keys: `stride.padding=2`.
    pub name: String,
    /// A query: what differs from the figure's own defaults at the start.
    pub start: String,
    /// Among the words of a text: what is seldom turned waits behind a fold.
    pub folded: bool,
}

impl FigureInstance {
    fn prefix(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("{}.", self.name) }
    }

    /// The id of an element of the figure that stands here: no two figures of a page share one.
    pub fn id(own: &str) -> String {
        match use_context::<FigureInstance>() {
            Some(place) if !place.name.is_empty() => format!("{}-{own}", place.name),
            _ => own.to_string(),
        }
    }

    /// What this address says of the figure here, over its start, as a query for the figure alone.
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

    /// The address's query after these settings of the figure are said in it.
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

/// What the figures of a page are set to, under the keys of their addresses; a context. Prose reads its numbers here, since an address may ask for what cannot be.
#[derive(Clone, Copy, Default)]
pub struct FigureSettings {
    held: RwSignal<Pairs>,
    /// A key and a value under the hand.
    preview: RwSignal<Option<(String, String)>>,
}

impl FigureSettings {
    /// Numbers as prose writes them: 2 for 2.0. None before the figure stands.
    pub fn of(&self, figure: &str, key: &str) -> Option<String> {
        let key = format!("{figure}.{key}");
        let text = self.held.with(|held| held.iter().find(|(own, _)| *own == key).map(|(_, text)| text.clone()))?;
        Some(text.parse::<f64>().map_or(text, |number| number.to_string()))
    }
    /// Lets a figure show a value that is not in the address yet: of a number that is being dragged.
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

/// The controls' keys and values where they start from this query; for whoever must know whether a query means what it says.
pub fn settings_of<C: Controls>(query: &str) -> Pairs {
    pairs(&Keys::<C>::default().from_query(query))
}

impl<C: Controls> Keys<C> {
    /// The keys of a figure at this place: its name before each of them, and the start that it gives.
    pub fn new(place: &FigureInstance) -> Self {
        let prefix = place.prefix();
        let start: Pairs = serde_urlencoded::from_str(&place.start).unwrap_or_default();
        Keys { prefix, start: controls::with(&C::default(), start) }
    }

    /// The query for these controls: only what differs from the start, and the keys in `old` that belong to others.
    pub fn to_query(&self, controls: &C, old: &str) -> String {
        let start = pairs(&self.start);
        let mut query = said(old);
        query.retain(|(key, _)| !key.strip_prefix(&self.prefix).is_some_and(|key| start.iter().any(|(own, _)| own == key)));
        let changed = pairs(controls).into_iter().filter(|pair| !start.contains(pair));
        query.extend(changed.map(|(key, value)| (format!("{}{key}", self.prefix), value)));
        serde_urlencoded::to_string(query).unwrap_or_default()
    }

    /// The controls of a query; a value that cannot be read leaves its own key at the start, and no other.
    pub fn from_query(&self, query: &str) -> C {
        controls::with(
            &self.start,
            said(query).into_iter().filter_map(|(key, value)| Some((key.strip_prefix(&self.prefix)?.to_string(), value))),
        )
    }
}

/// One setting, whichever settings it is of: as an address has it, and how it is changed.
pub struct Setting {
    /// As it is.
    pub value: Signal<String>,
    /// A change under the hand (`UrlState::preview`).
    pub preview: Arc<dyn Fn(String) + Send + Sync>,
    /// A change that going back undoes.
    pub commit: Arc<dyn Fn(String) + Send + Sync>,
}

/// Leptos' own navigation, kept.
type Go = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// Controls as a signal that the address follows and that follows the address.
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
    /// Reads the address of the page that is being shown, as the place of this figure on it (a context) says.
    pub fn here() -> Self {
        let location = use_location();
        let (search, pathname) = (location.search, location.pathname);
        let own = pathname.get_untracked();
        let keys = StoredValue::new(Keys::<C>::new(&use_context::<FigureInstance>().unwrap_or_default()));
        let live = RwSignal::new(keys.with_value(|keys| keys.from_query(&search.get_untracked())));
        let path = StoredValue::new(own.clone());
        Effect::new(move |_| {
            let read = keys.with_value(|keys| keys.from_query(&search.get()));
            // On the way to another page its query is not ours.
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

    /// Controls without an address bar.
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

    /// The controls as they are; whoever reads them is told of changes.
    pub fn get(&self) -> C {
        self.live.get()
    }
    /// The controls as they are, without being told of changes.
    pub fn get_untracked(&self) -> C {
        self.live.get_untracked()
    }
    /// Reads the controls in place, without being told of changes.
    pub fn with_untracked<T>(&self, read: impl FnOnce(&C) -> T) -> T {
        self.live.with_untracked(read)
    }
    /// Reads the controls in place; whoever reads them is told of changes.
    pub fn with<T>(&self, read: impl FnOnce(&C) -> T) -> T {
        self.live.with(read)
    }

    /// A change under the hand (a slider that is being dragged): seen at once, not yet in the history.
    pub fn preview(&self, change: impl FnOnce(&mut C)) {
        self.show(self.live.get_untracked(), change);
    }

    /// The setting of one key. What cannot be read as its value changes nothing.
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

    /// Back to where the figure starts.
    pub fn reset(&self) {
        let start = self.keys.with_value(|keys| keys.start.clone());
        self.commit(|controls| *controls = start);
    }

    /// A change that takes the place of the current entry in the history. What is only previewed (a number half typed) stays out of it.
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
