//! Controls live in the address bar: a link restores them, going back undoes.
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_location, hooks::use_navigate};
use serde::{Serialize, de::DeserializeOwned};

/// The settings of a figure or a lab: plain data, each field one key of the address. (No `Option` fields: an absent key is a default.)
pub trait Controls: Clone + PartialEq + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The nearest valid settings: addresses are typed by people, too.
    fn fitted(self) -> Self {
        self
    }
}

type Pairs = Vec<(String, String)>;

fn pairs<C: Controls>(controls: &C) -> Pairs {
    let text = serde_urlencoded::to_string(controls).unwrap_or_default();
    serde_urlencoded::from_str(&text).unwrap_or_default()
}

/// The query for these controls: only what differs from the default, and the keys in `old` that belong to others.
pub fn to_query<C: Controls>(controls: &C, old: &str) -> String {
    let default = pairs(&C::default());
    let mut query: Pairs = serde_urlencoded::from_str(old).unwrap_or_default();
    query.retain(|(key, _)| !default.iter().any(|(own, _)| own == key));
    query.extend(pairs(controls).into_iter().filter(|pair| !default.contains(pair)));
    serde_urlencoded::to_string(query).unwrap_or_default()
}

/// The controls of a query; a value that cannot be read leaves its own key at the default, and no other.
pub fn from_query<C: Controls>(query: &str) -> C {
    let mut best = C::default();
    let mut known = pairs(&best);
    let read: Pairs = serde_urlencoded::from_str(query).unwrap_or_default();
    for (key, value) in read {
        let Some(at) = known.iter().position(|(own, _)| *own == key) else { continue };
        let before = std::mem::replace(&mut known[at].1, value);
        let parsed = serde_urlencoded::to_string(&known).ok().and_then(|text| serde_urlencoded::from_str::<C>(&text).ok());
        match parsed {
            Some(controls) => best = controls,
            None => known[at].1 = before,
        }
    }
    best.fitted()
}

/// Leptos' own navigation, kept.
type Go = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// Controls as a signal that the address follows and that follows the address.
pub struct UrlState<C: Controls> {
    live: RwSignal<C>,
    search: Memo<String>,
    path: StoredValue<String>,
    go: StoredValue<Go>,
}

impl<C: Controls> Clone for UrlState<C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<C: Controls> Copy for UrlState<C> {}

impl<C: Controls> UrlState<C> {
    /// Reads the address of the page that is being shown.
    pub fn here() -> Self {
        let location = use_location();
        let (search, pathname) = (location.search, location.pathname);
        let own = pathname.get_untracked();
        let live = RwSignal::new(from_query(&search.get_untracked()));
        let path = StoredValue::new(own.clone());
        Effect::new(move |_| {
            let read = from_query(&search.get());
            // On the way to another page its query is not ours.
            if pathname.get_untracked() == own && live.with_untracked(|l| *l != read) {
                live.set(read);
            }
        });
        UrlState { live, search, path, go: StoredValue::new(Box::new(use_navigate())) }
    }

    pub fn get(&self) -> C {
        self.live.get()
    }
    pub fn get_untracked(&self) -> C {
        self.live.get_untracked()
    }
    pub fn with_untracked<T>(&self, read: impl FnOnce(&C) -> T) -> T {
        self.live.with_untracked(read)
    }
    pub fn with<T>(&self, read: impl FnOnce(&C) -> T) -> T {
        self.live.with(read)
    }

    /// A change under the hand (a slider that is being dragged): seen at once, not yet in the history.
    pub fn preview(&self, change: impl FnOnce(&mut C)) {
        let mut controls = self.live.get_untracked();
        change(&mut controls);
        let controls = controls.fitted();
        if self.live.with_untracked(|l| *l != controls) {
            self.live.set(controls);
        }
    }

    /// A change that going back undoes.
    pub fn commit(&self, change: impl FnOnce(&mut C)) {
        self.preview(change);
        self.write(false);
    }

    /// A change that takes the place of the current entry in the history.
    pub fn replace(&self, change: impl FnOnce(&mut C)) {
        self.preview(change);
        self.write(true);
    }

    fn write(&self, replace: bool) {
        let old = self.search.get_untracked();
        let query = self.live.with_untracked(|l| to_query(l, &old));
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
    use serde::Deserialize;

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
        assert_eq!(to_query(&example, "other=1&stride=2"), "other=1&rate=0.5");
        assert_eq!(to_query(&Example::default(), ""), "");
    }

    #[test]
    fn what_is_written_is_read() {
        let example = Example { rate: 0.003, kind: "b c&d".into(), stride: 2 };
        assert_eq!(from_query::<Example>(&to_query(&example, "")), example);
    }

    #[test]
    fn a_bad_value_spoils_only_itself() {
        let read: Example = from_query("rate=fast&kind=z&stride=9&unknown=1");
        assert_eq!(read, Example { rate: 0.1, kind: "z".into(), stride: 2 });
    }
}
