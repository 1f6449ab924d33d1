//! The settings, which the address holds: photo, networks, device, disturbance, and attribution.
use crate::{
    site::{
        controls::{self, Choices, Control, Controls, Kind, fitted},
        labs::kit::photos::samples::{self, SAMPLES},
    },
    vision::Disturbance,
    workbench::protocol::photos::{Ask, Method},
};
use serde::{Deserialize, Serialize};

/// The largest number of pictures in the mean of a unit's gradient.
pub const MOST_IMAGES: usize = 50;
/// The value of `networks` if none is chosen. An empty value stands for the first network that the site has.
pub const NONE: &str = "none";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub photo: String,
    /// Names, separated by commas.
    pub networks: String,
    /// "auto" is a GPU if there is a real one, otherwise the CPU.
    pub device: String,
    /// The network whose preprocessing and attribution are shown. Empty for the first.
    pub of: String,
    /// Per cent of the side to the right and down; then degrees, tenths of a per cent, and grey levels.
    pub right: i32,
    pub down: i32,
    pub turn: i32,
    pub blur: i32,
    pub noise: i32,
    /// The side of the patch and its middle, in per cent of the side.
    pub patch: i32,
    pub across: i32,
    pub along: i32,
    pub method: Method,
    /// A layer's path. Empty for the last layer that is an image.
    pub layer: String,
    /// −1 for the first guess.
    pub class: i32,
    /// The number of upper layers with fresh weights.
    pub fresh: usize,
    /// The network whose unit is shown. It has random weights if it is not loaded. Empty for the network whose attribution is shown.
    pub unit_model: String,
    /// The path of the unit's layer. Empty for a layer at a third of the network.
    pub unit_layer: String,
    /// The position of the unit, in per cent of the sides.
    pub unit_across: i32,
    pub unit_down: i32,
    /// −1 for the strongest channel at the place.
    pub unit_channel: i32,
    /// The number of pictures in the mean of its gradient.
    pub unit_images: usize,
    /// Whether these are noise, and not the photo and shifted copies of it.
    pub unit_noise: bool,
    /// Whether all layers have fresh weights.
    pub unit_random: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            photo: SAMPLES[0].key.into(),
            networks: String::new(),
            device: "auto".into(),
            of: String::new(),
            right: 0,
            down: 0,
            turn: 0,
            blur: 0,
            noise: 0,
            patch: 0,
            across: 50,
            along: 50,
            method: Method::Cam,
            layer: String::new(),
            class: -1,
            fresh: 0,
            unit_model: String::new(),
            unit_layer: String::new(),
            unit_across: 50,
            unit_down: 50,
            unit_channel: -1,
            unit_images: 1,
            unit_noise: false,
            unit_random: false,
        }
    }
}

/// What disturbs the photo.
pub const DISTURBING: [&str; 8] = ["right", "down", "turn", "blur", "noise", "patch", "across", "along"];

const fn slider(key: &'static str, label: &'static str, ends: fn(&Settings) -> [f64; 2], unit: &'static str) -> Control<Settings> {
    Control { key, label, kind: Kind::Slider { ends, step: 1.0, unit, late: false } }
}

fn methods() -> Choices {
    controls::named(&[(Method::Cam, "Grad-CAM"), (Method::Saliency, "Saliency")])
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control::choice("photo", "Photo", samples::choices),
        Control::open("networks", "Networks"),
        Control::device(),
        slider("right", "Shift right", |_| [-50.0, 50.0], " %"),
        slider("down", "Shift down", |_| [-50.0, 50.0], " %"),
        slider("turn", "Turn", |_| [-180.0, 180.0], "°"),
        slider("blur", "Blur", |_| [0.0, 50.0], " ‰"),
        slider("noise", "Noise", |_| [0.0, 120.0], " levels"),
        slider("patch", "Patch", |_| [0.0, 80.0], " %"),
        slider("across", "Patch across", |_| [0.0, 100.0], " %"),
        slider("along", "Patch down", |_| [0.0, 100.0], " %"),
        Control::open("of", "Network"),
        Control::choice("method", "Method", methods),
        Control::open("layer", "Layer of Grad-CAM"),
        Control::open("class", "Class"),
        // How many a network has is known only once it stands.
        slider("fresh", "Layers as before training, from the top", |_| [0.0, 999.0], ""),
        Control::open("unit_model", "Network"),
        Control::open("unit_layer", "Layer"),
        Control::open("unit_channel", "Channel (empty: the strongest)"),
        slider("unit_across", "Unit across", |_| [0.0, 100.0], " %"),
        slider("unit_down", "Unit down", |_| [0.0, 100.0], " %"),
        Control {
            key: "unit_images",
            label: "Mean over pictures",
            kind: Kind::Slider { ends: |_| [1.0, MOST_IMAGES as f64], step: 1.0, unit: "", late: true },
        },
        Control::switch("unit_noise", "Noise instead of the photo"),
        Control::switch("unit_random", "Weights drawn at random"),
    ];

    fn follow(&mut self, key: &str, _: &Settings) {
        // Another network has other layers.
        if key == "unit_model" {
            self.unit_layer.clear();
        }
    }

    fn fitted(self) -> Self {
        let mut settings = fitted(self);
        settings.class = settings.class.clamp(-1, 99_999);
        settings.unit_channel = settings.unit_channel.clamp(-1, 9999);
        settings
    }
}

