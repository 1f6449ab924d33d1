//! Channel split: one half of the channels goes through layers, and the other half passes by.
use super::{Cx, Module, Seq};
use engine::{
    Result,
    autograd::{Param, Var},
};
use std::rc::Rc;

/// y = the first half of x's channels, followed by layers(the second half). Source: Ma et al., 2018.
pub struct Split(pub Seq);

impl Module for Split {
    fn describe(&self) -> String {
        "half of the channels, and layers of the other half".into()
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        let [_, _, _, channels] = x.shape().axes("split")?;
        let half = channels / 2;
        let layers = self.0.forward(&x.narrow(3, half, channels - half)?, cx)?;
        Var::concat(&[&x.narrow(3, 0, half)?, &layers], 3)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.0.params()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, ChannelShuffle, Scope};
    use engine::{
        autograd::Tape,
        ops::UnaryFn,
        tensor::{Device, Shape, Tensor},
    };

    #[test]
    fn one_half_passes_by_and_a_shuffle_mixes_both() {
        let scope = Scope::new(Device::Cpu, 0);
        let relu = || Seq::new(&scope).add("relu", Activation(UnaryFn::Relu));
        let x = Tensor::new(&Device::Cpu, Shape::new([1, 1, 1, 6]), &[-1.0, -2.0, -3.0, -4.0, 5.0, 6.0]).unwrap();
        let run = |network: Seq| {
            let y = network.forward(&Var::constant(x.clone()), &mut Cx::default()).unwrap();
            pollster::block_on(y.value().values()).unwrap()
        };
        assert_eq!(run(Seq::new(&scope).add("split", Split(relu()))), [-1.0, -2.0, -3.0, 0.0, 5.0, 6.0]);
        let shuffled = Seq::new(&scope).add("split", Split(relu())).add("shuffle", ChannelShuffle(2));
        assert_eq!(run(shuffled), [-1.0, 0.0, -2.0, 5.0, -3.0, 6.0]);
    }

    #[test]
    fn a_shuffle_moves_no_pixel() {
        let tape = Tape::frozen();
        let x = tape.input(Tensor::from_outside(&Device::Meta, engine::tensor::Layout::Image, &[1, 4, 9, 9], &[]).unwrap());
        let y = ChannelShuffle(2).forward(&x, &mut Cx::default()).unwrap();
        assert_eq!(tape.reach(&y, [[3, 4], [5, 6]], &x), Some([[3, 4], [5, 6]]));
    }
}
