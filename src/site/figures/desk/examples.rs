//! Example settings, each with what it shows.
use super::{
    pair::Pair,
    settings::{Operation, PaddingMode, Settings, Tab, Wrt},
};

/// Example settings, with what they show.
pub struct Example {
    pub key: &'static str,
    pub name: &'static str,
    pub remark: &'static str,
    pub settings: fn() -> Settings,
}

fn single(input: usize, kernel: usize) -> Settings {
    Settings { input: Pair([input, input]), kernel: Pair([kernel, kernel]), channels: 1, out: 1, bias: false, ..Settings::default() }
}

pub const EXAMPLES: &[Example] = &[
    Example {
        key: "channels",
        name: "Two channels in, two out",
        remark: "Each output channel reads all input channels: one kernel for each of them, and the sum.",
        settings: Settings::default,
    },
    Example {
        key: "counting",
        name: "0 … 8 with 0 … 3",
        remark: "The sum under the kernel at each of its four places: 19, 25, 37 and 43.",
        settings: || Settings { picture: "counting".into(), weights: "counting".into(), ..single(3, 2) },
    },
    Example {
        key: "flipped",
        name: "The same, truly convolved",
        remark: "The kernel turned by half a turn: the four sums are 5, 11, 23 and 29. What networks call convolution does not turn it.",
        settings: || Settings { picture: "counting".into(), weights: "counting".into(), flip: true, ..single(3, 2) },
    },
    Example {
        key: "sobel",
        name: "Sobel finds an edge",
        remark: "Right minus left, smoothed downwards: zero where nothing changes. A true convolution would turn its sign.",
        settings: || Settings { picture: "edge".into(), weights: "sobel-x".into(), ..single(7, 3) },
    },
    Example {
        key: "sharpen",
        name: "Sharpening",
        remark: "The weights sum to 1, so flat regions stay; on both sides of an edge the contrast grows.",
        settings: || Settings {
            picture: "edge".into(),
            weights: "sharpen".into(),
            padding: Pair([1, 1]),
            mode: PaddingMode::Replicate,
            ..single(7, 3)
        },
    },
    Example {
        key: "stride",
        name: "A stride leaves rows unread",
        remark: "With stride 2 the last place starts in row 2: row 5 and column 5, hatched, are read by nobody.",
        settings: || Settings { stride: Pair([2, 2]), ..single(6, 3) },
    },
    Example {
        key: "same",
        name: "Padding that keeps the size",
        remark: "One row of zeros on each side gives a 3 × 3 kernel as many places as the input has cells.",
        settings: || Settings { padding: Pair([1, 1]), ..single(5, 3) },
    },
    Example {
        key: "dilation",
        name: "Dilation",
        remark: "Nine weights reach over 5 × 5 cells and leave gaps; no weight is added.",
        settings: || Settings { dilation: Pair([2, 2]), ..single(7, 3) },
    },
    Example {
        key: "depthwise",
        name: "Depthwise: as many groups as channels",
        remark: "Each output channel reads one input channel. Four times fewer weights than with one group.",
        settings: || Settings { channels: 4, out: 4, groups: 4, input: Pair([5, 5]), ..Settings::default() },
    },
    Example {
        key: "pointwise",
        name: "1 × 1: mixing channels",
        remark: "No neighbours are read: every output cell is a weighted sum of the channels above it.",
        settings: || Settings { channels: 4, out: 2, kernel: Pair([1, 1]), input: Pair([4, 4]), ..Settings::default() },
    },
    Example {
        key: "transposed",
        name: "Transposed, stride 2",
        remark: "Each input cell lays a copy of the kernel on the output, two cells further on; where copies overlap they add up.",
        settings: || Settings {
            op: Operation::Transposed,
            stride: Pair([2, 2]),
            input: Pair([3, 3]),
            channels: 1,
            out: 1,
            bias: false,
            ..Settings::default()
        },
    },
    Example {
        key: "causal",
        name: "1-D and causal",
        remark: "All padding lies before the first value: no output sees the future. With dilation 2 three weights reach five back.",
        settings: || Settings {
            dims: 1,
            causal: true,
            dilation: Pair([1, 2]),
            input: Pair([1, 10]),
            kernel: Pair([1, 3]),
            channels: 1,
            out: 1,
            bias: false,
            ..Settings::default()
        },
    },
    Example {
        key: "backward",
        name: "Backward through a stride",
        remark: "The gradient with respect to the input: zeros between the upstream cells, and the kernel turned by half a turn.",
        settings: || Settings { tab: Tab::Backward, wrt: Wrt::Input, upstream: "random".into(), stride: Pair([2, 2]), ..single(5, 3) },
    },
    Example {
        key: "max-pool",
        name: "Max pooling and its routing",
        remark: "The largest value of each window passes; backward, all of the gradient goes to that cell and none to the others.",
        settings: || Settings {
            op: Operation::MaxPool,
            kernel: Pair([2, 2]),
            stride: Pair([2, 2]),
            channels: 1,
            out: 1,
            bias: false,
            tab: Tab::Backward,
            upstream: "counting".into(),
            ..Settings::default()
        },
    },
    Example {
        key: "average-pool",
        name: "Average pooling is a convolution",
        remark: "One depthwise kernel whose weights are all 1/4 and never learnt.",
        settings: || Settings {
            op: Operation::AveragePool,
            kernel: Pair([2, 2]),
            stride: Pair([2, 2]),
            channels: 2,
            out: 2,
            bias: false,
            ..Settings::default()
        },
    },
    Example {
        key: "overhang",
        name: "A pool that rounds up",
        remark: "Three windows of 2 for five rows: with ceil_mode the last may overhang. What overhangs is not counted, so the corner is its own mean.",
        settings: || Settings { op: Operation::AveragePool, kernel: Pair([2, 2]), stride: Pair([2, 2]), ceil_mode: true, ..single(5, 2) },
    },
    Example {
        key: "addresses",
        name: "Two images in memory",
        remark: "Two images of 3 channels and 2 × 4 pixels: 48 numbers in a row, in one order or the other.",
        settings: || Settings {
            tab: Tab::Addresses,
            images: 2,
            channels: 3,
            input: Pair([2, 4]),
            kernel: Pair([2, 2]),
            picture: "counting".into(),
            ..Settings::default()
        },
    },
];

/// The example with this computation, whatever the reader looks at in it.
pub fn example(subject: &Settings, tab: Tab) -> Option<&'static Example> {
    let same = |example: &&Example| {
        let own = (example.settings)();
        own.subject() == *subject && (own.tab == Tab::Sum || own.tab == tab)
    };
    // An example that also names a view is more specific.
    EXAMPLES.iter().filter(same).max_by_key(|example| (example.settings)().tab != Tab::Sum)
}

#[cfg(test)]
mod tests {
    use super::{
        super::settings::{address, from_query},
        *,
    };
    use crate::site::url::Controls;

    #[test]
    fn examples_are_valid_and_find_themselves() {
        for own in EXAMPLES {
            let settings = (own.settings)();
            assert_eq!(settings.clone().fitted(), settings, "{}", own.name);
            assert_eq!(example(&settings.subject(), settings.tab).map(|found| found.key), Some(own.key));
            assert_eq!(from_query(&address(&settings)), settings, "{}", own.name);
        }
    }
}
