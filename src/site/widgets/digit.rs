//! A digit in a reader's picture: its ink, as a network for digits reads it.
use super::canvas::Pixels;
use crate::vision::{Ink, Photo, ink};

/// The ink of a decoded picture, on a square of this side. What is transparent is as light as its ink is dark, or as dark as it is light.
/// Refuses a picture in which nothing stands out.
pub fn digit(Pixels { height, width, bytes }: Pixels, side: usize) -> Result<Ink, String> {
    let (pixels, _) = bytes.as_chunks::<4>();
    let (opacity, light) = pixels.iter().fold((0.0, 0.0), |(opacity, light), [red, green, blue, alpha]| {
        let (alpha, sum) = (f64::from(*alpha), f64::from(*red) + f64::from(*green) + f64::from(*blue));
        (opacity + alpha, light + alpha * sum / 3.0)
    });
    let behind = if light > 127.0 * opacity { 0 } else { 255 };
    let over = |value: u8, alpha: u8| ((u32::from(value) * u32::from(alpha) + behind * u32::from(255 - alpha)) / 255) as u8;
    let rgb = pixels.iter().flat_map(|[red, green, blue, alpha]| [*red, *green, *blue].map(|value| over(value, *alpha))).collect();
    let found = Photo::new(width, height, rgb).and_then(|photo| ink(&photo, side)).map_err(|error| error.to_string())?;
    found.ok_or_else(|| "expected a digit, dark on light or light on dark, found nothing that stands out".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::widgets::pad;

    const SIDE: usize = pad::PIXELS as usize;

    /// The red, green, blue and opacity of a pixel, of the digit or beside it.
    type Painted = fn(bool) -> [u8; 4];

    fn picture(pixel: impl Fn(bool) -> [u8; 4]) -> Pixels {
        let bar = |i: usize| (20..40).contains(&(i / 60)) && (25..35).contains(&(i % 60));
        Pixels { height: 60, width: 60, bytes: (0..3600).flat_map(|i| pixel(bar(i))).collect() }
    }

    #[test]
    fn a_digit_is_found_in_opaque_and_in_transparent_pictures() {
        let pictures: [(Painted, bool); 4] = [
            (|bar| if bar { [10, 10, 10, 255] } else { [240, 240, 240, 255] }, true),
            (|bar| if bar { [240, 240, 240, 255] } else { [10, 10, 10, 255] }, false),
            (|bar| [0, 0, 0, if bar { 255 } else { 0 }], true),
            (|bar| [255, 255, 255, if bar { 255 } else { 0 }], false),
        ];
        for (pixel, is_dark) in pictures {
            let found = digit(picture(pixel), SIDE).unwrap();
            assert_eq!(found.is_dark, is_dark);
            assert!(found.values[SIDE / 2 * SIDE + SIDE / 2] > 0.9 && found.values[0] == 0.0);
        }
        assert!(digit(picture(|_| [200, 200, 200, 255]), SIDE).unwrap_err().contains("nothing that stands out"));
    }

    /// A one and a seven, dark on paper that a lamp lights from the left, as the book's weights read them.
    #[cfg(feature = "shell")]
    #[test]
    fn a_photographed_digit_is_read() {
        use crate::{
            engine::{
                autograd::Var,
                tensor::{Device, Layout, Tensor},
            },
            nets::{
                data::{normalise, read_safetensors},
                models::{load_weights, model},
                nn::{Cx, Module, Scope},
            },
            site::widgets::centre::centre,
        };
        let spec = model("lenet5").unwrap();
        let network = spec.network(&Scope::new(Device::Cpu, 1)).unwrap();
        let file = std::fs::read("assets/weights/lenet5.safetensors").expect("the committed weights");
        load_weights(spec, &network, "lenet5", read_safetensors("lenet5", &file).unwrap()).unwrap();
        let one: fn(usize, usize) -> bool = |x, y| (300..330).contains(&x) && (60..260).contains(&y);
        let seven: fn(usize, usize) -> bool =
            |x, y| (60..85).contains(&y) && (200..330).contains(&x) || (60..260).contains(&y) && (310..340).contains(&(x + (y - 60) / 3));
        for (stroke, digit) in [(one, 1), (seven, 7)] {
            let pixel = |i: usize| {
                let (x, y) = (i % 480, i / 480);
                let light = if stroke(x, y) { 40 } else { 240 - (x / 8) as u8 };
                [light, light, light, 255]
            };
            let found = super::digit(Pixels { height: 320, width: 480, bytes: (0..480 * 320).flat_map(pixel).collect() }, SIDE).unwrap();
            let seen: Vec<f32> = centre(&found.values, SIDE).unwrap().into_iter().map(normalise).collect();
            let image = Var::constant(
                Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, 1, crate::nets::data::SIDE, crate::nets::data::SIDE], &seen)
                    .unwrap(),
            );
            let logits = pollster::block_on(network.forward(&image, &mut Cx::default()).unwrap().value().values()).unwrap();
            let top = (0..10).max_by(|a, b| logits[*a].total_cmp(&logits[*b]));
            assert_eq!(top, Some(digit), "{logits:?}");
        }
    }
}
