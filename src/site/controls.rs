//! The settings of a figure or a lab, and the table of their controls. Settings are a plain struct whose fields are keys of the address.
//! The table has a line for each control.
//!
//! The table gives the drawn controls (`widgets::controls`) and the allowed settings (`fitted`). Keys and defaults come from the settings themselves.
use super::machine::DEVICES;
use serde::{Serialize, de::DeserializeOwned};

/// Keys and values of an address, decoded, in their order.
pub type Pairs = Vec<(String, String)>;

/// The values of a choice, each with the name that readers see.
pub type Choices = Vec<(String, String)>;

/// The settings of a figure or a lab. They have no `Option` fields, because a missing key means the default.
pub trait Controls: Clone + PartialEq + Default + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The controls, in the order in which they are drawn and corrected. If a control's range depends on another control, it comes after that one.
    const TABLE: &'static [Control<Self>] = &[];

    /// What turning the control of this key brings along, given the settings before: a wider bell needs a larger kernel.
    fn follow(&mut self, _key: &str, _before: &Self) {}

    /// The nearest valid settings. An address may hold invalid ones, since people type addresses, too.
    fn fitted(self) -> Self {
        fitted(self)
    }

    /// The same settings as they are usually written: what differs by this alone is no mend.
    fn written(self) -> Self {
        self
    }

    /// Why a value that an address asks for cannot be beside these settings, as a sentence; None where nothing more is to be said.
    fn why_not(&self, _key: &str, _asked: &str) -> Option<String> {
        None
    }
}

/// A value of an address that cannot be, and what runs instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Mend {
    /// The control's name on the page; a setting without one is called by its key.
    pub control: String,
    /// As the address has it.
    pub asked: String,
    /// As a reader would call it.
    pub runs: String,
    /// Why, as a sentence.
    pub why: Option<String>,
}

/// One control, which is a line of the table.
pub struct Control<S: 'static> {
    /// The field of the settings, which is also the key in the address.
    pub key: &'static str,
    /// The label beside it.
    pub label: &'static str,
    /// How it is set, and its range.
    pub kind: Kind<S>,
}

/// The kind of a control.
pub enum Kind<S: 'static> {
    /// A choice among a few named values. An unknown value becomes the default.
    Choice(fn() -> Choices),
    /// An integer from a list. An address may hold any other integer in the range.
    Numbers {
        /// The list, in rising order.
        offered: &'static [u64],
        /// The smallest and the largest value.
        ends: [u64; 2],
        /// The value must be a multiple of this.
        step: u64,
    },
    /// An integer that is typed.
    Whole {
        /// The smallest and the largest value.
        ends: [u64; 2],
    },
    /// A number that is set with a slider.
    Slider {
        /// The smallest and the largest value, which may depend on the other settings.
        ends: fn(&S) -> [f64; 2],
        /// The distance between neighbouring values of the slider.
        step: f64,
        /// The unit, which is written after the number.
        unit: &'static str,
        /// Whether it acts when the slider is released. Otherwise it acts while the slider moves.
        late: bool,
    },
    /// A number that is set with a slider over powers of ten, with twenty values for each power.
    Power {
        /// The smallest and the largest exponent.
        ends: [f64; 2],
    },
    /// A switch: a `bool`, or a number that is 0 or 1.
    Switch {
        /// When the switch is disabled.
        held: fn(&S) -> bool,
    },
    /// What only the settings themselves read and mend: one of what is there now, a pair, a list, words.
    Open,
}

