//! What the reader sets: photo, networks, device, how the photo is disturbed, and which reason is asked for. One struct, which is also the address.
use crate::{
    site::{machine::DEVICES, url::Controls},
    vision::Disturbance,
    workbench::protocol::photos::Method,
};
use serde::{Deserialize, Serialize};

/// A photo of the site.
pub struct Sample {
    /// Its file without the ending.
    pub key: &'static str,
    pub name: &'static str,
    /// Width and height, so that it has its place before it is there.
    pub size: [u32; 2],
}

const fn sample(key: &'static str, name: &'static str, size: [u32; 2]) -> Sample {
    Sample { key, name, size }
}

pub const SAMPLES: [Sample; 4] = [
    sample("coffee", "Coffee", [600, 400]),
    sample("chelsea", "Cat", [451, 300]),
    sample("astronaut", "Astronaut", [512, 512]),
    sample("camera", "Photographer", [512, 512]),
];
/// The reader's own photo, and what the camera sees: neither is in an address.
pub const OWN: &str = "own";
pub const LIVE: &str = "live";
/// A unit's gradient is the mean over at most so many pictures.
pub const MOST_IMAGES: usize = 50;
/// What `networks` says where none is chosen; empty it is the first that the site has.
pub const NONE: &str = "none";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub photo: String,
    /// Names with commas between them.
    pub networks: String,
    /// "auto": a GPU where there is a real one, else the CPU.
    pub device: String,
    /// The network whose preparation and reason are shown; empty: the first.
    pub of: String,
    /// Per cent of the side to the right and down, degrees, tenths of a per cent, grey levels.
    pub right: i32,
    pub down: i32,
    pub turn: i32,
    pub blur: i32,
    pub noise: i32,
    /// The patch's side and its middle, per cent of the side.
    pub patch: i32,
    pub across: i32,
    pub along: i32,
    pub method: Method,
    /// A layer's path; empty: the last one that is an image.
    pub layer: String,
    /// −1: the first guess.
    pub class: i32,
    /// Upper layers as before training.
    pub fresh: usize,
    /// The network whose unit is looked at, with random weights where it is not loaded; empty: the one whose reason is shown.
    pub unit_model: String,
    /// The layer whose unit is looked at, by its path; empty: one at a third of the way.
    pub unit_layer: String,
    /// Where the unit lies, per cent of the sides.
    pub unit_across: i32,
    pub unit_down: i32,
    /// −1: the strongest there.
    pub unit_channel: i32,
    /// Its gradient is the mean over so many pictures.
    pub unit_images: usize,
    /// They are noise, instead of the photo and shifted copies of it.
    pub unit_noise: bool,
    /// All layers as before training.
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

/// A slider: its key, what it says, its ends, its unit, and what it sets.
pub struct Knob {
    pub key: &'static str,
    pub label: &'static str,
    pub ends: [i32; 2],
    pub unit: &'static str,
    pub of: fn(&mut Settings) -> &mut i32,
}

pub const fn knob(key: &'static str, label: &'static str, ends: [i32; 2], unit: &'static str, of: fn(&mut Settings) -> &mut i32) -> Knob {
    Knob { key, label, ends, unit, of }
}

/// The sliders of the disturbance.
pub const KNOBS: [Knob; 8] = [
    knob("right", "Shift right", [-50, 50], "%", |s| &mut s.right),
    knob("down", "Shift down", [-50, 50], "%", |s| &mut s.down),
    knob("turn", "Turn", [-180, 180], "°", |s| &mut s.turn),
    knob("blur", "Blur", [0, 50], "‰", |s| &mut s.blur),
    knob("noise", "Noise", [0, 120], "levels", |s| &mut s.noise),
    knob("patch", "Patch", [0, 80], "%", |s| &mut s.patch),
    knob("across", "Patch across", [0, 100], "%", |s| &mut s.across),
    knob("along", "Patch down", [0, 100], "%", |s| &mut s.along),
];

impl Controls for Settings {
    fn fitted(mut self) -> Self {
        if ![OWN, LIVE].contains(&self.photo.as_str()) && SAMPLES.iter().all(|sample| sample.key != self.photo) {
            self.photo = SAMPLES[0].key.into();
        }
        if !DEVICES.contains(&self.device.as_str()) {
            self.device = "auto".into();
        }
        for Knob { ends: [least, most], of, .. } in KNOBS {
            let value = of(&mut self);
            *value = (*value).clamp(least, most);
        }
        self.class = self.class.clamp(-1, 999);
        self.fresh = self.fresh.min(999);
        self.unit_across = self.unit_across.clamp(0, 100);
        self.unit_down = self.unit_down.clamp(0, 100);
        self.unit_channel = self.unit_channel.clamp(-1, 9999);
        self.unit_images = self.unit_images.clamp(1, MOST_IMAGES);
        self
    }
}

impl Settings {
    /// The networks asked for, of those that the shelf has.
    pub fn chosen(&self, shelf: &[String]) -> Vec<String> {
        match self.networks.as_str() {
            "" => shelf.first().cloned().into_iter().collect(),
            NONE => vec![],
            names => shelf.iter().filter(|name| names.split(',').any(|asked| asked == *name)).cloned().collect(),
        }
    }
    /// Chooses a network, or gives it up.
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
    pub fn class(&self) -> Option<usize> {
        usize::try_from(self.class).ok()
    }
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
        assert_eq!(read("photo=x&device=tpu&turn=999&class=-7"), Settings { turn: 180, ..Settings::default() });
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
