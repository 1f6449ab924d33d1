//! Padding: a border around images, filled with one value, with the edge, with a mirror image, or from the opposite side. Negative widths crop.
use super::{Along, Slice, Window, resample::Table};
use crate::{
    autograd::Var,
    error::{Error, Result},
    tensor::Shape,
};

/// The widths of a border: rows above and below, columns left and right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Border {
    /// Rows above.
    pub top: isize,
    /// Rows below.
    pub bottom: isize,
    /// Columns to the left.
    pub left: isize,
    /// Columns to the right.
    pub right: isize,
}

/// How a border is filled, by the names of torch.nn.functional.pad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PadMode {
    /// One value everywhere: 0 0 | a b c | 0 0.
    Constant(f32),
    /// The image mirrored at the middle of the edge pixel, which is not repeated: c b | a b c | b a.
    Reflect,
    /// The edge pixel, repeated: a a | a b c | c c.
    Replicate,
    /// Pixels from the opposite side: b c | a b c | a b.
    Circular,
}

impl Border {
    /// TensorFlow's padding `SAME`: as much as gives ⌈n / stride⌉ places. An odd row or column is added at the end. Refuses sizes that no window has.
    pub fn same(window: &Window, input: [usize; 2]) -> Result<Border> {
        window.check("same padding")?;
        let [(top, bottom), (left, right)] = [0, 1].map(|axis| {
            let (n, stride) = (input[axis], window.stride[axis]);
            let total = ((n.div_ceil(stride).max(1) - 1) * stride + window.reach(axis)).saturating_sub(n) as isize;
            (total / 2, total - total / 2)
        });
        Ok(Border { top, bottom, left, right })
    }
    /// The widths before and after along an axis.
    fn along(&self, axis: usize) -> [isize; 2] {
        [[self.top, self.bottom], [self.left, self.right]][axis]
    }
}

impl PadMode {
    /// The place of x that place `at` shows, for an axis of `n` and `at` from −`before` on.
    fn source(self, at: isize, n: isize) -> isize {
        match self {
            PadMode::Constant(_) => at,
            PadMode::Replicate => at.clamp(0, n - 1),
            PadMode::Circular => at.rem_euclid(n),
            PadMode::Reflect if at < 0 => -at,
            PadMode::Reflect if at >= n => 2 * (n - 1) - at,
            PadMode::Reflect => at,
        }
    }
    /// The widest border that this mode can fill.
    fn widest(self, n: isize) -> isize {
        match self {
            PadMode::Constant(_) | PadMode::Replicate => isize::MAX,
            PadMode::Circular => n,
            PadMode::Reflect => n - 1,
        }
    }
}

impl Var {
    /// Pads x N×H×W×C; y N×(top + H + bottom)×(left + W + right)×C. Refuses a border that the mode cannot fill. Reference: torch.nn.functional.pad of N×C×H×W.
    pub fn pad(&self, border: Border, mode: PadMode) -> Result<Var> {
        let [n, h, w, c] = self.shape().axes("pad")?;
        let sizes = [h as isize, w as isize];
        for (axis, size) in sizes.into_iter().enumerate() {
            let [before, after] = border.along(axis);
            let what = ["rows", "columns"][axis];
            let left = before.saturating_add(after).saturating_add(size);
            if left <= 0 || before.saturating_add(size) <= 0 || after.saturating_add(size) <= 0 {
                return Err(Error::shape("pad", format!("{before} and {after} {what} leave nothing of {size}")));
            }
            if before.max(after) > mode.widest(size) {
                return Err(Error::shape(
                    "pad",
                    format!("{mode:?} fills at most {} {what} at {size}, not {}", mode.widest(size), before.max(after)),
                ));
            }
        }
        let length = |axis: usize| border.along(axis).iter().fold(sizes[axis], |sum, more| sum.saturating_add(*more)) as usize;
        if let PadMode::Constant(fill) = mode {
            let [rows, columns] = [0, 1].map(|axis| Along::from(-border.along(axis)[0], length(axis)));
            return Var::apply(Slice { axes: vec![Along::whole(n), rows, columns, Along::whole(c)], fill }, &[self]);
        }
        let mut y = self.clone();
        for (axis, size) in sizes.into_iter().enumerate() {
            let [before, after] = border.along(axis);
            if before != 0 || after != 0 {
                Table::places("pad", y.shape(), axis + 1)?;
                Table::places("pad", &Shape::new([length(0), length(1)]), axis)?;
                let sources = (0..length(axis) as isize).map(|i| mode.source(i - before, size) as usize);
                y = y.resample(axis + 1, Table::picking(size as usize, sources))?;
            }
        }
        Ok(y)
    }
    /// A convolution with TensorFlow's padding `SAME`. The window's own padding is not used.
    pub fn conv2d_same(&self, weight: &Var, bias: Option<&Var>, window: Window, groups: usize) -> Result<Var> {
        let [_, h, w, _] = self.shape().axes("conv2d")?;
        let border = Border::same(&window, [h, w])?;
        if border.top == border.bottom && border.left == border.right {
            let padding = [border.top as usize, border.left as usize];
            return self.conv2d(weight, bias, Window { padding, ..window }, groups);
        }
        self.pad(border, PadMode::Constant(0.0))?.conv2d(weight, bias, Window { padding: [0, 0], ..window }, groups)
    }
}