impl<S> Control<S> {
    /// The device: the field `device`, one of `DEVICES`. Their names are known only once the page is shown (`labs::kit::panel`).
    pub const fn device() -> Control<S> {
        Control { key: "device", label: "Device", kind: Kind::Choice(|| DEVICES.map(|device| (device.into(), device.into())).into()) }
    }
    /// The seed of everything that is random: the field `seed`, any integer.
    pub const fn seed() -> Control<S> {
        Control { key: "seed", label: "Seed", kind: Kind::Whole { ends: [0, u64::MAX] } }
    }
    /// The learning rate: the field `rate`, from 10⁻⁴ to 1. A new rate acts on the next step of the present run.
    pub const fn rate() -> Control<S> {
        Control { key: "rate", label: "Learning rate", kind: Kind::Power { ends: [-4.0, 0.0] } }
    }
    /// A slider over integers that acts while it moves.
    pub const fn slider(key: &'static str, label: &'static str, ends: fn(&S) -> [f64; 2]) -> Control<S> {
        Control { key, label, kind: Kind::Slider { ends, step: 1.0, unit: "", late: false } }
    }
    /// One of a few named things.
    pub const fn choice(key: &'static str, label: &'static str, choices: fn() -> Choices) -> Control<S> {
        Control { key, label, kind: Kind::Choice(choices) }
    }
    /// What only the settings themselves read and mend.
    pub const fn open(key: &'static str, label: &'static str) -> Control<S> {
        Control { key, label, kind: Kind::Open }
    }
    /// A switch that is never disabled.
    pub const fn switch(key: &'static str, label: &'static str) -> Control<S> {
        Control { key, label, kind: Kind::Switch { held: |_| false } }
    }
}

/// The control of a key, where there is one.
pub fn control<S: Controls>(key: &str) -> Option<&'static Control<S>> {
    S::TABLE.iter().find(|line| line.key == key)
}

/// The settings as keys and values.
pub fn pairs<C: Controls>(controls: &C) -> Pairs {
    let text = serde_urlencoded::to_string(controls).unwrap_or_default();
    serde_urlencoded::from_str(&text).unwrap_or_default()
}

fn of<C: Controls>(pairs: &Pairs) -> Option<C> {
    serde_urlencoded::to_string(pairs).ok().and_then(|text| serde_urlencoded::from_str(&text).ok())
}

/// The value of a key. Empty for an unknown key.
pub fn value<C: Controls>(controls: &C, key: &str) -> String {
    pairs(controls).into_iter().find(|(own, _)| own == key).map_or(String::new(), |(_, value)| value)
}

/// The settings with these values in place of their own, as far as they can be read, and the keys of those that cannot: one leaves its own key as it is, and no other.
/// Keys that are none are passed over.
fn read<C: Controls>(controls: &C, values: impl IntoIterator<Item = (String, String)>) -> (C, Vec<String>) {
    let (mut best, mut known, mut unread) = (controls.clone(), pairs(controls), vec![]);
    for (key, value) in values {
        let Some(at) = known.iter().position(|(own, _)| *own == key) else { continue };
        let before = std::mem::replace(&mut known[at].1, value);
        match of(&known) {
            Some(controls) => best = controls,
            None => {
                known[at].1 = before;
                unread.push(key);
            }
        }
    }
    (best, unread)
}

/// The nearest valid settings to those with these values in place of their own.
pub fn with<C: Controls>(controls: &C, values: impl IntoIterator<Item = (String, String)>) -> C {
    read(controls, values).0.fitted()
}

/// Turns one control, as a reader does. What cannot be read as its value changes nothing.
pub fn turn<C: Controls>(settings: &mut C, key: &str, value: String) {
    let before = settings.clone();
    let (turned, unread) = read(&before, [(key.to_string(), value)]);
    if unread.is_empty() {
        *settings = turned;
        settings.follow(key, &before);
    }
}

/// As `with`, and which of the values are not taken as they are.
pub fn mended<C: Controls>(start: &C, values: &Pairs) -> (C, Vec<Mend>) {
    let (asked, unread) = read(start, values.iter().cloned());
    let asked = asked.written();
    let settings = asked.clone().fitted();
    let mend = |((key, asked), (_, runs)): ((String, String), (String, String))| {
        let (_, said) = values.iter().rfind(|(own, _)| *own == key)?;
        if !unread.contains(&key) && same(&asked, &runs) {
            return None;
        }
        let line = control::<C>(&key);
        Some(Mend {
            control: line.map_or(key.as_str(), |line| line.label.trim_end_matches(':')).into(),
            asked: said.clone(),
            runs: line.map_or_else(|| runs.clone(), |line| line.kind.called(&runs)),
            why: settings.why_not(&key, said),
        })
    };
    let mends = pairs(&asked).into_iter().zip(pairs(&settings)).filter_map(mend).collect();
    (settings, mends)
}

/// 2 and 2.0 are one number.
fn same(one: &str, other: &str) -> bool {
    one == other || one.parse::<f64>().is_ok_and(|number| other.parse() == Ok(number))
}

