//! Pooling layers.
use super::{Cx, Module, torch};
use engine::{
    Result,
    autograd::Var,
    ops::{AvgPool2d, Border, PadMode, Places, Window},
};

/// Reduces each channel's values under a window to one value: N×C×H×W to N×C×OH×OW.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pool {
    /// Max pooling: the largest value under each window. Padding is never the largest. Reference: torch.nn.MaxPool2d.
    Max(Window),
    /// Max pooling in which the last window may extend beyond the end. Reference: torch.nn.MaxPool2d(ceil_mode=True).
    MaxRoundingUp(Window),
    /// Max pooling with TensorFlow's padding `SAME`, which is never the largest. The window's own padding is not used.
    MaxSame(Window),
    /// Average pooling: the mean under each window, in which padding counts as zeros. Reference: torch.nn.AvgPool2d.
    Average(Window),
    /// Average pooling: the mean of the input's values under each window. Reference: torch.nn.AvgPool2d(count_include_pad=False).
    AverageInside(Window),
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
            Pool::Max(window) | Pool::MaxRoundingUp(window) | Pool::MaxSame(window) => ("max", window),
            Pool::Average(window) | Pool::AverageInside(window) | Pool::AverageRoundingUp(window) => ("average", window),
            Pool::Adaptive([height, width]) => return format!("average pool to {height}×{width}"),
            Pool::Global => return "global average pool".into(),
        };
        format!("{name} pool {}×{}, stride {}", window.kernel[0], window.kernel[1], window.stride[0])
    }
    fn torch(&self) -> Option<String> {
        Some(match self {
            Pool::Max(window) => format!("nn.MaxPool2d({})", torch::pooling(window)),
            Pool::MaxRoundingUp(window) => format!("nn.MaxPool2d({}, ceil_mode=True)", torch::pooling(window)),
            // TensorFlow's padding is no argument of PyTorch's.
            Pool::MaxSame(_) => return None,
            Pool::Average(window) => format!("nn.AvgPool2d({})", torch::pooling(window)),
            Pool::AverageInside(window) => format!("nn.AvgPool2d({}, count_include_pad=False)", torch::pooling(window)),
            Pool::AverageRoundingUp(window) => {
                format!("nn.AvgPool2d({}, ceil_mode=True, count_include_pad=False)", torch::pooling(window))
            }
            Pool::Adaptive([rows, columns]) => format!("nn.AdaptiveAvgPool2d(({rows}, {columns}))"),
            Pool::Global => "nn.AdaptiveAvgPool2d(1)".into(),
        })
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        match self {
            Pool::Max(window) => x.max_pool2d(*window, false),
            Pool::MaxRoundingUp(window) => x.max_pool2d(*window, true),
            Pool::MaxSame(window) => {
                let [_, height, width, _] = x.shape().axes("max_pool2d")?;
                let padded = x.pad(Border::same(window, [height, width])?, PadMode::Constant(f32::NEG_INFINITY))?;
                padded.max_pool2d(window.padding(0), false)
            }
            Pool::Average(window) => x.avg_pool2d(AvgPool2d::new(*window)),
            Pool::AverageInside(window) => x.avg_pool2d(AvgPool2d { count_include_pad: false, ..AvgPool2d::new(*window) }),
            Pool::AverageRoundingUp(window) => {
                let places = Places::Sliding { window: *window, ceil_mode: true };
                x.avg_pool2d(AvgPool2d { places, count_include_pad: false, divisor: None })
            }
            Pool::Adaptive(places) => x.adaptive_avg_pool2d(*places),
            Pool::Global => x.mean(&[1, 2], true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::tensor::{Device, Shape, Tensor};

    /// The pooled values of a row of an image.
    fn pooled(pool: Pool, row: &[f32]) -> Vec<f32> {
        let x = Var::constant(Tensor::new(&Device::Cpu, Shape::new([1, 1, row.len(), 1]), row).unwrap());
        pollster::block_on(pool.forward(&x, &mut Cx::default()).unwrap().value().values()).unwrap()
    }

    #[test]
    fn padding_is_never_the_largest_and_counts_only_where_it_should() {
        let window = Window::new([1, 3]).stride(2);
        // `SAME` adds to 4 columns one at the end, to 5 columns one on each side.
        assert_eq!(pooled(Pool::MaxSame(window), &[-1.0, -2.0, -3.0, -4.0]), [-1.0, -3.0]);
        assert_eq!(pooled(Pool::MaxSame(window), &[-1.0, -2.0, -3.0, -4.0, -5.0]), [-1.0, -2.0, -4.0]);
        let padded = Window { padding: [0, 1], ..window };
        assert_eq!(pooled(Pool::AverageInside(padded), &[2.0, 4.0, 6.0, 8.0]), [3.0, 6.0]);
        assert_eq!(pooled(Pool::Average(padded), &[2.0, 4.0, 6.0, 8.0]), [2.0, 6.0]);
    }
}
