//! The rules of the bench: the valid settings, the kernel that they make, and the numbers for exercises.
use super::{
    makers::{BORDERS, MAKERS, Maker, NOISES, SAMPLES, TARGETS, VIEWS},
    settings::{LARGEST, Settings, Weights},
};
use crate::{
    site::controls::{Choices, Control, Controls, Kind, fitted, named},
    vision::{Border, Plane, filter, separate},
    workbench::protocol::vision::{Ask, FilterOptions, Grain, Palette},
};

/// Rounds to four decimals: exact enough, and short in an address.
fn short(value: f32) -> f32 {
    (value * 1e4).round() / 1e4 + 0.0
}

const fn slider(
    key: &'static str,
    label: &'static str,
    ends: fn(&Settings) -> [f64; 2],
    step: f64,
    unit: &'static str,
) -> Control<Settings> {
    Control { key, label, kind: Kind::Slider { ends, step, unit, late: false } }
}

fn pictures() -> Choices {
    let all = [("scene", "Drawn scene")].iter().chain(SAMPLES).chain(&[("own", "My own"), ("live", "Camera")]);
    all.map(|(key, name)| (key.to_string(), name.to_string())).collect()
}

fn kernels() -> Choices {
    let made = MAKERS.iter().map(|maker| (maker.key, maker.name));
    made.chain([("own", "My own")]).map(|(key, name)| (key.to_string(), name.to_string())).collect()
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control::choice("picture", "Picture", pictures),
        Control::seed(),
        Control::choice("noise", "Noise", || named(NOISES)),
        slider("grain", "how much noise", |_| [0.0, 0.5], 0.01, ""),
        Control::choice("kernel", "Kernel", kernels),
        Control::open("weights", "Weights"),
        Control::open("size", "Size"),
        slider("sigma", "σ", |_| [0.3, 5.0], 0.05, " px"),
        slider("ratio", "wide σ : narrow σ", |_| [1.1, 4.0], 0.1, ""),
        slider("theta", "θ", |_| [0.0, 180.0], 1.0, "°"),
        slider("lambda", "λ", |_| [2.0, 20.0], 0.1, " px"),
        slider("gamma", "γ", |_| [0.2, 2.0], 0.05, ""),
        slider("psi", "ψ", |_| [-180.0, 180.0], 5.0, "°"),
        slider("amount", "amount", |_| [0.0, 10.0], 0.1, ""),
        slider("scale", "all weights ×", |_| [0.05, 4.0], 0.05, ""),
        Control::choice("border", "Border", || named(BORDERS)),
        Control::switch("flip", "True convolution: the kernel turned by half a turn"),
        Control::switch("passes", "In passes: columns, then rows"),
        Control::choice("view", "Output shows", || named(VIEWS)),
        slider("threshold", "least steepness", |_| [0.0, 1.0], 0.01, ""),
        slider("gain", "contrast ×", |_| [0.25, 8.0], 0.05, ""),
        Control { key: "row", label: "Row", kind: Kind::Whole { ends: [0, 1023] } },
        Control { key: "column", label: "Column", kind: Kind::Whole { ends: [0, 1023] } },
        Control { key: "count", label: "How many", kind: Kind::Numbers { offered: &[9, 16, 25, 36, 49, 64], ends: [1, 64], step: 1 } },
        Control::choice("target", "Input: this picture. Target:", || named(TARGETS)),
        slider("rate", "learning rate", |_| [0.001, 0.1], 0.001, ""),
    ];

    fn follow(&mut self, key: &str, before: &Settings) {
        match key {
            "size" => {
                let size = std::mem::replace(&mut self.size, before.size);
                self.resize(size);
            }
            // With the width of the other bells no second stripe would be seen.
            "kernel" if self.kernel == "gabor" => (self.sigma, self.lambda, self.size) = (2.5, 6.0, 15),
            // A wider bell needs more cells.
            "kernel" | "sigma" | "ratio" | "gamma" => {
                if let Some(maker) = self.maker() {
                    self.size = (maker.natural)(self);
                }
            }
            _ => {}
        }
    }

    fn fitted(self) -> Self {
        let mut settings = fitted(self);
        settings.size = (settings.size.clamp(1, LARGEST) - 1) / 2 * 2 + 1;
        if settings.kernel == "own" {
            // The size follows from the number of weights.
            let side = (1..=LARGEST).step_by(2).find(|n| n * n == settings.weights.0.len());
            match side {
                Some(side) => settings.size = side,
                None => settings.kernel = Settings::default().kernel,
            }
            settings.weights.0.iter_mut().for_each(|w| *w = short(w.clamp(-999.0, 999.0)));
        }
        if let Some(maker) = settings.maker() {
            settings.weights = Weights::default();
            settings.size = settings.size.max(maker.least);
        }
        settings
    }
}

