//! Converting numbers in files (little-endian) to f32.

/// What is said of a file whose matrices are whole numbers.
pub(super) const QUANTISED: &str =
    "expected floats, found whole numbers, as a quantised network has them; save the network as it was before that";

/// The type of a storage's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Double,
    Single,
    /// 16 bits, as in IEEE 754.
    Half,
    /// bfloat16: the upper half of an f32.
    Brain,
    /// An integer of this number of bytes: a counter, never a weight.
    Whole(usize),
}

impl Kind {
    /// The type for PyTorch's name of a storage's class.
    pub(super) fn of_storage(class: &str) -> Option<Kind> {
        Some(match class {
            "DoubleStorage" => Kind::Double,
            "FloatStorage" => Kind::Single,
            "HalfStorage" => Kind::Half,
            "BFloat16Storage" => Kind::Brain,
            "LongStorage" => Kind::Whole(8),
            "IntStorage" => Kind::Whole(4),
            "ShortStorage" => Kind::Whole(2),
            "CharStorage" | "ByteStorage" | "BoolStorage" => Kind::Whole(1),
            _ => return None,
        })
    }
    pub(super) fn bytes(self) -> usize {
        match self {
            Kind::Double => 8,
            Kind::Single => 4,
            Kind::Half | Kind::Brain => 2,
            Kind::Whole(bytes) => bytes,
        }
    }
    /// One number from exactly its number of bytes.
    pub(super) fn number(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Kind::Double, &[a, b, c, d, e, f, g, h]) => f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32,
            (Kind::Single, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Kind::Half, &[a, b]) => from_half(u16::from_le_bytes([a, b])),
            (Kind::Brain, &[a, b]) => f32::from_bits(u32::from(u16::from_le_bytes([a, b])) << 16),
            (_, bytes) => bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)) as f32,
        }
    }
    pub(super) fn numbers(self, bytes: &[u8]) -> impl Iterator<Item = f32> {
        bytes.chunks_exact(self.bytes()).map(move |chunk| self.number(chunk))
    }
}

/// From half precision: 1 bit of sign, 5 of exponent, 10 of fraction.
pub(super) fn from_half(bits: u16) -> f32 {
    let (sign, exponent, fraction) = (u32::from(bits >> 15) << 31, u32::from(bits >> 10 & 31), u32::from(bits & 1023));
    match exponent {
        // Below 2⁻¹⁴ the fraction counts steps of 2⁻²⁴.
        0 => f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        31 => f32::from_bits(sign | 255 << 23 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

/// The nearest half-precision number; the even one of two equally near. Numbers that are too large become infinite.
pub(super) fn to_half(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16) as u16 & 0x8000;
    let magnitude = value.abs();
    if value.is_nan() {
        return sign | 0x7e00;
    }
    // The middle between the largest half, 65504, and the next step.
    if magnitude >= 65_520.0 {
        return sign | 0x7c00;
    }
    if magnitude < 2f32.powi(-14) {
        return sign | (magnitude * 16_777_216.0).round_ties_even() as u16;
    }
    let kept = (bits & 0x7fff_ffff) - (112 << 23);
    let rounded = kept + 0xfff + (kept >> 13 & 1);
    sign | (rounded >> 13) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_come_back_and_singles_go_to_the_nearest() {
        for bits in 0..=u16::MAX {
            let value = from_half(bits);
            assert!(value.is_nan() || to_half(value) == bits, "{bits:04x}");
        }
        assert_eq!([1.0, -2.0, 65_504.0, 5.960_464_5e-8, 1e9].map(to_half), [0x3c00, 0xc000, 0x7bff, 1, 0x7c00]);
        // 1 + 2⁻¹¹ is in the middle and becomes the even 1. Slightly more is rounded up.
        assert_eq!([1.0 + 2f32.powi(-11), 1.0 + 1.1 * 2f32.powi(-11)].map(to_half), [0x3c00, 0x3c01]);
        assert_eq!(Kind::Brain.number(&[0x80, 0x3f]), 1.0);
        assert_eq!(Kind::Whole(8).number(&[3, 1, 0, 0, 0, 0, 0, 0]), 259.0);
    }
}
