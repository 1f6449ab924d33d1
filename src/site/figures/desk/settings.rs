//! The settings of the desk: an operation and its sizes, the content of cells, and the reader's position.
use super::{edits::Edits, pair::Pair};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    Convolution,
    Transposed,
    MaxPool,
    AveragePool,
    AdaptiveMaxPool,
    AdaptiveAveragePool,
    GlobalAveragePool,
}
use Operation::*;

impl Operation {
    pub const ALL: &[(Operation, &str)] = &[
        (Convolution, "Convolution"),
        (Transposed, "Transposed convolution"),
        (MaxPool, "Max pooling"),
        (AveragePool, "Average pooling"),
        (AdaptiveMaxPool, "Adaptive max pooling"),
        (AdaptiveAveragePool, "Adaptive average pooling"),
        (GlobalAveragePool, "Global average pooling"),
    ];
    pub fn has_weights(self) -> bool {
        matches!(self, Convolution | Transposed)
    }
    /// Whether the reader gives the output's size, from which the windows follow.
    pub fn is_adaptive(self) -> bool {
        matches!(self, AdaptiveMaxPool | AdaptiveAveragePool | GlobalAveragePool)
    }
    /// Whether a window without weights slides over the input.
    pub fn pools(self) -> bool {
        matches!(self, MaxPool | AveragePool)
    }
    pub fn takes_the_largest(self) -> bool {
        matches!(self, MaxPool | AdaptiveMaxPool)
    }
}

/// The values outside the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaddingMode {
    Zeros,
    Reflect,
    Replicate,
    Circular,
}

impl PaddingMode {
    pub const ALL: &[(PaddingMode, &str)] = &[
        (PaddingMode::Zeros, "Zeros"),
        (PaddingMode::Reflect, "Reflect"),
        (PaddingMode::Replicate, "Replicate"),
        (PaddingMode::Circular, "Circular"),
    ];
}

/// The computations at the desk, as tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    Sum,
    Backward,
    Matrix,
    Addresses,
    Code,
}

/// The gradient that the backward tab steps through: with respect to the input, the kernel or the bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrt {
    Input,
    Kernel,
    Bias,
}

/// The length of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    Product,
    Channel,
    Cell,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub op: Operation,
    /// The number of spatial axes, 1 or 2. With 1 the height is 1 everywhere.
    pub dims: usize,
    /// Height and width, like all pairs.
    pub input: Pair,
    pub channels: usize,
    pub out: usize,
    pub kernel: Pair,
    pub stride: Pair,
    pub padding: Pair,
    pub mode: PaddingMode,
    pub dilation: Pair,
    pub groups: usize,
    /// Of a pool: a last window that overhangs the end counts, if it starts inside the input or its left padding.
    pub ceil_mode: bool,
    /// Of an average pool: padding counts among what is averaged over.
    pub count_include_pad: bool,
    /// Of an average pool: its sums are divided by this; 0: by the count.
    pub divisor: usize,
    /// Rows and columns that a transposed convolution adds at the end.
    pub extra: Pair,
    /// The output size of an adaptive pool.
    pub size: Pair,
    /// In one dimension: whether all padding is before the first value (causal), so that no output reads later values.
    pub causal: bool,
    pub bias: bool,
    /// Whether it is a true convolution: the kernel is turned by 180° first.
    pub flip: bool,

    /// The keys of the presets for the input, the kernel and the upstream gradient.
    pub picture: String,
    pub weights: String,
    pub upstream: String,
    pub seed: u32,
    /// The patch of the reader's photo, with a letter for each value.
    pub photo: String,
    pub edits: Edits,

    pub tab: Tab,
    pub wrt: Wrt,
    /// Whether sheets are side by side, and not one behind the other.
    pub spread: bool,
    /// The chosen cell, counted through channels, rows and columns.
    pub cell: usize,
    /// The number of moments of its sum that are still to come.
    pub left: usize,
    pub by: Step,
    /// The number of steps in a second while it plays.
    pub speed: usize,
    /// The number of images in the batch, for the addresses.
    pub images: usize,
    /// The gradient check moves its cell by 10 to the power of minus this number.
    pub decimals: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            op: Convolution,
            dims: 2,
            input: Pair([6, 6]),
            channels: 2,
            out: 2,
            kernel: Pair([3, 3]),
            stride: Pair([1, 1]),
            padding: Pair([0, 0]),
            mode: PaddingMode::Zeros,
            dilation: Pair([1, 1]),
            groups: 1,
            ceil_mode: false,
            count_include_pad: true,
            divisor: 0,
            extra: Pair([0, 0]),
            size: Pair([3, 3]),
            causal: false,
            bias: true,
            flip: false,
            picture: "random".into(),
            weights: "random".into(),
            upstream: "ones".into(),
            seed: 1,
            photo: String::new(),
            edits: Edits::default(),
            tab: Tab::Sum,
            wrt: Wrt::Input,
            spread: false,
            cell: 0,
            left: 0,
            by: Step::Product,
            speed: 3,
            images: 1,
            decimals: 2,
        }
    }
}

