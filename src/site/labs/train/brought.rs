//! Files that a reader brings to the training lab: digits, weights of its network, and a digit's photo, which is laid on the pad.
use crate::{
    site::{
        labs::kit::{connection::Connection, files::Takes},
        widgets::{canvas::Pixels, decode::decoded, pad},
    },
    vision::{Ink, Photo, files::Purpose, ink},
    workbench::protocol::Request,
};
use leptos::prelude::*;
use web_sys::Blob;

/// The longest side to which the browser decodes a photo: the pad's, four times over.
const LONGEST: u32 = 4 * pad::PIXELS;

/// What the lab takes. `laid` is what lies on the pad.
pub fn takes(connection: Connection, laid: RwSignal<Option<Vec<f32>>>) -> Takes {
    let picture = Callback::new(move |(name, file): (String, Blob)| {
        connection.scope.spawn(async move {
            let found = match decoded(&name, &file, LONGEST).await {
                Ok(pixels) => digit(pixels).map_err(|why| format!("{name}: {why}")),
                Err(error) => Err(error),
            };
            match found {
                Ok(Ink { values, is_dark }) => {
                    laid.set(Some(values));
                    let inverted = if is_dark { "dark on light, so it was inverted" } else { "light on dark, as MNIST's digits are" };
                    connection.notes.tell(false, format!("{name} lies on the pad: its ink is {inverted}."));
                }
                Err(error) => connection.notes.tell(true, error),
            }
        });
    });
    let asks = |purpose, name| match purpose {
        Purpose::Digits => Some(Request::Data { name }),
        Purpose::Weights => Some(Request::Load { name }),
        _ => None,
    };
    Takes { what: "digits of MNIST, weights of LeNet-5 (safetensors or PyTorch's), or a photo of a digit", asks, picture: Some(picture) }
}

/// The ink of a decoded picture. What is transparent is as light as its ink is dark, or as dark as it is light.
fn digit(Pixels { height, width, bytes }: Pixels) -> Result<Ink, String> {
    let (pixels, _) = bytes.as_chunks::<4>();
    let (opacity, light) = pixels.iter().fold((0.0, 0.0), |(opacity, light), [red, green, blue, alpha]| {
        let (alpha, sum) = (f64::from(*alpha), f64::from(*red) + f64::from(*green) + f64::from(*blue));
        (opacity + alpha, light + alpha * sum / 3.0)
    });
    let behind = if light > 127.0 * opacity { 0 } else { 255 };
    let over = |value: u8, alpha: u8| ((u32::from(value) * u32::from(alpha) + behind * u32::from(255 - alpha)) / 255) as u8;
    let rgb = pixels.iter().flat_map(|[red, green, blue, alpha]| [*red, *green, *blue].map(|value| over(value, *alpha))).collect();
    let found = Photo::new(width, height, rgb).and_then(|photo| ink(&photo, pad::PIXELS as usize)).map_err(|error| error.to_string())?;
    found.ok_or_else(|| "expected a digit, dark on light or light on dark, found nothing that stands out".into())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let found = digit(picture(pixel)).unwrap();
            assert_eq!(found.is_dark, is_dark);
            let side = pad::PIXELS as usize;
            assert!(found.values[side / 2 * side + side / 2] > 0.9 && found.values[0] == 0.0);
        }
        assert!(digit(picture(|_| [200, 200, 200, 255])).unwrap_err().contains("nothing that stands out"));
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
                data::{SIDE, normalise, read_safetensors},
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
            let found = super::digit(Pixels { height: 320, width: 480, bytes: (0..480 * 320).flat_map(pixel).collect() }).unwrap();
            let seen: Vec<f32> = centre(&found.values, pad::PIXELS as usize).unwrap().into_iter().map(normalise).collect();
            let image = Var::constant(Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, 1, SIDE, SIDE], &seen).unwrap());
            let logits = pollster::block_on(network.forward(&image, &mut Cx::default()).unwrap().value().values()).unwrap();
            let top = (0..10).max_by(|a, b| logits[*a].total_cmp(&logits[*b]));
            assert_eq!(top, Some(digit), "{logits:?}");
        }
    }
}
