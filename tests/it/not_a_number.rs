//! NaN stays NaN, as in torch. An activation or a pooling that turned it into 0 would hide that a network has diverged. On the CPU only;
//! WGSL promises nothing.
use receptive::engine::{
    autograd::{Tape, Var},
    ops::{UnaryFn, Window},
    tensor::{Device, Shape, Tensor},
};

fn var(dims: [usize; 4], values: &[f32]) -> Var {
    Tape::frozen().input(Tensor::new(&Device::Cpu, Shape::new(dims), values).expect("values for the shape"))
}

fn read(var: &Var) -> &[f32] {
    var.value().on_cpu().expect("on the CPU")
}

#[test]
fn clamps_hand_it_on() {
    let x = var([1, 1, 1, 3], &[f32::NAN, -2.0, 9.0]);
    for (function, high) in [(UnaryFn::Relu, 9.0), (UnaryFn::Relu6, 6.0), (UnaryFn::Clamp { min: 0.0, max: 5.0 }, 5.0)] {
        let y = x.unary(function).expect("a function");
        let y = read(&y);
        assert!(y[0].is_nan(), "{function:?}: {y:?}");
        assert_eq!(y[1..], [0.0, high], "{function:?}");
    }
}

#[test]
fn it_wins_its_window_wherever_it_lies() {
    for at in 0..4 {
        let mut values = [1.0, 2.0, 3.0, 4.0];
        values[at] = f32::NAN;
        let x = var([1, 2, 2, 1], &values);
        let y = x.max_pool2d(Window::square(2), false).expect("one window");
        assert!(read(&y)[0].is_nan(), "at {at}");
    }
}
