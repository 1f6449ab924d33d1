//! What the reader sets on the filter bench: one struct, which is also the address.
use super::makers::{self, MAKERS, SAMPLES};
use crate::{
    site::url::Controls,
    vision::{Border, Noise, Plane, filter, separate},
    workbench::protocol::vision::{Target, View},
};
use serde::{Deserialize, Serialize, de};
use std::fmt::Write;

/// The largest kernel has this many rows and columns.
pub const LARGEST: usize = 15;

/// A kernel's own numbers, row by row; in an address `1_0_-1…`. Empty where a formula makes the kernel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights(pub Vec<f32>);

impl Serialize for Weights {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        for (i, weight) in self.0.iter().enumerate() {
            let _ = write!(text, "{}{weight}", if i == 0 { "" } else { "_" });
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Weights {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read = |part: &str| part.parse::<f32>().ok().filter(|w| w.is_finite()).ok_or_else(|| de::Error::custom("expected numbers"));
        text.split('_').filter(|part| !part.is_empty()).map(read).collect::<Result<_, _>>().map(Weights)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// "scene", "own", "live" or the key of a sample.
    pub picture: String,
    /// Of the drawn scene, of the noise and of what is learned.
    pub seed: u64,
    pub noise: Noise,
    /// Standard deviation of the noise, or share of the pixels.
    pub grain: f32,
    /// A key in `MAKERS`, or "own".
    pub kernel: String,
    pub weights: Weights,
    pub size: usize,
    pub sigma: f32,
    pub ratio: f32,
    /// Degrees.
    pub theta: f32,
    pub lambda: f32,
    pub gamma: f32,
    /// Degrees.
    pub psi: f32,
    pub amount: f32,
    /// All weights are multiplied by it.
    pub scale: f32,
    pub border: Border,
    /// True convolution.
    pub flip: bool,
    pub passes: bool,
    pub view: View,
    pub threshold: f32,
    pub gain: f32,
    /// The place that is looked at, where nothing is pointed at.
    pub row: usize,
    pub column: usize,
    /// Kernels to learn from the picture.
    pub count: usize,
    pub target: Target,
    pub rate: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            picture: "scene".into(),
            seed: 1,
            noise: Noise::None,
            grain: 0.1,
            kernel: "sobel_x".into(),
            weights: Weights::default(),
            size: 3,
            sigma: 1.4,
            ratio: 1.6,
            theta: 45.0,
            lambda: 6.0,
            gamma: 0.6,
            psi: 0.0,
            amount: 5.0,
            scale: 1.0,
            border: Border::Reflect,
            flip: false,
            passes: false,
            view: View::Signed,
            threshold: 0.1,
            gain: 2.0,
            row: 100,
            column: 100,
            count: 25,
            target: Target::Kernel,
            rate: 0.02,
        }
    }
}

/// To four digits behind the point: enough to see, and short in an address.
fn short(value: f32) -> f32 {
    (value * 1e4).round() / 1e4 + 0.0
}

impl Controls for Settings {
    fn fitted(mut self) -> Self {
        let default = Settings::default();
        if !["scene", "own", "live"].contains(&self.picture.as_str()) && !SAMPLES.iter().any(|(key, _)| *key == self.picture) {
            self.picture = default.picture.clone();
        }
        for slider in makers::SLIDERS {
            let value = (slider.get)(&self);
            let [least, most] = slider.range;
            (slider.set)(&mut self, if value.is_finite() { short(value.clamp(least, most)) } else { (slider.get)(&default) });
        }
        self.size = (self.size.clamp(1, LARGEST) - 1) / 2 * 2 + 1;
        if self.kernel == "own" {
            // The numbers say how large it is.
            let side = (1..=LARGEST).step_by(2).find(|n| n * n == self.weights.0.len());
            match side {
                Some(side) => self.size = side,
                None => self.kernel = default.kernel.clone(),
            }
            self.weights.0.iter_mut().for_each(|w| *w = short(w.clamp(-999.0, 999.0)));
        }
        match MAKERS.iter().find(|maker| maker.key == self.kernel) {
            Some(maker) => {
                self.weights = Weights::default();
                self.size = self.size.max(maker.least);
            }
            None if self.kernel != "own" => self.kernel = default.kernel.clone(),
            None => {}
        }
        self.row = self.row.min(1023);
        self.column = self.column.min(1023);
        self.count = self.count.clamp(1, 64);
        self
    }
}

