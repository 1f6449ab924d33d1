//! The sizes of a convolution, and the positions of its window and taps in an image.
use super::{Window, product::Columns};
use crate::gpu::Params;

/// The sizes that the convolution and both of its gradients share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Geometry {
    pub window: Window,
    pub groups: usize,
    pub n: usize,
    pub h: usize,
    pub w: usize,
    /// The number of input and of output channels, over all groups.
    pub ci: usize,
    pub co: usize,
    pub oh: usize,
    pub ow: usize,
}

impl Geometry {
    /// For a 1×1 window each pixel is independent. So all pixels are treated as one long line, and no tile is partly empty.
    pub(super) fn straight(self) -> Geometry {
        let pixels = self.n * self.h * self.w;
        if self.window == Window::square(1) { Geometry { n: 1, h: 1, w: pixels, oh: 1, ow: pixels, ..self } } else { self }
    }
    /// Input and output channels of one group.
    pub(super) fn group(&self) -> [usize; 2] {
        [self.ci / self.groups, self.co / self.groups]
    }
    /// Height and width with padding on both sides.
    pub(super) fn padded(&self) -> [usize; 2] {
        [self.h + 2 * self.window.padding[0], self.w + 2 * self.window.padding[1]]
    }
    /// For each output position, the window's first value in a padded image.
    pub(super) fn places(&self) -> Vec<usize> {
        let [sh, sw] = self.window.stride;
        let row = self.padded()[1] * self.ci;
        (0..self.oh * self.ow).map(|p| p / self.ow * sh * row + p % self.ow * sw * self.ci).collect()
    }
    /// The taps of one group as runs of values that lie side by side: neighbouring channels, and for a single group without dilation also
    /// neighbouring columns.
    pub(super) fn runs(&self, group: usize) -> Columns {
        let ([_, kw], [per_group, _]) = (self.window.kernel, self.group());
        let length = if self.groups == 1 && self.window.dilation[1] == 1 { kw * per_group } else { per_group };
        Columns::new(self.taps().into_iter().step_by(length).map(|tap| tap + group * per_group), length, 1)
    }
    /// For each tap (u, v, channel of the group), its distance from the window's first value.
    pub(super) fn taps(&self) -> Vec<usize> {
        let ([dh, dw], [kh, kw], [per_group, _]) = (self.window.dilation, self.window.kernel, self.group());
        let row = self.padded()[1] * self.ci;
        let positions = (0..kh).flat_map(|u| (0..kw).map(move |v| (u, v)));
        positions.flat_map(|(u, v)| (0..per_group).map(move |c| u * dh * row + v * dw * self.ci + c)).collect()
    }
    /// One image with zeros around it. Without padding it is the image itself.
    pub(super) fn pad<'a>(&self, image: &'a [f32], scratch: &'a mut Vec<f32>) -> &'a [f32] {
        let [ph, pw] = self.window.padding;
        if ph == 0 && pw == 0 {
            return image;
        }
        let [height, width] = self.padded();
        // The border is written once. Only the middle changes from image to image.
        scratch.resize(height * width * self.ci, 0.0);
        for (y, row) in image.chunks_exact(self.w * self.ci).enumerate() {
            let at = ((y + ph) * width + pw) * self.ci;
            scratch[at..at + row.len()].copy_from_slice(row);
        }
        scratch
    }
    /// Everything that the three shaders need, in the order of their `struct Params`.
    pub(super) fn params(&self) -> Params {
        let Window { kernel, stride, padding, dilation } = self.window;
        let sizes = [self.n, self.h, self.w, self.ci, self.oh, self.ow, self.co, self.groups];
        sizes.into_iter().chain(kernel).chain(stride).chain(padding).chain(dilation).fold(Params::default(), Params::u)
    }
    pub(super) fn macs(&self) -> u64 {
        let [per_group, _] = self.group();
        (self.n * self.oh * self.ow * self.co * per_group * self.window.kernel[0] * self.window.kernel[1]) as u64
    }
}
