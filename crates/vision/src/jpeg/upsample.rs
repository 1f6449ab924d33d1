//! A colour of fewer samples than the picture has pixels, stretched as libjpeg does by default ("fancy upsampling"): to twice as many by weights of 3/4 and
//! 1/4, the nearer sample's first, with roundings that alternate; to others by repeating samples.
use super::plane::Plane;

/// Narrower ones are repeated (libjpeg's condition).
const NARROWEST: usize = 3;

/// One row of the picture, of a colour that has `ratio` times fewer samples, across and down. `line` is as long as the samples stretched.
pub(super) fn stretch(plane: &Plane, [across, down]: [usize; 2], row: usize, line: &mut [u8]) {
    let near = plane.row(row / down);
    // Above the upper half of a sample, below the lower; the first row and the last are their own neighbours.
    let far = || if row.is_multiple_of(2) { plane.row((row / 2).saturating_sub(1)) } else { plane.row(row / 2 + 1) };
    match [across, down] {
        [1, 1] => line.copy_from_slice(near),
        [2, 1] if plane.width >= NARROWEST => widen(line, near.len(), |at| u16::from(near[at]), [1, 2], 2),
        [1, 2] => {
            let rounding = 1 + row as u16 % 2;
            for ((out, near), far) in line.iter_mut().zip(near).zip(far()) {
                *out = ((3 * u16::from(*near) + u16::from(*far) + rounding) >> 2) as u8;
            }
        }
        [2, 2] if plane.width >= NARROWEST => {
            let far = &far()[..near.len()];
            widen(line, near.len(), |at| 3 * u16::from(near[at]) + u16::from(far[at]), [8, 7], 4);
        }
        _ => line.chunks_mut(across).zip(near).for_each(|(out, sample)| out.fill(*sample)),
    }
}

/// Two of each of so many numbers, which then lose `shift` bits; to the left and to the right other ones are added before.
fn widen(line: &mut [u8], numbers: usize, number: impl Fn(usize) -> u16, [left, right]: [u16; 2], shift: u32) {
    let two =
        |before: u16, own: u16, after: u16| [(3 * own + before + left) >> shift, (3 * own + after + right) >> shift].map(|out| out as u8);
    let last = numbers - 1;
    for (at, pair) in line.as_chunks_mut::<2>().0.iter_mut().enumerate() {
        *pair = two(number(at.saturating_sub(1)), number(at), number(last.min(at + 1)));
    }
}
