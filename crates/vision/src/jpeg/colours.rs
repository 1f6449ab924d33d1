//! What a JPEG's colours mean, and red, green and blue of them, as libjpeg decides and computes it, and, of inks, Pillow.
use crate::files::Frame;

/// What the samples of a pixel are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Colours {
    Grey,
    Rgb,
    /// Brightness, and how blue and how red (ITU-R BT.601, all 256 levels).
    Luma,
    /// Cyan, magenta, yellow, black: 255 is no ink, as Adobe writes them.
    Inks,
    /// The first three inks as brightness, blue and red.
    LumaInks,
}

impl Colours {
    /// A note of JFIF means brightness, whatever Adobe's says (`adobe` is its transform); without notes the colours' names decide. Refuses what has two colours.
    pub(super) fn of(frame: &Frame, jfif: bool, adobe: Option<u8>) -> Result<Colours, String> {
        let names: Vec<u8> = frame.components.iter().map(|component| component.name).collect();
        match (&names[..], adobe) {
            ([_], _) => Ok(Colours::Grey),
            ([..], Some(0)) if names.len() == 3 && !jfif => Ok(Colours::Rgb),
            (b"RGB", None) if !jfif => Ok(Colours::Rgb),
            ([_, _, _], _) => Ok(Colours::Luma),
            ([_, _, _, _], None | Some(0)) => Ok(Colours::Inks),
            ([_, _, _, _], _) => Ok(Colours::LumaInks),
            _ => Err(format!("it has {} colours, where 1, 3 or 4 were expected", names.len())),
        }
    }
    /// Three bytes for each pixel of a row, of the samples of each colour.
    pub(super) fn write(self, lines: &[Vec<u8>], row: &mut [u8]) {
        let (pixels, _) = row.as_chunks_mut::<3>();
        match (self, lines) {
            (Colours::Rgb, [red, green, blue, ..]) => {
                for (((pixel, red), green), blue) in pixels.iter_mut().zip(red).zip(green).zip(blue) {
                    *pixel = [*red, *green, *blue];
                }
            }
            (Colours::Luma, [y, blue, red, ..]) => {
                for (((pixel, y), blue), red) in pixels.iter_mut().zip(y).zip(blue).zip(red) {
                    *pixel = rgb(*y, *blue, *red);
                }
            }
            (Colours::Inks, [cyan, magenta, yellow, black]) => {
                for ((((pixel, cyan), magenta), yellow), black) in pixels.iter_mut().zip(cyan).zip(magenta).zip(yellow).zip(black) {
                    *pixel = [*cyan, *magenta, *yellow].map(|ink| inked(255 - ink, *black));
                }
            }
            (Colours::LumaInks, [y, blue, red, black]) => {
                for ((((pixel, y), blue), red), black) in pixels.iter_mut().zip(y).zip(blue).zip(red).zip(black) {
                    *pixel = rgb(*y, *blue, *red).map(|ink| inked(ink, *black));
                }
            }
            (_, lines) => {
                for (pixel, grey) in pixels.iter_mut().zip(lines.iter().flatten()) {
                    *pixel = [*grey; 3];
                }
            }
        }
    }
}

/// Factors of ITU-R BT.601 times 2¹⁶.
fn rgb(y: u8, blue: u8, red: u8) -> [u8; 3] {
    let (y, blue, red) = (i32::from(y), i32::from(blue) - 128, i32::from(red) - 128);
    let shifted = |sum: i32| y + ((sum + (1 << 15)) >> 16);
    [shifted(91_881 * red), shifted(-22_554 * blue - 46_802 * red), shifted(116_130 * blue)].map(|value| value.clamp(0, 255) as u8)
}

/// What a white that lacks so much black ink keeps under so much of an ink.
fn inked(ink: u8, light: u8) -> u8 {
    let product = u32::from(ink) * u32::from(light) + 128;
    light.saturating_sub((((product >> 8) + product) >> 8) as u8)
}
