//! Shapes that do not fit are refused before anything is computed. The messages contain the operation and the numbers.
use receptive::engine::{
    autograd::Var,
    ops::{BinaryFn, Border, ConvTranspose2d, Interpolation, PadMode, Window},
    tensor::{Device, Shape, Tensor},
};

fn meta(dims: &[usize]) -> Var {
    Var::constant(Tensor::new(&Device::Meta, Shape::new(dims), &[]).unwrap())
}

#[track_caller]
fn refused(found: receptive::error::Result<Var>, message: &str) {
    assert_eq!(found.map(|v| v.shape().clone()).unwrap_err().to_string(), message);
}

#[test]
fn errors_carry_the_operation_and_the_numbers() {
    let (image, kernel) = (meta(&[1, 8, 8, 64]), meta(&[3, 3, 32, 128]));
    refused(
        image.conv2d(&kernel, None, Window::square(3), 1),
        "conv2d: input has 64 channels; a weight of 32 channels in 1 groups expects 32",
    );
    refused(image.conv2d(&meta(&[3, 3, 64, 8]), Some(&meta(&[9])), Window::square(3), 1), "conv2d: expected a bias of 8, found 9");
    refused(image.conv2d(&meta(&[5, 5, 64, 8]), None, Window::square(3), 1), "conv2d: the window is 3×3, the weight's kernel 5×5");
    refused(
        meta(&[1, 2, 9, 1]).conv2d(&meta(&[3, 3, 1, 1]), None, Window::square(3).dilation(2), 1),
        "conv2d: a window of 3 (dilation 2) reaches over 5, but the height of 2 with padding 0 on both sides has only 2",
    );
    refused(image.conv2d(&meta(&[3, 3, 64, 8]), None, Window::square(3).stride(0), 1), "conv2d: stride 0×0: each must be at least 1");
    refused(image.max_pool2d(Window::square(2).padding(2), false), "max_pool2d: padding 2 is more than half of the window of 2");
    refused(meta(&[2, 3]).matmul(&meta(&[4, 5])), "matmul: the left factor has 3 columns, the right factor 4 rows");
    refused(meta(&[2, 3]).linear(&meta(&[4, 5]), None), "linear: input has 3 features, the weight takes 4");
    refused(meta(&[2, 3]).add(&meta(&[4])), "add: 2×3 and 4 do not broadcast: 3 against 4");
    refused(meta(&[2, 3]).reshape(Shape::new([7])), "reshape: 2×3 holds 6 values, 7 holds 7");
    refused(meta(&[2, 3]).cross_entropy(&meta(&[3])), "cross_entropy: expected 2 targets, found 3");
    refused(meta(&[2, 3]).slice(1, 2, 4, 1), "slice: 2..4 in steps of 1 along axis 1 of 2×3");
    refused(meta(&[2, 3]).flip(&[2]), "flip: axis 2 of 2×3, which has 2 axes");
    refused(meta(&[2, 3]).index_select(1, &[0, 3]), "resample: place 3 of the 3 along axis 1 of 2×3");
    let top = |top| Border { top, ..Border::default() };
    refused(image.pad(top(8), PadMode::Reflect), "pad: Reflect fills at most 7 rows at 8, not 8");
    refused(image.pad(top(-8), PadMode::Constant(0.0)), "pad: -8 and 0 rows leave nothing of 8");
    let transposed = |stride, output_padding| ConvTranspose2d { window: Window::square(3).stride(stride), output_padding, groups: 1 };
    refused(
        image.conv_transpose2d(&meta(&[3, 3, 2, 64]), None, transposed(2, [2, 0])),
        "conv_transpose2d: output padding 2 must be less than the stride, 2, or the dilation, 1",
    );
    refused(image.conv_transpose2d(&kernel, None, transposed(2, [0, 0])), "conv_transpose2d: input has 64 channels, the weight takes 128");
    refused(image.adaptive_avg_pool2d([0, 1]), "avg_pool2d: 0×1 places: each must be at least 1");
    refused(meta(&[2, 3]).cumsum(2), "cumsum: axis 2 of 2×3, which has 2 axes");
    refused(meta(&[2, 3]).softmax(2), "softmax: axis 2 of 2×3, which has 2 axes");
    refused(meta(&[2, 3]).max(2), "max: axis 2 of 2×3, which has 2 axes");
    refused(meta(&[2, 3]).sum(&[0, 5], true), "sum: axis 5 of 2×3, which has 2 axes");
    refused(meta(&[2, 3]).gather(2, &meta(&[2, 3])), "gather: 2×3 by 2×3 along axis 2");
    refused(Var::concat(&[&meta(&[2, 3]), &meta(&[4, 5])], 0), "concat: 2×3 and 4×5 do not fit together along axis 0");
    refused(Var::concat(&[], 0), "concat: expected at least one part");
    refused(meta(&[2, 3]).affine(&meta(&[2]), &meta(&[3])), "affine: 3 channels with factors of 2 and offsets of 3");
    refused(meta(&[2, 3]).layer_norm(&meta(&[2]), &meta(&[2]), 0.1), "layer_norm: 2×3 does not end in the 2 of its weight");
    refused(image.group_norm(5, &meta(&[64]), &meta(&[64]), 0.1), "group_norm: 64 channels do not divide into 5 groups");
    refused(image.pixel_shuffle(3), "pixel_shuffle: 64 channels do not divide into squares of 3×3");
    refused(image.channel_shuffle(5), "channel_shuffle: 64 channels do not divide into 5 groups");
    refused(image.interpolate([0, 3], Interpolation::Nearest), "interpolate: to 0×3: each must be at least 1");
    refused(meta(&[2, 12, 9]).fold([5, 4], Window::square(2)), "fold: 12 rows and 9 columns by a window of 2×2 with 4×3 places");
    refused(meta(&[2, 3, 4]).matmul(&meta(&[3, 4, 5])), "matmul: 2×3×4 and 3×4×5 are not equally many matrices");
    refused(meta(&[2, 3]).dropout(&meta(&[2, 3]), 1.0), "dropout: the probability 1 is not in 0 ≤ p < 1");
    refused(meta(&[2, 3]).binary(BinaryFn::Keep, &meta(&[2])), "keep: 2×3 and 2 do not broadcast: 3 against 2");
    refused(meta(&[2, 3]).permute(&[0, 0]), "permute: expected each axis of 2×3 once, found [0, 0]");
}

#[test]
fn values_must_fit_their_shape() {
    let short = Tensor::new(&Device::Cpu, Shape::new([2, 3]), &[0.0; 5]).err().unwrap();
    assert_eq!(short.to_string(), "tensor: 2×3 needs 6 values (at least one), found 5");
    assert!(Tensor::new(&Device::Cpu, Shape::new([0, 3]), &[]).is_err());
}
