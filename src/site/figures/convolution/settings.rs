//! The settings: the image, the kernel's weights, stride, padding, and the chosen cell of the output.
use super::compute::{Convolution, Grid};
use crate::site::controls::{Choices, Control, Controls, Kind, fitted};
use serde::{Deserialize, Serialize};

/// Images are `SIZE` × `SIZE`, kernels 3 × 3.
pub const SIZE: usize = 9;
const KERNEL: usize = 3;
/// The largest weight that fits into its cell.
const LARGEST_WEIGHT: f32 = 99.0;

pub struct Image {
    pub key: &'static str,
    pub name: &'static str,
    /// Grey levels, 0 (black) to 9 (white), row by row.
    pub pixels: &'static str,
}

pub const IMAGES: &[Image] = &[
    Image {
        key: "seven",
        name: "A seven",
        pixels: "000000000 068999940 057678970 000001970 000017920 000089400 000597000 001983000 000440000",
    },
    Image {
        key: "ring",
        name: "A ring",
        pixels: "000000000 000575000 008989800 059303950 078000870 059303950 008989800 000575000 000000000",
    },
    Image {
        key: "corner",
        name: "A corner",
        pixels: "222222222 222222222 222222222 222888888 222888888 222888888 222888888 222888888 222888888",
    },
];

pub struct Preset {
    pub key: &'static str,
    pub name: &'static str,
    pub weights: [f32; KERNEL * KERNEL],
}

pub const KERNELS: &[Preset] = &[
    Preset { key: "sobel-x", name: "Sobel x", weights: [-1., 0., 1., -2., 0., 2., -1., 0., 1.] },
    Preset { key: "sobel-y", name: "Sobel y", weights: [-1., -2., -1., 0., 0., 0., 1., 2., 1.] },
    Preset { key: "laplace", name: "Laplace", weights: [0., 1., 0., 1., -4., 1., 0., 1., 0.] },
    Preset { key: "blur", name: "Blur", weights: [0.1, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.1] },
    Preset { key: "sharpen", name: "Sharpen", weights: [0., -1., 0., -1., 5., -1., 0., -1., 0.] },
    Preset { key: "identity", name: "Identity", weights: [0., 0., 0., 0., 1., 0., 0., 0., 0.] },
];

/// Nine weights, written as `-1_0_1_…` in an address.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Weights(pub [f32; KERNEL * KERNEL]);

impl From<[f32; KERNEL * KERNEL]> for Weights {
    fn from(weights: [f32; KERNEL * KERNEL]) -> Self {
        Weights(weights)
    }
}
impl From<Weights> for String {
    fn from(weights: Weights) -> Self {
        weights.0.map(|w| w.to_string()).join("_")
    }
}
impl TryFrom<String> for Weights {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let read: Vec<f32> = text.split('_').filter_map(|w| w.parse().ok()).filter(|w: &f32| w.is_finite()).collect();
        let weights = read.try_into().map_err(|read: Vec<f32>| format!("expected 9 numbers, found {} in {text:?}", read.len()))?;
        Ok(Weights(weights))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub image: String,
    pub kernel: Weights,
    pub stride: usize,
    pub padding: usize,
    /// The chosen cell of the output, counted row by row.
    pub cell: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { image: IMAGES[0].key.into(), kernel: Weights(KERNELS[0].weights), stride: 1, padding: 0, cell: 18 }
    }
}

fn images() -> Choices {
    IMAGES.iter().map(|image| (image.key.into(), image.name.into())).collect()
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control { key: "image", label: "Picture", kind: Kind::Choice(images) },
        Control::open("kernel", "Kernel"),
        Control { key: "stride", label: "Stride", kind: Kind::Numbers { offered: &[1, 2], ends: [1, 2], step: 1 } },
        Control { key: "padding", label: "Padding", kind: Kind::Numbers { offered: &[0, 1], ends: [0, 1], step: 1 } },
        Control::open("cell", "Cell"),
    ];

    fn fitted(self) -> Self {
        let mut settings = fitted(self);
        // Adding 0 turns −0 into 0.
        settings.kernel = Weights(settings.kernel.0.map(|w| w.clamp(-LARGEST_WEIGHT, LARGEST_WEIGHT) + 0.0));
        settings.cell = settings.cell.min(settings.output_size().pow(2) - 1);
        settings
    }
}

impl Settings {
    /// The number of rows, and of columns, of the output.
    pub fn output_size(&self) -> usize {
        (SIZE + 2 * self.padding - KERNEL) / self.stride + 1
    }

    /// The key of the kernel with these weights, which may be the reader's own.
    pub fn preset(&self) -> &'static str {
        KERNELS.iter().find(|kernel| kernel.weights == self.kernel.0).map_or("own", |kernel| kernel.key)
    }

    /// The numbers that exercises can ask for.
    pub fn facts(&self) -> Vec<(String, f64)> {
        let mut facts = vec![("output_size", self.output_size() as f64)];
        if let Ok(output) = self.convolution().output() {
            facts.push(("value", output.values[self.cell] as f64));
            facts.push(("largest", output.largest() as f64));
        }
        facts.into_iter().map(|(name, fact)| (name.to_string(), fact)).collect()
    }

    pub fn convolution(&self) -> Convolution {
        let image = IMAGES.iter().find(|image| image.key == self.image).unwrap_or(&IMAGES[0]);
        let pixels = image.pixels.chars().filter_map(|c| c.to_digit(10)).map(|grey| grey as f32).collect();
        Convolution {
            input: Grid { rows: SIZE, columns: SIZE, values: pixels },
            kernel: Grid { rows: KERNEL, columns: KERNEL, values: self.kernel.0.to_vec() },
            stride: self.stride,
            padding: self.padding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::controls;

    #[test]
    fn the_table_of_controls_holds() {
        controls::tests::holds::<Settings>();
    }
    use crate::site::url::Keys;

    #[test]
    fn an_address_keeps_the_kernel() {
        let settings = Settings { kernel: Weights([0.5, -1., 0., 3.25, 0., 0., 0., 0., 1.]), stride: 2, cell: 3, ..Settings::default() };
        let query = Keys::default().to_query(&settings, "");
        assert_eq!(query, "kernel=0.5_-1_0_3.25_0_0_0_0_1&stride=2&cell=3");
        assert_eq!(Keys::<Settings>::default().from_query(&query), settings);
    }

    #[test]
    fn what_cannot_be_is_brought_back() {
        let settings: Settings = Keys::default().from_query("kernel=1_2&stride=7&padding=5&cell=900&image=cat");
        let expected = Settings { stride: 2, padding: 1, cell: 24, ..Settings::default() };
        assert_eq!(settings, expected);
        assert_eq!(Keys::<Settings>::default().from_query("kernel=1_2_nan_4_5_6_7_8_9").kernel, Settings::default().kernel);
    }

    #[test]
    fn images_have_a_grey_level_in_every_cell() {
        for image in IMAGES {
            let settings = Settings { image: image.key.into(), ..Settings::default() };
            assert_eq!(settings.convolution().input.values.len(), SIZE * SIZE, "{}", image.name);
        }
    }
}