impl Settings {
    /// The formula that makes the kernel; None for the reader's own numbers.
    pub fn maker(&self) -> Option<&'static Maker> {
        MAKERS.iter().find(|maker| maker.key == self.kernel)
    }
    /// The present kernel.
    pub fn plane(&self) -> Plane {
        match self.maker() {
            Some(maker) => (maker.make)(self).map(|w| w * self.scale),
            None => Plane { height: self.size, width: self.size, values: self.weights.0.clone() },
        }
    }
    /// How the picture is filtered, and what is shown of it in these colours.
    pub fn options(&self, palette: Palette) -> FilterOptions {
        let kernel = self.plane();
        FilterOptions {
            kernel: [kernel.height, kernel.width],
            border: self.border,
            convolve: self.flip,
            passes: self.passes,
            view: self.view,
            threshold: self.threshold,
            gain: self.gain,
            palette,
        }
    }
    /// The noise on the picture.
    pub fn grain(&self) -> Grain {
        Grain { noise: self.noise, amount: self.grain, seed: self.seed }
    }
    /// Kernels to be found in the picture's patches of so many rows and columns.
    pub fn components(&self, side: usize) -> Ask {
        Ask::Components { side, count: self.count, seed: self.seed }
    }
    /// A kernel as large as the bench's to be learned.
    pub fn lesson(&self) -> Ask {
        let Settings { target, size, border, rate, seed, .. } = *self;
        let hidden = self.plane();
        Ask::Teach { target, kernel: [hidden.height, hidden.width], size, border, rate, seed }
    }
    /// Sets the kernel to these numbers.
    pub fn set_kernel(&mut self, kernel: &Plane) {
        (self.kernel, self.size, self.weights) = ("own".into(), kernel.height, Weights(kernel.values.clone()));
    }
    /// Sets another size. A formula fills the kernel again; the reader's own numbers keep their middle.
    pub fn resize(&mut self, size: usize) {
        if self.kernel == "own" {
            let old = self.plane();
            let shift = (old.height as isize - size as isize) / 2;
            let at = |i: usize| usize::try_from(i as isize + shift).ok().filter(|i| *i < old.height);
            self.weights = Weights(Plane::of(size, size, |r, c| at(r).zip(at(c)).map_or(0.0, |(r, c)| old.at(r, c))).values);
        }
        self.size = size;
    }
    /// The numbers that exercises can ask for: the kernel's sum, size and rank, and its responses to a flat surface and to edges in four directions.
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
    use super::{super::makers::PRESETS, *};
    use crate::{
        site::{controls, url::Keys},
        workbench::protocol::vision::View,
    };

    fn read(query: &str) -> Settings {
        Keys::default().from_query(query)
    }

    #[test]
    fn an_address_keeps_everything() {
        let mut settings =
            Settings { picture: "camera".into(), border: Border::Circular, view: View::Crossings, flip: true, ..Settings::default() };
        settings.set_kernel(&Plane::of(5, 5, |r, c| r as f32 - 0.25 * c as f32));
        assert_eq!(read(&Keys::default().to_query(&settings, "")), settings);
        assert_eq!(Keys::default().to_query(&Settings::default(), ""), "");
    }

    #[test]
    fn a_wider_bell_has_more_cells() {
        let turned = |query: &str, key: &str, value: &str| {
            let mut settings = read(query);
            controls::turn(&mut settings, key, value.into());
            settings.fitted()
        };
        assert_eq!(turned("", "kernel", "gaussian").size, turned("kernel=gaussian", "sigma", "1.4").size);
        assert_eq!(turned("kernel=gaussian&size=3", "sigma", "2").size, 13);
        let gabor = turned("kernel=gaussian&sigma=0.5", "kernel", "gabor");
        assert_eq!((gabor.sigma, gabor.lambda, gabor.size), (2.5, 6.0, 15));
        let (middle, second) = (gabor.plane().values[7 * 15 + 7], gabor.plane().values.iter().copied().fold(0.0, f32::min));
        assert!(second < -0.3 * middle, "its second stripe is seen: {second} beside {middle}");
        let own = turned("kernel=own&weights=1_2_3_4_5_6_7_8_9", "size", "1");
        assert_eq!((own.size, own.weights.0), (1, vec![5.0]));
    }

    #[test]
    fn what_cannot_be_is_brought_back() {
        controls::tests::holds::<Settings>();
        let found = read("kernel=log&size=4&sigma=900&picture=dog&gain=-1&theta=nan&weights=1_2");
        let expected = Settings { kernel: "log".into(), size: 3, sigma: 5.0, gain: 0.25, ..Settings::default() };
        assert_eq!(found, expected);
        assert_eq!(read("kernel=own&weights=1_2_3").kernel, "sobel_x");
        assert_eq!(read("kernel=own&weights=1_2_3_4_5_6_7_8_9&size=15").size, 3);
    }

    #[test]
    fn own_numbers_keep_their_middle() {
        let mut settings = Settings::default();
        settings.set_kernel(&Plane::of(3, 3, |r, c| (3 * r + c) as f32));
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
        for (name, query) in PRESETS {
            let found = Keys::default().to_query(&read(query), "");
            // 2 and 2.0 are the same number.
            let value = |text: &str| text.parse::<f64>().map_or(text.to_string(), |number| number.to_string());
            let said = |query: &str| {
                let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
                pairs.map(|(key, text)| format!("{key}={}", value(text))).collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(said(&found), said(query), "{name}: a key or value that is not taken, or is the default");
        }
    }
}
