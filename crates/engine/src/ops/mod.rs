//! The operations. Each has a pair of files, `.rs` and `.wgsl`. What needs two dispatches is two operations. What is made of operations is
//! a function on [`Var`].
//!
//! [`Var`]: crate::autograd::Var
mod adam;
mod affine;
mod avg_pool2d;
mod batch_norm;
mod binary;
mod clip;
mod combine;
mod concat;
mod conv2d;
mod conv2d_fused;
mod conv2d_geometry;
mod conv2d_grad;
mod conv2d_rungs;
mod conv_transpose2d;
mod cross_entropy;
mod depthwise;
mod direct_conv2d;
mod exponential;
mod interpolate;
mod lanes;
mod log_softmax;
mod losses;
mod matmul;
mod max_pool2d;
mod moments;
mod norms;
mod pad;
mod pool;
mod product;
mod random_mask;
mod reductions;
mod resample;
mod reshape;
mod shuffle;
mod slice;
mod softmax;
mod standardise;
mod strided;
mod sum;
mod unary;
mod unary_fn;
mod unfold;
mod window;

pub use adam::{AdamStep, SecondMoment};
pub use affine::Affine;
pub use avg_pool2d::AvgPool2d;
pub use batch_norm::BatchNorm;
pub use binary::{Binary, BinaryFn};
pub use combine::Combine;
pub use concat::Concat;
pub use conv_transpose2d::ConvTranspose2d;
pub use conv2d::Conv2d;
pub use conv2d_fused::PreparedConv2d;
pub use cross_entropy::CrossEntropy;
pub use direct_conv2d::DirectConv2d;
pub use interpolate::{Grid, Interpolation};
pub use log_softmax::LogSoftmax;
pub use losses::ClassWeights;
pub use matmul::MatMul;
pub use max_pool2d::MaxPool2d;
pub use norms::ResponseNorm;
pub use pad::{Border, PadMode};
pub use pool::Places;
pub use random_mask::RandomMask;
pub use resample::{Resample, Table};
pub use reshape::Reshape;
pub use slice::{Along, Slice};
pub use softmax::Softmax;
pub use standardise::Standardise;
pub use strided::{Expand, Permute};
pub use sum::Sum;
pub use unary::Unary;
pub use unary_fn::UnaryFn;
pub use window::Window;

use crate::gpu::Params;
use ndarray::{ArrayViewD, ArrayViewMutD};

/// A view's values in row-major order. Tensors are contiguous, so nothing is copied.
fn values<'a>(x: &'a ArrayViewD<f32>) -> &'a [f32] {
    x.as_slice().expect("tensors are contiguous")
}
fn values_mut<'a>(y: &'a mut ArrayViewMutD<f32>) -> &'a mut [f32] {
    y.as_slice_mut().expect("tensors are contiguous")
}

/// The largest number of axes for which a shader's uniform block has room.
const MAX_AXES: usize = 8;

/// Appends up to eight numbers as `array<vec4<u32>, 2>`, the form of a list in a uniform block.
fn eight(params: Params, numbers: &[usize]) -> Params {
    (0..MAX_AXES).fold(params, |p, i| p.u(numbers.get(i).copied().unwrap_or(0)))
}