impl Settings {
    /// The chosen networks that are on the shelf.
    pub fn chosen(&self, shelf: &[String]) -> Vec<String> {
        match self.networks.as_str() {
            "" => shelf.first().cloned().into_iter().collect(),
            NONE => vec![],
            names => shelf.iter().filter(|name| names.split(',').any(|asked| asked == *name)).cloned().collect(),
        }
    }
    /// Chooses a network, or removes it from the choice.
    pub fn toggle(&mut self, name: &str, shelf: &[String]) {
        let before = self.chosen(shelf);
        let now: Vec<&str> =
            shelf.iter().map(String::as_str).filter(|own| before.iter().any(|asked| asked == own) != (*own == name)).collect();
        self.networks = if now.is_empty() { NONE.into() } else { now.join(",") };
    }
    pub fn disturbance(&self) -> Disturbance {
        let share = |value: i32, whole: f32| value as f32 / whole;
        Disturbance {
            shift: [share(self.right, 100.0), share(self.down, 100.0)],
            turn: self.turn as f32,
            blur: share(self.blur, 1000.0),
            noise: self.noise as f32,
            patch: share(self.patch, 100.0),
            patch_at: [share(self.across, 100.0), share(self.along, 100.0)],
        }
    }
    /// The question for the unit of this network that is looked at: a picture of its mean by its number, and the channel that the first one found.
    pub fn unit(&self, model: String, disturbance: Disturbance, number: usize, found: Option<usize>) -> Ask {
        let share = |percent: i32| percent as f32 / 100.0;
        Ask::Unit {
            model,
            disturbance,
            layer: self.unit_layer.clone(),
            place: [share(self.unit_down), share(self.unit_across)],
            channel: usize::try_from(self.unit_channel).ok().or(found),
            noise: self.unit_noise.then_some(number as u32),
            fresh: self.unit_random,
        }
    }
    /// The same with the photo as it was.
    pub fn undisturbed(&self) -> Settings {
        let usual = Settings::default();
        controls::with(self, DISTURBING.map(|key| (key.to_string(), controls::value(&usual, key))))
    }
    pub fn class(&self) -> Option<usize> {
        usize::try_from(self.class).ok()
    }
}

/// The walk along the lab's controls: each reaches a question to the workbench.
#[cfg(not(target_arch = "wasm32"))]
pub fn walk() -> Vec<String> {
    use crate::site::machine::device;
    let shelf = ["lenet5", "vgg16"].map(String::from);
    let named = ["of", "layer", "unit_model", "unit_layer"].map(|key| (key, "conv1"));
    let open = [&named[..], &[("networks", "vgg16"), ("class", "3"), ("unit_channel", "3")]].concat();
    crate::site::walk::faults(&[""], &open, |s: &Settings| {
        let shown = (&s.photo, s.chosen(&shelf), device(&s.device, true), s.disturbance(), &s.of, s.method, &s.layer, s.class(), s.fresh);
        let unit = (s.unit(s.unit_model.clone(), s.disturbance(), 0, None), s.unit_images);
        Ok(format!("{shown:?} {unit:?}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::url::Keys;

    fn read(query: &str) -> Settings {
        Keys::<Settings>::default().from_query(query)
    }

    #[test]
    fn an_address_restores_every_control() {
        let query = "across=10&along=20&blur=5&class=967&device=gpu&down=-4&fresh=3&layer=blocks.4&method=saliency&networks=a%2Cb&noise=9&of=b&patch=30&photo=chelsea&right=7&turn=90&unit_across=5&unit_channel=3&unit_down=9&unit_images=4&unit_layer=a&unit_model=vgg16&unit_noise=true&unit_random=true";
        let settings = read(query);
        assert_eq!(read(&Keys::default().to_query(&settings, "")), settings);
        assert_eq!((settings.class(), settings.fresh, settings.method), (Some(967), 3, Method::Saliency));
        assert_eq!(settings.disturbance().patch_at, [0.1, 0.2]);
        assert_eq!(Keys::default().to_query(&Settings::default(), ""), "");
        assert_eq!(Settings::default().disturbance(), Disturbance { patch_at: [0.5; 2], ..Disturbance::default() });
    }

    #[test]
    fn nonsense_becomes_the_nearest_sense() {
        controls::tests::holds::<Settings>();
        assert_eq!(read("photo=x&device=tpu&turn=999&class=-7"), Settings { turn: 180, ..Settings::default() });
    }

    #[test]
    fn a_photo_is_as_it_was_and_another_network_has_other_layers() {
        let settings = read("right=9&along=3&unit_layer=a&fresh=2");
        assert_eq!(settings.undisturbed(), Settings { unit_layer: "a".into(), fresh: 2, ..Settings::default() });
        let mut turned = settings.clone();
        controls::turn(&mut turned, "unit_model", "vgg16".into());
        assert_eq!(turned, Settings { unit_model: "vgg16".into(), unit_layer: String::new(), ..settings });
    }

    #[test]
    fn networks_are_chosen_of_those_that_are_there() {
        let shelf = ["a", "b", "c"].map(String::from);
        let mut settings = Settings::default();
        assert_eq!(settings.chosen(&shelf), ["a"]);
        settings.toggle("c", &shelf);
        assert_eq!(settings.networks, "a,c");
        settings.toggle("a", &shelf);
        settings.toggle("c", &shelf);
        assert_eq!((settings.networks.as_str(), settings.chosen(&shelf).len()), (NONE, 0));
        assert!(Settings { networks: "vgg".into(), ..Settings::default() }.chosen(&shelf).is_empty());
    }
}
