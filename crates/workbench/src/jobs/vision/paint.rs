//! Numbers as colours: red, green, blue and opacity of every pixel.
use crate::protocol::vision::{Colour, Palette, View};
use vision::Plane;

type Pixel = [u8; 4];

fn mix(a: Colour, b: Colour, share: f32) -> Pixel {
    let each = |i: usize| (f32::from(a[i]) + (f32::from(b[i]) - f32::from(a[i])) * share).round() as u8;
    [each(0), each(1), each(2), 255]
}

/// A ramp of 256 colours, from the first through the others to the last, at equal distances.
fn ramp(stops: &[Colour]) -> Vec<Pixel> {
    let colour = |i: usize| {
        let at = i as f32 / 255.0 * (stops.len() - 1) as f32;
        let from = (at as usize).min(stops.len() - 2);
        mix(stops[from], stops[from + 1], at - from as f32)
    };
    (0..256).map(colour).collect()
}

/// Colours each value v by the ramp at a·v + b. The ramp reaches from 0 to 1.
fn through(ramp: &[Pixel], plane: &Plane, a: f32, b: f32) -> Vec<u8> {
    // Values outside the ramp become its first or last colour, since the cast saturates.
    let colour = |v: &f32| ramp[usize::from(((a * v + b) * 255.0 + 0.5) as u8)];
    plane.values.iter().map(colour).collect::<Vec<_>>().into_flattened()
}

/// Colours a plane. `full` is the value of the full colour. [`View::Direction`] has its own function.
pub fn paint(plane: &Plane, view: View, palette: &Palette, full: f32) -> Vec<u8> {
    let Palette { negative, neutral, positive, ink, .. } = *palette;
    let scale = 1.0 / full.max(f32::MIN_POSITIVE);
    match view {
        View::Signed => through(&ramp(&[negative, neutral, positive]), plane, 0.5 * scale, 0.5),
        View::Grey | View::Median => through(&ramp(&[[0; 3], [255; 3]]), plane, 1.0, 0.0),
        View::Absolute => through(&ramp(&[neutral, ink]), &plane.map(f32::abs), scale, 0.0),
        View::Magnitude | View::Direction | View::Crossings | View::Hog => through(&ramp(&[neutral, ink]), plane, scale, 0.0),
    }
}

/// Colours gradients by direction, and more strongly where they are larger. A direction between two axes mixes their colours.
pub(super) fn paint_direction(gx: &Plane, gy: &Plane, size: &Plane, palette: &Palette, full: f32) -> Vec<u8> {
    let ([right, down, left, up], scale) = (palette.around, 1.0 / full.max(f32::MIN_POSITIVE));
    let colour = |((x, y), size): ((&f32, &f32), &f32)| {
        let (across, along) = (if *x < 0.0 { left } else { right }, if *y < 0.0 { up } else { down });
        let [r, g, b, _] = mix(across, along, y.abs() / (x.abs() + y.abs()).max(f32::MIN_POSITIVE));
        mix(palette.neutral, [r, g, b], (size * scale).min(1.0))
    };
    gx.values.iter().zip(&gy.values).zip(&size.values).map(colour).collect::<Vec<_>>().into_flattened()
}
