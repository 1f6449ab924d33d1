//! Unfolding (im2col): the values under each place of a window as a column of a matrix, and the inverse. Both are convolutions whose
//! kernels pick one tap each.
use super::{ConvTranspose2d, Window};
use crate::{
    autograd::Var,
    error::{Error, Result},
    tensor::{Shape, Tensor},
};

/// The largest number of values in the kernel that picks patches.
const MOST: usize = 1 << 24;

impl Var {
    /// The kernel KH×KW×1×(C·KH·KW): output c·KH·KW + t is tap t of channel c.
    fn picks(&self, window: Window, channels: usize) -> Result<Var> {
        let taps = window.kernel[0] * window.kernel[1];
        // There is a kernel for each tap of each channel. More of them than 64 MB hold are refused, since a matrix of patches is not worth that.
        if taps.saturating_mul(taps).saturating_mul(channels) > MOST {
            return Err(Error::shape("unfold", format!("{channels} channels by a window of {taps} taps are more than {MOST} picks")));
        }
        let picks: Vec<f32> = (0..taps * channels * taps).map(|i| if i / (channels * taps) == i % taps { 1.0 } else { 0.0 }).collect();
        let shape = Shape::new([window.kernel[0], window.kernel[1], 1, channels * taps]);
        Ok(Var::constant(Tensor::new(&self.value().device(), shape, &picks)?))
    }
    /// im2col: x N×H×W×C, y N×(C·KH·KW)×places. Reference: torch.nn.Unfold.
    pub fn unfold(&self, window: Window) -> Result<Var> {
        let [n, _, _, c] = self.shape().axes("unfold")?;
        let y = self.conv2d(&self.picks(window, c)?, None, window, c)?;
        let [_, oh, ow, rows] = y.shape().axes("unfold")?;
        y.reshape(Shape::new([n, oh * ow, rows]))?.permute(&[0, 2, 1])
    }
    /// col2im: x N×(C·KH·KW)×places, y N×H×W×C. Where columns overlap they are added. Reference: torch.nn.Fold.
    pub fn fold(&self, size: [usize; 2], window: Window) -> Result<Var> {
        let [n, rows, columns] = self.shape().axes("fold")?;
        let [oh, ow] = window.places("fold", size)?;
        let taps = window.kernel[0] * window.kernel[1];
        if oh * ow != columns || rows % taps != 0 {
            let kernel = window.kernel;
            return Err(Error::shape(
                "fold",
                format!("{rows} rows and {columns} columns by a window of {}×{} with {oh}×{ow} places", kernel[0], kernel[1]),
            ));
        }
        let c = rows / taps;
        // Rows and columns that the last place does not reach are added at the output's end.
        let output_padding = [0, 1].map(|a| size[a] + 2 * window.padding[a] - window.reach(a) - ([oh, ow][a] - 1) * window.stride[a]);
        let transposed = ConvTranspose2d { window, output_padding, groups: c };
        self.permute(&[0, 2, 1])?.reshape(Shape::new([n, oh, ow, rows]))?.conv_transpose2d(&self.picks(window, c)?, None, transposed)
    }
}
