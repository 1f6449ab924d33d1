//! How fast a machine is: what is measured, and what a measurement finds.
use super::DeviceChoice;
use serde::{Deserialize, Serialize};

/// One thing that is measured. Reference: the cases by which libraries for browsers are compared in docs/benchmarks.md.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// Its name in a `Plan`.
    pub name: &'static str,
    /// What a reader sees.
    pub title: &'static str,
    /// What one run computes.
    pub work: Work,
}

/// What a case computes in one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Work {
    /// One image of `side` × `side`, padded by half the kernel, with a bias.
    Convolution {
        /// Of the input and of the output.
        channels: [usize; 2],
        /// Side of the square kernel, in pixels.
        kernel: usize,
        /// Along both axes.
        stride: usize,
        /// As in torch.nn.Conv2d: 1 is a usual convolution, the number of channels a depthwise one.
        groups: usize,
        /// Height and width of the input, in pixels.
        side: usize,
    },
    /// One image through a network of `MODELS`, with fresh weights.
    Forward(&'static str),
    /// Forward, backward and SGD on a batch of digits.
    TrainingStep {
        /// A name in `MODELS`.
        model: &'static str,
        /// Images in the batch.
        batch: usize,
    },
}

const fn convolution(channels: [usize; 2], kernel: usize, stride: usize, groups: usize, side: usize) -> Work {
    Work::Convolution { channels, kernel, stride, groups, side }
}

const fn case(name: &'static str, title: &'static str, work: Work) -> Case {
    Case { name, title, work }
}

/// The cases on offer, single convolutions first.
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

/// Timed runs on offer, fewest and most.
pub const RUNS: [usize; 2] = [1, 100];

impl Case {
    /// By its name; underscores do not count, because libraries differ in theirs.
    pub fn find(name: &str) -> Option<&'static Case> {
        let bare = |name: &str| name.replace('_', "");
        CASES.iter().find(|case| bare(case.name) == bare(name))
    }
}

/// What is to be measured next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// A name in `CASES`.
    pub case: String,
    /// Where it is measured.
    pub device: DeviceChoice,
    /// Timed runs, of which the median counts.
    pub runs: usize,
}

/// Times of one case on one device, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// Its name in `CASES`.
    pub case: String,
    /// Where it was measured.
    pub device: DeviceChoice,
    /// The first run: weights and inputs made, shaders compiled, memory taken.
    pub first: f64,
    /// Each timed run; a convolution's is a fifth of five back to back.
    pub runs: Vec<f64>,
    /// Multiply-adds of one run.
    pub macs: u64,
    /// The kernel or the way that was chosen.
    pub rung: String,
    /// The simplest way and its time, where there is one.
    pub naive: Option<(String, f64)>,
}

/// Of an even number of values the mean of the middle two.
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
    /// Of the timed runs, in milliseconds; NaN where there are none.
    pub fn median(&self) -> f64 {
        median(&self.runs)
    }
    /// 10⁹ floating-point operations a second, a multiply-add being two.
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