impl Settings {
    /// The kernel as it lies on the bench.
    pub fn plane(&self) -> Plane {
        match MAKERS.iter().find(|maker| maker.key == self.kernel) {
            Some(maker) => (maker.make)(self).map(|w| w * self.scale),
            None => Plane { height: self.size, width: self.size, values: self.weights.0.clone() },
        }
    }
    /// Puts numbers onto the bench.
    pub fn take(&mut self, kernel: &Plane) {
        (self.kernel, self.size, self.weights) = ("own".into(), kernel.height, Weights(kernel.values.clone()));
    }
    /// Another size: a formula fills it anew, own numbers keep their middle.
    pub fn resize(&mut self, size: usize) {
        if self.kernel == "own" {
            let old = self.plane();
            let shift = (old.height as isize - size as isize) / 2;
            let at = |i: usize| usize::try_from(i as isize + shift).ok().filter(|i| *i < old.height);
            self.weights = Weights(Plane::of(size, size, |r, c| at(r).zip(at(c)).map_or(0.0, |(r, c)| old.at(r, c))).values);
        }
        self.size = size;
    }
    /// What exercises may ask for: the kernel's sum, size and rank, and how strongly it answers to an even surface and to edges of four directions.
    pub fn facts(&self) -> Vec<(String, f64)> {
        let kernel = self.plane();
        let passes = separate(&kernel);
        let [direct, separable] = passes.multiplications();
        let half = 2 * LARGEST as isize;
        let answer = |bright: fn(isize, isize) -> bool| {
            let edge =
                Plane::of(2 * half as usize, 2 * half as usize, |r, c| f32::from(u8::from(bright(r as isize - half, c as isize - half))));
            let answers = filter(&edge, &kernel, Border::Replicate).map(|y| {
                // Away from the picture's own border.
                let inner = half as usize / 2..3 * half as usize / 2;
                inner.clone().flat_map(|r| inner.clone().map(move |c| (r, c))).fold(0.0f32, |most, (r, c)| most.max(y.at(r, c).abs()))
            });
            f64::from(answers.unwrap_or(f32::NAN))
        };
        let facts = [
            ("size", self.size as f64),
            ("sum", f64::from(kernel.sum())),
            ("centre", f64::from(kernel.at(self.size / 2, self.size / 2))),
            ("rank", passes.rank() as f64),
            ("multiplications", direct as f64),
            ("separable_multiplications", separable as f64),
            ("flat", answer(|_, _| true)),
            ("vertical", answer(|_, c| c >= 0)),
            ("horizontal", answer(|r, _| r >= 0)),
            ("falling", answer(|r, c| r >= c)),
            ("rising", answer(|r, c| r + c >= 0)),
            ("true_convolution", f64::from(u8::from(self.flip))),
        ];
        facts.map(|(name, fact)| (name.to_string(), fact)).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::url::Keys;

    fn read(query: &str) -> Settings {
        Keys::default().from_query(query)
    }

    #[test]
    fn an_address_keeps_everything() {
        let mut settings =
            Settings { picture: "camera".into(), border: Border::Circular, view: View::Crossings, flip: true, ..Settings::default() };
        settings.take(&Plane::of(5, 5, |r, c| r as f32 - 0.25 * c as f32));
        assert_eq!(read(&Keys::default().to_query(&settings, "")), settings);
        assert_eq!(Keys::default().to_query(&Settings::default(), ""), "");
    }

    #[test]
    fn what_cannot_be_is_brought_back() {
        let found = read("kernel=log&size=4&sigma=900&picture=dog&gain=-1&theta=nan&weights=1_2");
        let expected = Settings { kernel: "log".into(), size: 3, sigma: 5.0, gain: 0.25, ..Settings::default() };
        assert_eq!(found, expected);
        assert_eq!(read("kernel=own&weights=1_2_3").kernel, "sobel_x");
        assert_eq!(read("kernel=own&weights=1_2_3_4_5_6_7_8_9&size=15").size, 3);
    }

    #[test]
    fn own_numbers_keep_their_middle() {
        let mut settings = Settings::default();
        settings.take(&Plane::of(3, 3, |r, c| (3 * r + c) as f32));
        settings.resize(5);
        assert_eq!(settings.plane().at(2, 2), 4.0);
        settings.resize(1);
        assert_eq!(settings.plane().values, [4.0]);
    }

    #[test]
    fn facts_tell_edges_apart() {
        let facts = |query: &str| read(query).facts().into_iter().collect::<std::collections::BTreeMap<_, _>>();
        let sobel = facts("kernel=sobel_x");
        assert_eq!((sobel["sum"], sobel["flat"], sobel["vertical"], sobel["horizontal"], sobel["rank"]), (0.0, 0.0, 4.0, 0.0, 1.0));
        let diagonal = facts("kernel=own&weights=0_1_0_-1_0_1_0_-1_0");
        assert_eq!((diagonal["falling"], diagonal["rising"]), (2.0, 0.0));
        assert_eq!(facts("kernel=gaussian&size=15")["separable_multiplications"], 30.0);
    }

    #[test]
    fn every_maker_makes_every_size() {
        for maker in MAKERS {
            for size in (1..=LARGEST).step_by(2) {
                let settings = Settings { kernel: maker.key.into(), size, ..Settings::default() }.fitted();
                let plane = settings.plane();
                assert_eq!((plane.height, plane.width), (settings.size, settings.size), "{}", maker.key);
                assert!(plane.values.iter().all(|w| w.is_finite()) && plane.largest() > 0.0, "{} {size}", maker.key);
            }
        }
    }

    #[test]
    fn presets_mean_what_they_say() {
        for (name, query) in makers::PRESETS {
            let found = Keys::default().to_query(&read(query), "");
            // 2 and 2.0 are one number.
            let value = |text: &str| text.parse::<f64>().map_or(text.to_string(), |number| number.to_string());
            let said = |query: &str| {
                let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
                pairs.map(|(key, text)| format!("{key}={}", value(text))).collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(said(&found), said(query), "{name}: a key or value that is not taken, or is the default");
        }
    }
}