impl Settings {
    /// The computation without the reader's position in it.
    pub fn subject(&self) -> Settings {
        let Settings { tab, wrt, spread, cell, left, by, speed, images, decimals, .. } = Settings::default();
        Settings { tab, wrt, spread, cell, left, by, speed, images, decimals, ..self.clone() }
    }
    /// Padding before the first and after the last value of each axis.
    pub fn borders(&self) -> [[usize; 2]; 2] {
        if self.causal {
            return [[0, 0], [self.dilation[1] * (self.kernel[1] - 1), 0]];
        }
        [[self.padding[0]; 2], [self.padding[1]; 2]]
    }
    /// How far the kernel reaches along an axis: d·(k − 1) + 1.
    pub fn reach(&self, axis: usize) -> usize {
        self.dilation[axis] * (self.kernel[axis] - 1) + 1
    }
    /// Rows, or columns, of the input with its padding.
    pub fn room(&self, axis: usize) -> usize {
        self.input[axis] + self.borders()[axis].iter().sum::<usize>()
    }
    /// Whether the last window of a pool overhangs its padded input.
    pub fn overhangs(&self) -> bool {
        let places = self.output();
        self.op.pools() && (0..2).any(|axis| (places[axis] - 1) * self.stride[axis] + self.reach(axis) > self.room(axis))
    }
    /// What an average pool divides the sum under each of its windows by; None where the windows differ.
    pub fn divides_by(&self) -> Option<usize> {
        let even = !self.overhangs() && (self.count_include_pad || self.padding.0 == [0, 0]);
        if self.divisor > 0 { Some(self.divisor) } else { even.then_some(self.kernel[0] * self.kernel[1]) }
    }
    /// Rows, or columns, of the output; None where the kernel does not fit.
    pub fn places_along(&self, axis: usize) -> Option<usize> {
        let (stride, reach, room) = (self.stride[axis], self.reach(axis), self.room(axis));
        match self.op {
            GlobalAveragePool => Some(1),
            AdaptiveMaxPool | AdaptiveAveragePool => Some(self.size[axis]),
            Transposed => ((self.input[axis] - 1) * stride + reach + self.extra[axis])
                .checked_sub(2 * self.padding[axis])
                .filter(|&places| places > 0),
            // Rounded up, less a last window that would start beyond the input.
            _ if self.ceil_mode => {
                let last = (room + stride - 1).checked_sub(reach)? / stride;
                Some(last + usize::from(last * stride < self.input[axis] + self.borders()[axis][0]))
            }
            _ => room.checked_sub(reach).map(|left| left / stride + 1),
        }
    }
    /// Rows and columns of the output.
    pub fn places(&self) -> Option<[usize; 2]> {
        Some([self.places_along(0)?, self.places_along(1)?])
    }
    /// As `places`, for valid settings, which always have places.
    pub fn output(&self) -> [usize; 2] {
        self.places().unwrap_or([1, 1])
    }
    /// The number of input channels that one output channel reads, and of output channels to which one input channel contributes.
    pub fn group(&self) -> [usize; 2] {
        if self.op.has_weights() { [self.channels / self.groups, self.out / self.groups] } else { [1, 1] }
    }
    /// PyTorch's shape of the weight.
    pub fn weight_shape(&self) -> [usize; 4] {
        let [kh, kw] = self.kernel.0;
        match self.op {
            Transposed => [self.channels, self.group()[1], kh, kw],
            _ => [self.out, self.group()[0], kh, kw],
        }
    }
    /// Channels, rows and columns of the input; below, of the output.
    pub fn input_shape(&self) -> [usize; 3] {
        [self.channels, self.input[0], self.input[1]]
    }
    pub fn output_shape(&self) -> [usize; 3] {
        let [rows, columns] = self.output();
        [self.out, rows, columns]
    }
}

#[cfg(test)]
pub fn from_query(query: &str) -> Settings {
    crate::site::url::Keys::default().from_query(query)
}
#[cfg(test)]
pub fn address(settings: &Settings) -> String {
    crate::site::url::Keys::default().to_query(settings, "")
}