impl<S: Controls> Kind<S> {
    /// The nearest allowed value, given these settings. None if this value is allowed.
    fn nearest(&self, settings: &S, value: &str, usual: &str) -> Option<String> {
        let whole = |ends: &[u64; 2], step: u64| {
            let near = value.parse::<u64>().ok().map_or(usual.into(), |number| (number.clamp(ends[0], ends[1]) / step * step).to_string());
            Some(near)
        };
        let between = |[least, most]: [f64; 2]| {
            let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
            match number {
                Some(number) if number < least => least.to_string(),
                Some(number) if number > most => most.to_string(),
                Some(_) => value.into(),
                None => usual.into(),
            }
        };
        let near = match self {
            Kind::Choice(choices) if choices().iter().any(|(key, _)| key == value) => None,
            Kind::Choice(_) => Some(usual.into()),
            Kind::Numbers { ends, step, .. } => whole(ends, *step),
            Kind::Whole { ends } => whole(ends, 1),
            Kind::Slider { ends, .. } => Some(between(ends(settings))),
            // In single precision, as rates are. Otherwise 10⁻⁴ would be less than itself.
            Kind::Power { ends } => Some(between(ends.map(|end| 10f32.powf(end as f32).to_string().parse().unwrap_or(1.0)))),
            Kind::Switch { .. } => value.parse::<u64>().ok().map(|number| number.min(1).to_string()),
            Kind::Open => None,
        };
        near.filter(|near| near != value)
    }

    /// A value as a reader would call it.
    fn called(&self, value: &str) -> String {
        let name = match self {
            Kind::Choice(choices) => choices().into_iter().find(|(key, _)| key == value).map(|(_, name)| name),
            Kind::Switch { .. } => Some(if matches!(value, "true" | "1") { "on" } else { "off" }.into()),
            Kind::Slider { unit, .. } => value.parse::<f64>().ok().map(|number| format!("{number}{unit}")),
            Kind::Power { .. } => value.parse::<f64>().ok().map(|number| number.to_string()),
            _ => None,
        };
        name.unwrap_or_else(|| value.into())
    }
}

/// The nearest settings that the table allows.
pub fn fitted<S: Controls>(mut settings: S) -> S {
    let mut known = pairs(&settings);
    let mut usual = None;
    for Control { key, kind, .. } in S::TABLE {
        let Some(at) = known.iter().position(|(own, _)| own == key) else { continue };
        let usual = usual.get_or_insert_with(|| pairs(&S::default()));
        let Some(near) = kind.nearest(&settings, &known[at].1, &usual[at].1) else { continue };
        let before = std::mem::replace(&mut known[at].1, near);
        match of(&known) {
            Some(mended) => settings = mended,
            None => known[at].1 = before,
        }
    }
    settings
}

/// The offered numbers and the present one, in rising order.
pub fn numbers(offered: &[u64], set: u64) -> Vec<u64> {
    let mut all = [offered, &[set]].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// Ten to the power of a slider's value, with four significant digits, as a rate is written.
pub fn power(exponent: &str) -> Option<f32> {
    let rate = 10f64.powf(exponent.parse().ok()?);
    format!("{rate:.3e}").parse().ok()
}

/// Values with their names; an address calls each as serde writes it.
pub fn named<T: Serialize + Copy>(all: &[(T, &str)]) -> Choices {
    all.iter().map(|(value, name)| (key(value), name.to_string())).collect()
}

/// A value as serde writes it, such as the name of an enum's variant in an address.
pub fn key(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(String::from)).unwrap_or_default()
}

#[cfg(test)]
pub(in crate::site) mod tests {
    use super::*;
    use serde::Deserialize;

