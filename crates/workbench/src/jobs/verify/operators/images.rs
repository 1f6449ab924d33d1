//! Cases of convolutions, pools and other operations on images.
use super::{
    super::case::Case,
    given::{Given, unknown},
};
use engine::{
    Result,
    autograd::Var,
    ops::{AvgPool2d, Border, ConvTranspose2d, Grid, Interpolation, PadMode, Places, Window},
};

/// The window of a case. `stride` is what it has where the case says nothing: 1 in a convolution, the kernel in a pool.
fn window(case: &Case, kernel: [usize; 2], stride: [usize; 2]) -> Window {
    let pair = |key, otherwise| case.pair(key).unwrap_or(otherwise);
    Window { kernel, stride: pair("stride", stride), padding: pair("padding", [0, 0]), dilation: pair("dilation", [1, 1]) }
}

fn border([left, right, top, bottom]: [isize; 4]) -> Border {
    Border { top, bottom, left, right }
}

pub(super) fn apply(given: &Given) -> Result<Option<Var>> {
    let case = given.case;
    let input = |key| given.input(key);
    let pair = |key| case.pair(key).ok_or_else(|| unknown(case));
    let kernel = || match case.inputs.get("w").map(|w| &w.shape[..]) {
        Some([_, _, h, w]) => Ok([*h, *w]),
        _ => Err(unknown(case)),
    };
    let bias = || given.optional("b");
    let sliding = || Ok(window(case, kernel()?, [1, 1]));
    let pool = || pair("kernel").map(|kernel| window(case, kernel, kernel));
    Ok(Some(match case.op.as_str() {
        "conv2d" => input("x")?.conv2d(input("w")?, bias(), sliding()?, given.whole("groups", 1))?,
        "pad+conv2d" => {
            let x = input("x")?;
            let window = sliding()?;
            let found = Border::same(&window, [x.shape()[1], x.shape()[2]])?;
            let expected: Option<[isize; 4]> = case.list("pad_left_right_top_bottom").and_then(|list| list.try_into().ok());
            if expected.map(border) != Some(found) {
                return Err(unknown(case));
            }
            x.conv2d_same(input("w")?, None, window, 1)?
        }
        "conv_transpose2d" => {
            let output_padding = case.pair("output_padding").unwrap_or([0, 0]);
            let transposed = ConvTranspose2d { window: sliding()?, output_padding, groups: given.whole("groups", 1) };
            input("x")?.conv_transpose2d(input("w")?, bias(), transposed)?
        }
        "max_pool2d" => input("x")?.max_pool2d(pool()?, case.flag("ceil_mode"))?,
        "avg_pool2d" => input("x")?.avg_pool2d(AvgPool2d {
            places: Places::Sliding { window: pool()?, ceil_mode: case.flag("ceil_mode") },
            count_include_pad: case.argument("count_include_pad").unwrap_or(true),
            divisor: case.argument("divisor_override"),
        })?,
        "adaptive_avg_pool2d" => input("x")?.adaptive_avg_pool2d(pair("output_size")?)?,
        "adaptive_max_pool2d" => input("x")?.adaptive_max_pool2d(pair("output_size")?)?,
        "pad" => {
            let mode = match case.text("mode").as_deref() {
                Some("constant") => PadMode::Constant(given.float("value", 0.0)),
                Some("reflect") => PadMode::Reflect,
                Some("replicate") => PadMode::Replicate,
                Some("circular") => PadMode::Circular,
                _ => return Err(unknown(case)),
            };
            let amount = |key| case.argument::<isize>(key).unwrap_or(0);
            input("x")?.pad(border(["left", "right", "top", "bottom"].map(amount)), mode)?
        }
        "interpolate" => {
            let x = input("x")?;
            let by = given.whole("scale_factor", 1);
            let size = case.pair("size").unwrap_or([x.shape()[1] * by, x.shape()[2] * by]);
            let grid = match (case.flag("antialias"), case.flag("align_corners")) {
                (true, _) => Grid::Antialias,
                (_, true) => Grid::AlignCorners,
                _ => Grid::Edges,
            };
            let mode = match case.text("mode").as_deref() {
                Some("nearest") => Interpolation::Nearest,
                Some("nearest-exact") => Interpolation::NearestExact,
                Some("bilinear") => Interpolation::Bilinear(grid),
                Some("bicubic") => Interpolation::Bicubic(grid),
                _ => return Err(unknown(case)),
            };
            x.interpolate(size, mode)?
        }
        "pixel_shuffle" => input("x")?.pixel_shuffle(given.whole("factor", 1))?,
        "channel_shuffle" => input("x")?.channel_shuffle(given.whole("groups", 1))?,
        "im2col" | "col2im" => {
            let window = Window::square(given.whole("kernel", 1)).stride(given.whole("stride", 1)).padding(given.whole("padding", 0));
            if case.op == "im2col" { input("x")?.unfold(window)? } else { input("x")?.fold(pair("output_size")?, window)? }
        }
        _ => return Ok(None),
    }))
}
