//! Controls in the address bar: a link restores them, and going back undoes a change.
use super::{
    controls::{self, Mend, pairs},
    figure_instance::said,
    mends::Mends,
};
pub use super::{
    controls::{Controls, Pairs},
    figure_instance::FigureInstance,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_location, hooks::use_navigate};
use std::sync::Arc;

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

    /// What a query says of these controls.
    fn own(&self, query: &str) -> Pairs {
        said(query).into_iter().filter_map(|(key, value)| Some((key.strip_prefix(&self.prefix)?.to_string(), value))).collect()
    }

    /// The controls of a query. A value that cannot be read is ignored.
    pub fn from_query(&self, query: &str) -> C {
        controls::with(&self.start, self.own(query))
    }

    /// The same, and what of the query is not taken as it is.
    pub fn mended(&self, query: &str) -> (C, Vec<Mend>) {
        controls::mended(&self.start, &self.own(query))
    }
}

/// One setting of any type: its value as in an address, and functions that change it.
#[derive(Clone)]
pub struct Setting {
    /// The present value.
    pub value: Signal<String>,
    /// A change while the reader drags (`UrlState::preview`).
    pub preview: Arc<dyn Fn(String) + Send + Sync>,
    /// A change that going back undoes.
    pub commit: Arc<dyn Fn(String) + Send + Sync>,
    /// A change that replaces the present entry in the history.
    pub replace: Arc<dyn Fn(String) + Send + Sync>,
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
    mends: Option<Mends>,
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
        let go = StoredValue::new(Box::new(use_navigate()) as Go);
        let state = UrlState { live, search, path, keys, go, mends: use_context() };
        Effect::new(move |_| {
            let said = search.get();
            // When the reader goes to another page, its query does not belong to this figure.
            if pathname.get_untracked() == own {
                state.apply(&said);
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
        state
    }

    /// What the address says; what cannot be is mended there, and told.
    fn apply(self, said: &str) {
        let (read, mends) = self.keys.with_value(|keys| keys.mended(said));
        if self.live.with_untracked(|live| *live != read) {
            self.live.set(read.clone());
        }
        if let Some(told) = self.mends.filter(|_| !mends.is_empty()) {
            let figure = self.keys.with_value(|keys| keys.prefix.clone());
            told.tell(&self.path.get_value(), figure.trim_end_matches('.'), mends);
            self.write(&read, true);
        }
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
            mends: None,
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
        let set = move |settings: &mut C, value: String| controls::turn(settings, key, value);
        Setting {
            value: Signal::derive(move || self.with(|settings| controls::value(settings, key))),
            preview: Arc::new(move |value| self.preview(|settings| set(settings, value))),
            commit: Arc::new(move |value| self.commit(|settings| set(settings, value))),
            replace: Arc::new(move |value| self.replace(|settings| set(settings, value.clone()))),
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

    /// Corrects what only the page can judge, such as a name that its data do not have, and tells it as an address's other corrections.
    pub fn mend(&self, control: &str, asked: &str, runs: &str, why: &str, change: impl Fn(&mut C)) {
        self.replace(change);
        let mend = Mend { control: control.into(), asked: asked.into(), runs: runs.into(), why: Some(why.into()) };
        let figure = self.keys.with_value(|keys| keys.prefix.clone());
        self.mends.iter().for_each(|told| told.add(&self.path.get_value(), figure.trim_end_matches('.'), &mend));
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
    use super::{super::figure_instance, *};
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
            assert!(said(&many.repeat(60_000 / many.len())).len() < figure_instance::MOST / many.len() + 1);
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
    fn what_cannot_be_is_mended_in_its_entry_of_the_history_once() {
        Owner::new().with(|| {
            let went = StoredValue::new(Vec::<(String, bool)>::new());
            let go: Go = Box::new(move |to, how| went.update_value(|all| all.push((to.into(), how.replace))));
            let state = UrlState {
                search: Memo::new(|_| "stride=9&other=1".into()),
                path: StoredValue::new("/lab/x".into()),
                go: StoredValue::new(go),
                mends: Some(Mends::default()),
                ..UrlState::free(Example::default())
            };
            state.apply("stride=9&other=1");
            assert_eq!((state.get_untracked().stride, went.get_value()), (2, vec![("/lab/x?other=1&stride=2".into(), true)]));
            state.apply("other=1&stride=2");
            assert_eq!(went.with_value(Vec::len), 1);
        });
    }

    #[test]
    fn what_a_query_asks_of_another_figure_is_not_told() {
        let keys = Keys::<Example>::new(&FigureInstance { name: "left".into(), ..FigureInstance::default() });
        let (read, mends) = keys.mended("left.stride=9&right.stride=8&stride=7");
        assert_eq!((read.stride, mends.len(), mends[0].asked.as_str()), (2, 1, "9"));
        assert_eq!(keys.to_query(&read, "left.stride=9&right.stride=8"), "right.stride=8&left.stride=2", "and what runs stands there");
    }
}
