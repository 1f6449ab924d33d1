//! The rung of a convolution in which every channel has a kernel of its own: along channels, which lie side by side, instead of as a product.
use super::{Window, conv2d::Geometry};
use std::ops::Range;

/// Channels that one pass keeps in registers.
const WIDE: usize = 16;
const NARROW: usize = 4;

impl Geometry {
    pub fn is_depthwise(&self) -> bool {
        self.groups == self.ci && self.ci == self.co && self.ci > 1
    }
    /// The shaders of this rung read four channels at once.
    pub fn is_depthwise_by_four(&self) -> bool {
        self.is_depthwise() && self.ci.is_multiple_of(4)
    }
    /// Where each place along an axis reads: its first tap in the image, the input that reads, and how many taps follow it inside.
    fn taps_inside(&self, axis: usize) -> Vec<(Range<usize>, usize)> {
        let Window { kernel, stride, padding, dilation } = self.window;
        let (n, places) = ([self.h, self.w][axis], [self.oh, self.ow][axis]);
        let inside = |place: usize| {
            let start = place * stride[axis];
            let first = padding[axis].saturating_sub(start).div_ceil(dilation[axis]);
            // One past the last tap that lies before the padding at the end.
            let end = (n + padding[axis]).saturating_sub(start).div_ceil(dilation[axis]).min(kernel[axis]);
            (first.min(end)..end, start + first * dilation[axis])
        };
        (0..places).map(inside).map(|(taps, at)| (taps, at.saturating_sub(padding[axis]))).collect()
    }
    /// Calls `see` with the image, and what `Line` tells, for each line of places and each of its rows of taps.
    fn lines(&self, mut see: impl FnMut(Line)) {
        let rows = self.taps_inside(0);
        for n in 0..self.n {
            for (i, (taps, first)) in rows.iter().enumerate() {
                for (t, u) in taps.clone().enumerate() {
                    let row = first + t * self.window.dilation[0];
                    see(Line { out: (n * self.oh + i) * self.ow, image: (n * self.h + row) * self.w, tap: u * self.window.kernel[1] });
                }
            }
        }
    }
}

/// A line of places and one row of its window: the pixel in y and the pixel in x at which they begin, and the number of the first tap.
struct Line {
    out: usize,
    image: usize,
    tap: usize,
}

fn chunk<const N: usize>(values: &[f32], at: usize) -> &[f32; N] {
    values[at..].first_chunk().expect("channels left")
}
fn chunk_mut<const N: usize>(values: &mut [f32], at: usize) -> &mut [f32; N] {
    values[at..].first_chunk_mut().expect("channels left")
}

/// y += x * w. All three begin with the same channel and step by `c` a pixel.
fn forward<const N: usize>(
    g: &Geometry,
    columns: &[(Range<usize>, usize)],
    line: &Line,
    x: &[f32],
    w: &[f32],
    y: &mut [f32],
    first: usize,
) {
    let (c, step) = (g.co, g.window.dilation[1]);
    for (j, (taps, column)) in columns.iter().enumerate() {
        let y = chunk_mut::<N>(y, (line.out + j) * c + first);
        let mut sums = *y;
        for (t, v) in taps.clone().enumerate() {
            let x = chunk::<N>(x, (line.image + column + t * step) * c + first);
            let w = chunk::<N>(w, (line.tap + v) * c + first);
            (0..N).for_each(|i| sums[i] += x[i] * w[i]);
        }
        *y = sums;
    }
}

/// dx += dy spread by w.
fn backward<const N: usize>(
    g: &Geometry,
    columns: &[(Range<usize>, usize)],
    line: &Line,
    dy: &[f32],
    w: &[f32],
    dx: &mut [f32],
    first: usize,
) {
    let (c, step) = (g.co, g.window.dilation[1]);
    for (j, (taps, column)) in columns.iter().enumerate() {
        let dy = *chunk::<N>(dy, (line.out + j) * c + first);
        for (t, v) in taps.clone().enumerate() {
            let w = chunk::<N>(w, (line.tap + v) * c + first);
            let dx = chunk_mut::<N>(dx, (line.image + column + t * step) * c + first);
            (0..N).for_each(|i| dx[i] += dy[i] * w[i]);
        }
    }
}

/// dw += x · dy, one tap after the other along the line.
fn weight<const N: usize>(
    g: &Geometry,
    columns: &[(Range<usize>, usize)],
    line: &Line,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    first: usize,
) {
    let (c, step) = (g.co, g.window.dilation[1]);
    for v in 0..g.window.kernel[1] {
        let mut sums = [0.0; N];
        for (j, (taps, column)) in columns.iter().enumerate().filter(|(_, (taps, _))| taps.contains(&v)) {
            let x = chunk::<N>(x, (line.image + column + (v - taps.start) * step) * c + first);
            let dy = chunk::<N>(dy, (line.out + j) * c + first);
            (0..N).for_each(|i| sums[i] += x[i] * dy[i]);
        }
        let dw = chunk_mut::<N>(dw, (line.tap + v) * c + first);
        (0..N).for_each(|i| dw[i] += sums[i]);
    }
}

/// One of the three over all lines and channels.
macro_rules! over {
    ($kernel:ident, $g:expr, $a:expr, $b:expr, $out:expr) => {{
        let columns = $g.taps_inside(1);
        $g.lines(|line| {
            let mut first = 0;
            while first + WIDE <= $g.co {
                $kernel::<WIDE>($g, &columns, &line, $a, $b, $out, first);
                first += WIDE;
            }
            while first + NARROW <= $g.co {
                $kernel::<NARROW>($g, &columns, &line, $a, $b, $out, first);
                first += NARROW;
            }
            (first..$g.co).for_each(|first| $kernel::<1>($g, &columns, &line, $a, $b, $out, first));
        });
    }};
}

/// y holds the bias, or zeros.
pub fn add_forward(g: &Geometry, x: &[f32], w: &[f32], y: &mut [f32]) {
    over!(forward, g, x, w, y);
}
pub fn add_input_grad(g: &Geometry, dy: &[f32], w: &[f32], dx: &mut [f32]) {
    over!(backward, g, dy, w, dx);
}
pub fn add_weight_grad(g: &Geometry, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    over!(weight, g, x, dy, dw);
}
