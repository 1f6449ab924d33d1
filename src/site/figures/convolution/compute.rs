//! The computation of the figure: the output, by the engine's convolution, and the products of one of its cells.
use crate::{
    engine::{
        autograd::Var,
        ops::Window,
        tensor::{Device, Shape, Tensor},
    },
    error::Result,
};

/// A grid of numbers: one channel of one image, or one kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    pub rows: usize,
    pub columns: usize,
    pub values: Vec<f32>,
}

impl Grid {
    pub fn largest(&self) -> f32 {
        self.values.iter().fold(0.0, |most, v| most.max(v.abs()))
    }
}

/// A kernel on an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Convolution {
    pub input: Grid,
    pub kernel: Grid,
    pub stride: usize,
    pub padding: usize,
}

/// One product of the sum: the weight, and the cell that it multiplies. The index of the cell is None in the padding.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    pub index: Option<usize>,
    pub value: f32,
    pub weight: f32,
}

impl Convolution {
    fn window(&self) -> Window {
        Window::new([self.kernel.rows, self.kernel.columns]).stride(self.stride).padding(self.padding)
    }

    pub fn output(&self) -> Result<Grid> {
        let Convolution { input, kernel, .. } = self;
        let x = Tensor::new(&Device::Cpu, Shape::new([1, input.rows, input.columns, 1]), &input.values)?;
        let w = Tensor::new(&Device::Cpu, Shape::new([kernel.rows, kernel.columns, 1, 1]), &kernel.values)?;
        let y = Var::constant(x).conv2d(&Var::constant(w), None, self.window(), 1)?;
        let [_, rows, columns, _] = y.shape().axes("convolution")?;
        Ok(Grid { rows, columns, values: y.value().on_cpu()?.to_vec() })
    }

    /// The products whose sum is the output's cell in this row and column, in the order of the weights.
    pub fn terms(&self, row: usize, column: usize) -> Vec<Term> {
        let (window, input) = (self.window(), &self.input);
        let taps = self.kernel.values.iter().enumerate();
        taps.map(|(tap, &weight)| {
            let (v, u) = (tap / self.kernel.columns, tap % self.kernel.columns);
            let at = window.read_at(0, row, v, input.rows).zip(window.read_at(1, column, u, input.columns));
            let index = at.map(|(y, x)| y * input.columns + x);
            Term { index, value: index.map_or(0.0, |i| input.values[i]), weight }
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::{IMAGES, KERNELS, Settings};
    use super::*;

    fn counting(size: usize) -> Grid {
        Grid { rows: size, columns: size, values: (0..size * size).map(|v| v as f32).collect() }
    }

    #[test]
    fn a_kernel_of_four_on_nine_cells() {
        let convolution = Convolution { input: counting(3), kernel: counting(2), stride: 1, padding: 0 };
        assert_eq!(convolution.output(), Ok(Grid { rows: 2, columns: 2, values: vec![19.0, 25.0, 37.0, 43.0] }));
    }

    #[test]
    fn a_kernel_larger_than_the_image_is_an_error() {
        let convolution = Convolution { input: counting(2), kernel: counting(3), stride: 1, padding: 0 };
        assert!(convolution.output().is_err());
    }

    #[test]
    fn every_cell_is_the_sum_of_its_terms() {
        for image in IMAGES {
            for kernel in KERNELS {
                for (stride, padding) in [(1, 0), (1, 1), (2, 0), (2, 1)] {
                    let settings =
                        Settings { image: image.key.into(), kernel: kernel.weights.into(), stride, padding, ..Settings::default() };
                    let convolution = settings.convolution();
                    let output = convolution.output().expect("a 3×3 kernel fits on every image");
                    assert_eq!([output.rows, output.columns], [settings.output_size(); 2]);
                    for (cell, value) in output.values.iter().enumerate() {
                        let terms = convolution.terms(cell / output.columns, cell % output.columns);
                        let sum: f32 = terms.iter().map(|t| t.value * t.weight).sum();
                        assert!((sum - value).abs() < 1e-4, "{} * {}, cell {cell}: {sum} is not {value}", image.name, kernel.name);
                    }
                }
            }
        }
    }
}
