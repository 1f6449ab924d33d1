//! Layouts: values go in and come out unchanged, and the engine's order is the one in the table of `tensor/layout.rs`.
use crate::devices::noise;
use pollster::block_on;
use receptive::engine::tensor::{Device, Layout, Shape, Tensor};

#[test]
fn what_enters_leaves_unchanged() {
    for (layout, dims) in [
        (Layout::Plain, vec![5, 7]),
        (Layout::Image, vec![2, 3, 4, 5]),
        (Layout::Kernel, vec![6, 3, 5, 2]),
        (Layout::TransposedKernel, vec![3, 6, 2, 2]),
        (Layout::Dense, vec![7, 4]),
    ] {
        let values = noise(dims.iter().product(), 1);
        let tensor = Tensor::from_outside(&Device::Cpu, layout, &dims, &values).unwrap();
        assert_eq!(tensor.shape(), &layout.inside(&dims).unwrap());
        assert_eq!(block_on(tensor.to_outside(layout)).unwrap(), (dims, values), "{layout:?}");
    }
}

#[test]
fn an_image_is_rows_of_pixels_of_channels() {
    // Two channels of 1 × 3: channel after channel outside, pixel after pixel inside.
    let inside = Layout::Image.from_outside(&[1, 2, 1, 3], &[1.0, 2.0, 3.0, 10.0, 20.0, 30.0]).unwrap();
    assert_eq!(inside, [1.0, 10.0, 2.0, 20.0, 3.0, 30.0]);
    assert_eq!(Layout::Kernel.inside(&[16, 6, 5, 3]).unwrap(), Shape::new([5, 3, 6, 16]));
    assert_eq!(Layout::Image.inside(&[16, 6]).unwrap_err().to_string(), "layout: Image has 4 axes, found 16×6");
}
