//! The ladder of the convolution's shaders: the general one, which is the one to read, and faster ones for sizes that many networks have.
use super::conv2d::Geometry;
use crate::engine::gpu::{Caps, Dispatch};

/// What a shader does with its sums.
#[derive(Clone, Copy)]
pub(super) enum After {
    Nothing,
    /// Third input.
    Bias,
    /// Bias, and an elementwise function.
    Function,
    /// Bias, a fourth input of y's shape, and an elementwise function.
    Sum,
}

/// A shader's text for each [`After`]: what it stores at a time, how it begins and ends its sums, and the shader itself.
macro_rules! sources {
    ($width:literal, $each:literal, $($shader:literal),+) => {
        [
            concat!(include_str!($width), include_str!("without_bias.wgsl"), $(include_str!($shader)),+),
            concat!(include_str!($width), include_str!("with_bias.wgsl"), $(include_str!($shader)),+),
            concat!(include_str!($width), include_str!("unary_fn.wgsl"), include_str!($each), include_str!("with_function.wgsl"), $(include_str!($shader)),+),
            concat!(include_str!($width), include_str!("unary_fn.wgsl"), include_str!($each), include_str!("with_sum.wgsl"), $(include_str!($shader)),+),
        ]
    };
}

const GENERAL: [&str; 4] = sources!("one.wgsl", "each_one.wgsl", "conv2d.wgsl");
const TILE8: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "tiles.wgsl", "conv2d_tile8.wgsl");
const TILE16: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "tiles.wgsl", "conv2d_tile16.wgsl");
const THIN: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "conv2d_thin.wgsl");
const DEPTHWISE: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "depthwise.wgsl");
const DEPTHWISE_ROW: [&str; 4] = sources!("four.wgsl", "each_four.wgsl", "depthwise_row.wgsl");

/// Multiply-adds from which a large tile is worth its compilation.
const LARGE: u64 = 4_000_000;

impl Geometry {
    /// The rung that these sizes call for.
    pub fn dispatch(&self, after: After, caps: &Caps) -> Dispatch {
        let ([inputs, outputs], places) = (self.group(), self.n * self.oh * self.ow);
        let run = |label, sources: [&'static str; 4], threads| Dispatch::flat(label, sources[after as usize], threads, self.params());
        let along = |columns: usize| self.n * self.oh * self.ow.div_ceil(columns);
        let tiles = |size: usize| places.div_ceil(size) * self.groups * outputs.div_ceil(size);
        if self.is_depthwise_by_four() {
            let side_by_side = self.window.stride[1] == 1 && self.window.dilation[1] == 1;
            return match side_by_side {
                true => run("depthwise conv2d, rows", DEPTHWISE_ROW, along(8) * self.co / 4),
                false => run("depthwise conv2d", DEPTHWISE, along(4) * self.co / 4),
            };
        }
        let fours = outputs.is_multiple_of(4);
        if fours && inputs.is_multiple_of(4) {
            // An emulation spends its time on loads, which a large tile shares, and long on compiling it; a GPU has no registers for it.
            return match caps.software && places > 8 && self.macs() > LARGE {
                true => run("conv2d, tiles of 16", TILE16, tiles(16)),
                false => run("conv2d, tiles of 8", TILE8, tiles(8)),
            };
        }
        if fours && self.groups == 1 && self.window.dilation[1] == 1 {
            return run("conv2d, few channels", THIN, places.div_ceil(8) * outputs.div_ceil(16));
        }
        run("conv2d", GENERAL, along(8) * self.groups * outputs.div_ceil(8))
    }
}
