//! The speed of a machine: which cases are measured, and the results.
use super::DeviceChoice;
use serde::{Deserialize, Serialize};

/// A case that is measured. Reference: the cases by which libraries for browsers are compared in docs/benchmarks.md.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// Its name in a `Plan`.
    pub name: &'static str,
    /// The name that readers see.
    pub title: &'static str,
    /// What one run computes.
    pub work: Work,
}

/// What a case computes in one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Work {
    /// A convolution of one image of `side` × `side`, with bias, padded by half the kernel.
    Convolution {
        /// The numbers of input and output channels.
        channels: [usize; 2],
        /// The side of the square kernel, in pixels.
        kernel: usize,
        /// The stride along both axes.
        stride: usize,
        /// The groups of torch.nn.Conv2d: 1 for an ordinary convolution, the number of channels for a depthwise one.
        groups: usize,
        /// The height and width of the input, in pixels.
        side: usize,
    },
    /// One image through a network of `MODELS`, with fresh weights.
    Forward(&'static str),
    /// A forward pass, a backward pass and SGD on a batch of digits.
    TrainingStep {
        /// A name in `MODELS`.
        model: &'static str,
        /// The number of images in the batch.
        batch: usize,
    },
}

const fn convolution(channels: [usize; 2], kernel: usize, stride: usize, groups: usize, side: usize) -> Work {
    Work::Convolution { channels, kernel, stride, groups, side }
}

const fn case(name: &'static str, title: &'static str, work: Work) -> Case {
    Case { name, title, work }
}

/// All cases, single convolutions first.
pub const CASES: &[Case] = &[
    case("conv3x3_64_56", "3×3, 64 → 64 channels, 56×56", convolution([64, 64], 3, 1, 1, 56)),
    case("conv1x1_64_256_56", "1×1, 64 → 256 channels, 56×56", convolution([64, 256], 1, 1, 1, 56)),
    case("conv3x3_256_14", "3×3, 256 → 256 channels, 14×14", convolution([256, 256], 3, 1, 1, 14)),
    case("dw3x3_96_112", "depthwise 3×3, 96 channels, 112×112", convolution([96, 96], 3, 1, 96, 112)),
    case("conv7x7s2_3_64_224", "7×7 stride 2, 3 → 64 channels, 224×224", convolution([3, 64], 7, 2, 1, 224)),
    case("resnet18", "ResNet-18, one image of 224×224", Work::Forward("resnet18")),
    case("mobilenet_v2", "MobileNetV2, one image of 224×224", Work::Forward("mobilenet_v2")),
    case("efficientnet_b0", "EfficientNet-B0, one image of 224×224", Work::Forward("efficientnet_b0")),
    case("lenet5_b64", "LeNet-5, a training step on 64 digits", Work::TrainingStep { model: "lenet5_relu", batch: 64 }),
];

/// The smallest and the largest number of timed runs.
pub const RUNS: [usize; 2] = [1, 100];

impl Case {
    /// The case with this name. Underscores are ignored, because libraries differ in theirs.
    pub fn find(name: &str) -> Option<&'static Case> {
        let bare = |name: &str| name.replace('_', "");
        CASES.iter().find(|case| bare(case.name) == bare(name))
    }
}

/// A request for a measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// A name in `CASES`.
    pub case: String,
    /// The device on which it is measured.
    pub device: DeviceChoice,
    /// The number of timed runs. Their median is the result.
    pub runs: usize,
}

/// The times of one case on one device, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Its name in `CASES`.
    pub case: String,
    /// The device on which it was measured.
    pub device: DeviceChoice,
    /// The time of the first run, which makes weights and inputs, compiles shaders and allocates memory.
    pub first: f64,
    /// The time of each timed run. For a convolution it is a fifth of five runs in a row.
    pub runs: Vec<f64>,
    /// The multiply-adds of one run.
    pub macs: u64,
    /// The kernel or the way that was used.
    pub rung: String,
    /// The simplest implementation and its time, if there is one.
    pub naive: Option<(String, f64)>,
}

/// The median. For an even number of values it is the mean of the middle two. NaN without values.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}

impl Times {
    /// The median of the timed runs, in milliseconds. NaN if there are none.
    pub fn median(&self) -> f64 {
        median(&self.runs)
    }
    /// 10⁹ floating-point operations a second; a multiply-add counts as two.
    pub fn gflops(&self) -> f64 {
        2.0 * self.macs as f64 / self.median() / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_found_under_either_name() {
        assert_eq!(Case::find("mobilenetv2").map(|c| c.name), Some("mobilenet_v2"));
        assert_eq!(Case::find("efficientnet_b0").map(|c| c.name), Some("efficientnet_b0"));
        assert_eq!(Case::find("vgg16"), None);
    }

    #[test]
    fn a_median_stands_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 100.0]), 3.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 100.0]), 3.0);
        let times = Times {
            case: "resnet18".into(),
            device: DeviceChoice::Cpu,
            first: 9.0,
            runs: vec![2.0, 4.0, 2.0],
            macs: 1_000_000,
            rung: String::new(),
            naive: None,
        };
        assert_eq!(times.gflops(), 1.0);
    }
}
