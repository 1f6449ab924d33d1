//! The rules of the bench: which settings can be, the kernel that they make, and what exercises ask of it.
use super::{
    makers::{self, MAKERS, SAMPLES},
    settings::{LARGEST, Settings, Weights},
};
use crate::{
    site::url::Controls,
    vision::{Border, Plane, filter, separate},
};

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
    pub fn set_kernel(&mut self, kernel: &Plane) {
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
    use crate::{site::url::Keys, workbench::protocol::vision::View};

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
