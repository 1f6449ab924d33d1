//! The ladder of the convolution's shaders: the general one, which is the one to read, and faster ones for sizes that are common in networks.
use super::{Window, conv2d_geometry::Geometry};
use crate::gpu::{Caps, Dispatch};

/// The epilogue: what a shader does with its sums before they are stored.
#[derive(Clone, Copy)]
pub(super) enum Epilogue {
    Nothing,
    /// Adds a bias, the third input.
    Bias,
    /// Adds the bias, then applies an elementwise function.
    Function,
    /// Adds the bias and a fourth input of y's shape, then applies an elementwise function.
    Sum,
}

/// For each [`Epilogue`] the text of a shader: how many values it stores at a time, how it starts and ends its sums, and the shader itself.
macro_rules! sources {
    ($width:literal, $each:literal, $($shader:literal),+) => {
        [
            concat!(wgsl!($width), wgsl!("without_bias.wgsl"), $(wgsl!($shader)),+),
            concat!(wgsl!($width), wgsl!("with_bias.wgsl"), $(wgsl!($shader)),+),
            concat!(wgsl!($width), wgsl!("unary_fn.wgsl"), wgsl!($each), wgsl!("with_function.wgsl"), $(wgsl!($shader)),+),
            concat!(wgsl!($width), wgsl!("unary_fn.wgsl"), wgsl!($each), wgsl!("with_sum.wgsl"), $(wgsl!($shader)),+),
        ]
    };
}

const GENERAL: [&str; 4] = sources!("one.wgsl", "each_one.wgsl", "conv2d.wgsl");
const TILE8: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "tiles.wgsl", "conv2d_tile8.wgsl");
const TILE16: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "tiles.wgsl", "conv2d_tile16.wgsl");
const PIXELS: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "tiles.wgsl", "conv2d_pixels.wgsl");
const FEW: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "tiles.wgsl", "conv2d_few.wgsl");
const THIN: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "thin.wgsl", "conv2d_thin.wgsl");
const THIN_ONE: [&str; 4] = sources!("one.wgsl", "each_one.wgsl", "thin.wgsl", "conv2d_thin_one.wgsl");
const DEPTHWISE: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "depthwise.wgsl");
const DEPTHWISE_3X3: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "depthwise_3x3.wgsl");
const DEPTHWISE_ROW: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "depthwise_row.wgsl");

/// The number of multiply-adds from which a large tile is worth its compilation. The tile for pixels compiles in half the time.
const LARGE: u64 = 4_000_000;
const LARGE_PIXELS: u64 = 1_000_000;
/// Threads in a workgroup, for shaders with few threads that do much work each.
const SMALL_GROUP: usize = 16;

impl Geometry {
    /// The rung for these sizes.
    pub(super) fn dispatch(&self, after: Epilogue, caps: &Caps) -> Dispatch {
        let ([inputs, outputs], places) = (self.group(), self.n * self.oh * self.ow);
        let run = |label, sources: [&'static str; 4], threads| Dispatch::flat(label, sources[after as usize], threads, self.params());
        let few = |label, sources: [&'static str; 4], threads| {
            Dispatch::grouped(label, sources[after as usize], threads, SMALL_GROUP, self.params())
        };
        let along = |columns: usize| self.n * self.oh * self.ow.div_ceil(columns);
        let tiles = |size: usize| places.div_ceil(size) * self.groups * outputs.div_ceil(size);
        if self.is_depthwise_by_four() {
            let side_by_side = self.window.stride[1] == 1 && self.window.dilation[1] == 1;
            let plain = self.window.kernel == [3, 3] && self.window.stride == [1, 1] && self.window.dilation == [1, 1];
            return match (plain, side_by_side) {
                (true, _) => {
                    let threads = self.n * self.oh.div_ceil(2) * self.ow.div_ceil(4) * self.co / 4;
                    run("depthwise conv2d, 3×3", DEPTHWISE_3X3, threads)
                }
                (_, true) => run("depthwise conv2d, rows", DEPTHWISE_ROW, along(8) * self.co / 4),
                _ => run("depthwise conv2d", DEPTHWISE, along(4) * self.co / 4),
            };
        }
        let fours = outputs.is_multiple_of(4);
        if fours && inputs.is_multiple_of(4) {
            let pixels = self.window == Window::square(1);
            if pixels && self.groups == 1 && places <= 2 {
                return few("conv2d, few pixels", FEW, places * outputs / 4);
            }
            // A software adapter spends its time on loads, which a large tile shares; but it compiles a large tile slowly. A GPU has too
            // few registers for one.
            let worth = if pixels { LARGE_PIXELS } else { LARGE };
            return match caps.software && places > 8 && self.macs() > worth {
                true if pixels => few("conv2d, tiles of 16 pixels", PIXELS, tiles(16)),
                true => few("conv2d, tiles of 16", TILE16, tiles(16)),
                false => run("conv2d, tiles of 8", TILE8, tiles(8)),
            };
        }
        if self.groups == 1 && self.window.dilation[1] == 1 {
            if fours {
                return run("conv2d, few channels", THIN, places.div_ceil(8) * outputs.div_ceil(16));
            }
            if inputs < 4 {
                return run("conv2d, few channels each way", THIN_ONE, places.div_ceil(8) * outputs.div_ceil(8));
            }
        }
        run("conv2d", GENERAL, along(8) * self.groups * outputs.div_ceil(8))
    }
}
