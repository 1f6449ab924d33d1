//! Receptive fields of a stack of layers along one axis, by the recursion of size, jump and start.
use serde::{Deserialize, Serialize};

/// The geometry of a convolution or a pooling along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// k: the number of cells under a window, holes not counted.
    pub kernel: usize,
    /// s: the distance from one window to the next.
    pub stride: usize,
    /// p: the number of cells added before the first one.
    pub padding: usize,
    /// d: the distance from one tap of the kernel to the next; 1 means no holes.
    pub dilation: usize,
}

/// The receptive field of the units of a layer, in cells of the input. For a layer with kernel k, stride s, padding p and dilation d
///
///   r′ = r + d(k − 1)·j,  j′ = s·j,  a′ = a − p·j
///
/// from r = 1, j = 1, a = 0 at the input itself. Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
/// Distill 2019, section 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceptiveField {
    /// r: the size of the field, from the first to the last cell that a unit can depend on.
    pub size: usize,
    /// j: the distance between the fields of neighbouring units.
    pub jump: usize,
    /// a: the first cell of unit 0's field. It is negative if that cell lies in the padding.
    pub start: isize,
}

impl ReceptiveField {
    /// The field of the input's own cells.
    pub const INPUT: ReceptiveField = ReceptiveField { size: 1, jump: 1, start: 0 };

    /// The field of the next layer's units.
    pub fn after(self, layer: Reach) -> ReceptiveField {
        ReceptiveField {
            size: self.size + layer.dilation * (layer.kernel - 1) * self.jump,
            jump: self.jump * layer.stride,
            start: self.start - (layer.padding * self.jump) as isize,
        }
    }

    /// The field of one unit: its first cell, and the one after its last cell.
    pub fn of(self, unit: usize) -> [isize; 2] {
        let first = self.start + (unit * self.jump) as isize;
        [first, first + self.size as isize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::{
        autograd::Tape,
        ops::Window,
        tensor::{Device, Shape, Tensor},
    };
    use proptest::prelude::*;

    proptest! {
        /// The gradient of a unit reaches from the field's first cell to its last cell, and not beyond.
        #[test]
        fn the_gradient_fills_the_field(layers in prop::collection::vec((1usize..4, 1usize..3, 0usize..2, 1usize..3), 1..4)) {
            let cells = 40;
            let tape = Tape::default();
            let x = tape.input(Tensor::new(&Device::Cpu, Shape::new([1, 1, cells, 1]), &vec![1.0; cells]).unwrap());
            let (mut y, mut field) = (x.clone(), ReceptiveField::INPUT);
            for (kernel, stride, padding, dilation) in layers {
                let weights = tape.constant(Tensor::new(&Device::Cpu, Shape::new([1, kernel, 1, 1]), &vec![1.0; kernel]).unwrap());
                let window = Window { kernel: [1, kernel], stride: [1, stride], padding: [0, padding], dilation: [1, dilation] };
                y = y.conv2d(&weights, None, window, 1).unwrap();
                field = field.after(Reach { kernel, stride, padding, dilation });
            }
            let units = y.shape().dims()[2];
            let unit = units / 2;
            let mut one = vec![0.0; units];
            one[unit] = 1.0;
            let upstream = tape.constant(Tensor::new(&Device::Cpu, Shape::new([1, 1, units, 1]), &one).unwrap());
            let loss = y.mul(&upstream).unwrap().sum(&[0, 1, 2, 3], false).unwrap();
            let gradients = tape.backward(&loss, &[&x]).unwrap();
            let gradient = gradients.kept()[0].as_ref().unwrap().on_cpu().unwrap().to_vec();
            let [first, end] = field.of(unit).map(|cell| cell.clamp(0, cells as isize) as usize);
            prop_assert!(gradient.iter().enumerate().all(|(cell, g)| *g == 0.0 || (first..end).contains(&cell)));
            // Padding and stride can hide an end of the field. In the middle of the input both ends are visible.
            let [from, to] = field.of(unit);
            if from >= 0 && to <= cells as isize {
                prop_assert!(gradient[first] > 0.0 && gradient[end - 1] > 0.0);
            }
        }
    }

    #[test]
    fn two_of_three_see_what_one_of_five_sees() {
        let three = Reach { kernel: 3, stride: 1, padding: 1, dilation: 1 };
        let five = Reach { kernel: 5, padding: 2, ..three };
        let both = ReceptiveField::INPUT.after(three).after(three);
        assert_eq!(both, ReceptiveField::INPUT.after(five));
        assert_eq!(both.of(3), [1, 6]);
    }
}