    /// Checks that every line of the table names a field, and that its extreme values are allowed: a slider or a list never offers a value
    /// that is then corrected.
    pub fn holds<S: Controls + std::fmt::Debug>() {
        let usual = S::default();
        assert!(usual.clone().fitted() == usual, "the defaults are allowed: {usual:?}");
        for Control { key, kind, .. } in S::TABLE {
            assert!(pairs(&usual).iter().any(|(own, _)| own == key), "{key} is no field");
            let values: Vec<String> = match kind {
                Kind::Choice(choices) => choices().into_iter().map(|(key, _)| key).collect(),
                Kind::Numbers { offered, .. } => offered.iter().map(u64::to_string).collect(),
                Kind::Whole { ends } => ends.iter().map(u64::to_string).collect(),
                Kind::Slider { ends, .. } => ends(&usual).map(|end| end.to_string()).into(),
                Kind::Power { ends } => ends.map(|end| power(&end.to_string()).unwrap_or(f32::NAN).to_string()).into(),
                Kind::Switch { .. } | Kind::Open => continue,
            };
            for value in values {
                let set = with(&usual, [(key.to_string(), value.clone())]);
                assert_eq!(super::value(&set, key).parse::<f64>().map_err(|_| &value), value.parse().map_err(|_| &value), "{key}");
            }
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Example {
        rate: f32,
        kind: String,
        few: usize,
        side: usize,
        inside: f32,
        norm: u8,
        seed: u64,
    }
    impl Default for Example {
        fn default() -> Self {
            Example { rate: 0.1, kind: "a".into(), few: 8, side: 10, inside: 2.5, norm: 1, seed: 1 }
        }
    }
    impl Controls for Example {
        const TABLE: &'static [Control<Self>] = &[
            Control { key: "rate", label: "Rate:", kind: Kind::Power { ends: [-4.0, 0.0] } },
            Control::choice("kind", "Kind", || ["a", "b"].map(|key| (key.into(), key.to_uppercase())).into()),
            Control { key: "few", label: "few", kind: Kind::Numbers { offered: &[4, 8], ends: [2, 64], step: 2 } },
            Control { key: "side", label: "side", kind: Kind::Slider { ends: |_| [1.0, 20.0], step: 1.0, unit: "", late: false } },
            Control {
                key: "inside",
                label: "inside",
                kind: Kind::Slider { ends: |s| [0.0, s.side as f64], step: 0.5, unit: " px", late: true },
            },
            Control::switch("norm", "norm"),
            Control { key: "seed", label: "seed", kind: Kind::Whole { ends: [0, u64::MAX] } },
        ];
    }

    fn read(query: &str) -> Example {
        with(&Example::default(), serde_urlencoded::from_str::<Pairs>(query).expect("a query"))
    }

    #[test]
    fn what_is_not_allowed_becomes_what_is_nearest() {
        holds::<Example>();
        assert_eq!(
            read("rate=7&kind=c&few=99&side=50&inside=30&norm=9"),
            Example { rate: 1.0, few: 64, side: 20, inside: 20.0, ..Example::default() }
        );
        assert_eq!(
            read("rate=NaN&few=13&inside=-1&norm=0"),
            Example { rate: 0.1, few: 12, inside: 0.0, norm: 0, ..Example::default() },
            "a number that is none is the default's"
        );
        assert_eq!(read("rate=0.0001&seed=18446744073709551615"), Example { rate: 1e-4, seed: u64::MAX, ..Example::default() });
        // The end of a range may depend on another setting.
        assert_eq!(read("side=2"), Example { side: 2, inside: 2.0, ..Example::default() });
    }

    #[test]
    fn what_an_address_asks_for_and_is_not_taken_is_told() {
        let told = |query: &str| {
            let values = serde_urlencoded::from_str::<Pairs>(query).expect("a query");
            let mends = mended(&Example::default(), &values).1;
            mends.into_iter().map(|Mend { control, asked, runs, .. }| format!("{control}: {asked}, {runs}")).collect::<Vec<_>>()
        };
        assert_eq!(told("rate=0.5&kind=b&few=6&inside=2&norm=0&stranger=1"), Vec::<String>::new());
        assert_eq!(told("rate=7&kind=c&norm=3"), ["Rate: 7, 1", "Kind: c, A", "norm: 3, on"]);
        assert_eq!(told("side=2&inside=5"), ["inside: 5, 2 px"], "what another setting leaves");
        assert_eq!(told("few=many&few=70"), ["few: 70, 64"], "the last word counts");
        assert_eq!(told("seed=-1"), ["seed: -1, 1"], "what cannot be read is not taken either");
    }

    #[test]
    fn the_number_that_is_set_is_on_offer() {
        assert_eq!((numbers(&[4, 8], 6), numbers(&[4, 8], 8)), (vec![4, 6, 8], vec![4, 8]));
        assert_eq!(power("-1.7").map(|rate| rate.to_string()), Some("0.01995".into()));
    }
}
