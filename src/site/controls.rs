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

    /// The nearest valid settings. An address may hold invalid ones, since people type addresses, too.
    fn fitted(self) -> Self {
        fitted(self)
    }
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
    /// A switch that is never disabled.
    pub const fn switch(key: &'static str, label: &'static str) -> Control<S> {
        Control { key, label, kind: Kind::Switch { held: |_| false } }
    }
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

/// The settings with these values in place of their own. A value that cannot be read is ignored, and so is an unknown key.
pub fn with<C: Controls>(controls: &C, values: impl IntoIterator<Item = (String, String)>) -> C {
    let mut best = controls.clone();
    let mut known = pairs(&best);
    for (key, value) in values {
        let Some(at) = known.iter().position(|(own, _)| *own == key) else { continue };
        let before = std::mem::replace(&mut known[at].1, value);
        match of(&known) {
            Some(controls) => best = controls,
            None => known[at].1 = before,
        }
    }
    best.fitted()
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
        };
        near.filter(|near| near != value)
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
                Kind::Switch { .. } => continue,
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
            Control { key: "rate", label: "", kind: Kind::Power { ends: [-4.0, 0.0] } },
            Control { key: "kind", label: "", kind: Kind::Choice(|| ["a", "b"].map(|key| (key.into(), key.into())).into()) },
            Control { key: "few", label: "", kind: Kind::Numbers { offered: &[4, 8], ends: [2, 64], step: 2 } },
            Control { key: "side", label: "", kind: Kind::Slider { ends: |_| [1.0, 20.0], step: 1.0, unit: "", late: false } },
            Control { key: "inside", label: "", kind: Kind::Slider { ends: |s| [0.0, s.side as f64], step: 0.5, unit: "", late: true } },
            Control::switch("norm", ""),
            Control { key: "seed", label: "", kind: Kind::Whole { ends: [0, u64::MAX] } },
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
    fn the_number_that_is_set_is_on_offer() {
        assert_eq!((numbers(&[4, 8], 6), numbers(&[4, 8], 8)), (vec![4, 6, 8], vec![4, 8]));
        assert_eq!(power("-1.7").map(|rate| rate.to_string()), Some("0.01995".into()));
    }
}
