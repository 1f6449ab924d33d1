//! Pooling layers.
use super::{Cx, Module};
use engine::{
    Result,
    autograd::Var,
    ops::{AvgPool2d, Places, Window},
};

/// Reduces each channel's values under a window to one value: N×C×H×W to N×C×OH×OW.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pool {
    /// Max pooling: the largest value under each window. Padding is never the largest. Reference: torch.nn.MaxPool2d.
    Max(Window),
    /// Max pooling in which the last window may extend beyond the end. Reference: torch.nn.MaxPool2d(ceil_mode=True).
    MaxRoundingUp(Window),
    /// Average pooling: the mean under each window, in which padding counts as zeros. Reference: torch.nn.AvgPool2d.
    Average(Window),
    /// Average pooling in which the last window may extend beyond the end, and the mean is that of the pixels in the image. Reference:
    /// torch.nn.AvgPool2d(ceil_mode=True, count_include_pad=False).
    AverageRoundingUp(Window),
    /// Adaptive average pooling to this number of rows and columns. Reference: torch.nn.AdaptiveAvgPool2d.
    Adaptive([usize; 2]),
    /// Global average pooling: the mean of each channel, N×C×1×1. Source: Lin et al., 2013. Reference: torch.nn.AdaptiveAvgPool2d(1).
    Global,
}

impl Module for Pool {
    fn describe(&self) -> String {
        let (name, window) = match self {
            Pool::Max(window) | Pool::MaxRoundingUp(window) => ("max", window),
            Pool::Average(window) | Pool::AverageRoundingUp(window) => ("average", window),
            Pool::Adaptive([height, width]) => return format!("average pool to {height}×{width}"),
            Pool::Global => return "global average pool".into(),
        };
        format!("{name} pool {}×{}, stride {}", window.kernel[0], window.kernel[1], window.stride[0])
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        match self {
            Pool::Max(window) => x.max_pool2d(*window, false),
            Pool::MaxRoundingUp(window) => x.max_pool2d(*window, true),
            Pool::Average(window) => x.avg_pool2d(AvgPool2d::new(*window)),
            Pool::AverageRoundingUp(window) => {
                let places = Places::Sliding { window: *window, ceil_mode: true };
                x.avg_pool2d(AvgPool2d { places, count_include_pad: false, divisor: None })
            }
            Pool::Adaptive(places) => x.adaptive_avg_pool2d(*places),
            Pool::Global => x.mean(&[1, 2], true),
        }
    }
}
