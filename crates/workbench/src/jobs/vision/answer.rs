//! One frame of the filter bench, the spectra, and the target of a learned kernel.
use super::paint::{paint, paint_direction};
use crate::{
    Host,
    protocol::{
        Message,
        vision::{Answer, FilterOptions, Palette, Target, View},
    },
};
use engine::{Error, Result};
use vision::{Border, Hog, Plane, filter, filter_in_passes, hog_strokes, kernels, magnitude, median, separate, spectrum, zero_crossings};

/// HOG with nine directions in cells of 16 × 16 pixels. Each cell is normalised by the 2 × 2 cells around it.
const HOG: Hog = Hog { orientations: 9, cell: 16, block: 2 };

/// Filters a picture and colours the result.
pub(super) fn filtered(picture: &Plane, kernel: &Plane, options: &FilterOptions, host: &dyn Host) -> Result<Message<Answer>> {
    let started = host.now();
    let passes = separate(kernel);
    let by = |kernel: &Plane| {
        let kernel = if options.convolve { kernel.turned() } else { kernel.clone() };
        match options.passes {
            true => filter_in_passes(picture, &separate(&kernel), options.border),
            false => filter(picture, &kernel, options.border),
        }
    };
    let mut axes = None;
    let output = match options.view {
        View::Signed | View::Absolute | View::Grey => by(kernel)?,
        View::Median => median(picture, kernel.height, options.border)?,
        View::Magnitude | View::Direction => {
            let (gx, gy) = (by(kernel)?, by(&kernels::transposed(kernel))?);
            let size = magnitude(&gx, &gy)?;
            axes = (options.view == View::Direction).then_some((gx, gy));
            size
        }
        View::Hog => hog_strokes(picture, HOG)?,
        View::Crossings => {
            let steepness = zero_crossings(&by(kernel)?);
            let least = options.threshold * steepness.largest();
            steepness.map(|v| if v > least { 1.0 } else { 0.0 })
        }
    };
    let computed = host.now();
    let full = match options.view {
        View::Grey | View::Median | View::Crossings => 1.0,
        _ => output.largest() / options.gain.max(f32::MIN_POSITIVE),
    };
    let pixels = match &axes {
        Some((gx, gy)) => paint_direction(gx, gy, &output, &options.palette, full),
        None => paint(&output, options.view, &options.palette, full),
    };
    let milliseconds = [computed - started, host.now() - computed].map(|seconds| (seconds * 1e3) as f32);
    let Plane { height, width, .. } = output;
    let (rank, multiplications, range) = (passes.rank(), passes.multiplications(), output.range());
    let answer = Answer::Filtered { height, width, range, full, milliseconds, singular: passes.singular, rank, multiplications };
    Ok(Message::with(answer, vec![pixels]))
}

/// The smallest value of a spectrum that is shown, over the largest. Spectra span many powers of ten, so their logarithms are shown.
const FLOOR: f32 = 1e-5;

/// The spectra of the picture, of the kernel on as many places, and of their product.
pub(super) fn spectra(picture: &Plane, kernel: &Plane, palette: &Palette) -> Result<Message<Answer>> {
    let Plane { height, width, .. } = *picture;
    let own = spectrum(picture, height, width)?;
    // A kernel larger than the picture has no spectrum on the picture's places.
    let passed = spectrum(kernel, height, width)?;
    let product = own.zip(&passed, |a, b| a * b)?;
    let logarithm = |plane: &Plane| {
        let largest = plane.largest().max(f32::MIN_POSITIVE);
        plane.map(|v| 1.0 - (v / largest).max(FLOOR).ln() / FLOOR.ln())
    };
    // The kernel's spectrum is shown as it is, because it is a factor.
    let largest = passed.largest();
    let buffers = vec![
        paint(&logarithm(&own), View::Absolute, palette, 1.0),
        paint(&passed, View::Absolute, palette, largest),
        paint(&logarithm(&product), View::Absolute, palette, 1.0),
    ];
    Ok(Message::with(Answer::Spectra { height, width }, buffers))
}

/// The target: what a learned kernel shall make of the picture.
pub(super) fn target(picture: &Plane, clean: &Plane, target: Target, hidden: &Plane, border: Border) -> Result<Plane> {
    let sobel = |kernel: Plane| filter(picture, &kernel, border);
    match target {
        Target::Kernel => filter(picture, hidden, border),
        Target::Median => median(picture, 3, border),
        Target::Magnitude => magnitude(&sobel(kernels::sobel_x(3))?, &sobel(kernels::sobel_y(3))?),
        Target::Clean => Ok(clean.clone()),
        Target::Own => Err(Error::data("target", "the reader's own is not made from the picture")),
    }
}
