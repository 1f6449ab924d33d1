//! Codes of a JPEG (Huffman's): bits in, a byte out.
use super::bits::Bits;

/// Codes of at most so many bits are looked up, longer ones searched.
const QUICK: u32 = 9;

/// A table of codes, made from how many there are of each length, as a file has it (T.81, C).
#[derive(Clone)]
pub(super) struct Codes {
    /// Length and byte of the code that these bits begin with; a length of 0 where it is longer.
    quick: Vec<[u8; 2]>,
    /// Of each length, one more than its last code.
    limits: [u32; 17],
    /// Of each length, what a code has to be moved by to be the place of its byte.
    moves: [i32; 17],
    values: Vec<u8>,
}

impl Codes {
    /// None where there are more codes of a length than bits can tell apart, or fewer bytes than codes.
    pub(super) fn new(counts: &[u8; 16], values: &[u8]) -> Option<Codes> {
        let mut codes = Codes { quick: vec![[0; 2]; 1 << QUICK], limits: [0; 17], moves: [0; 17], values: values.to_vec() };
        let (mut code, mut at) = (0u32, 0usize);
        for (length, count) in (1u32..).zip(counts) {
            codes.moves[length as usize] = at as i32 - code as i32;
            if code + u32::from(*count) > 1 << length {
                return None;
            }
            for _ in 0..*count {
                let value = *values.get(at)?;
                if let Some(free) = QUICK.checked_sub(length) {
                    codes.quick[(code as usize) << free..][..1 << free].fill([length as u8, value]);
                }
                (code, at) = (code + 1, at + 1);
            }
            codes.limits[length as usize] = code;
            code <<= 1;
        }
        Some(codes)
    }
    /// The byte of the next code; 0 where the bits are none, as in libjpeg.
    pub(super) fn next(&self, bits: &mut Bits) -> u8 {
        let ahead = bits.ahead(16);
        let [length, value] = self.quick[(ahead >> (16 - QUICK)) as usize];
        if length > 0 {
            bits.pass(length.into());
            return value;
        }
        for length in QUICK + 1..=16 {
            let code = ahead >> (16 - length);
            if code < self.limits[length as usize] {
                bits.pass(length);
                return usize::try_from(code as i32 + self.moves[length as usize])
                    .map_or(0, |at| self.values.get(at).copied().unwrap_or(0));
            }
        }
        bits.pass(16);
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_counted_up_through_their_lengths() {
        // 0, 10, 110, and one of twelve bits: 111000000000.
        let counts = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        let codes = Codes::new(&counts, b"abcd").unwrap();
        let mut bits = Bits::new(&[0b0101_1011, 0b1000_0000, 0b0001_1111, 0xfe], 0);
        assert_eq!([(); 5].map(|()| codes.next(&mut bits)), *b"abcda");
        assert_eq!(codes.next(&mut bits), 0, "no code begins so");
        assert!(Codes::new(&counts, b"abc").is_none());
        assert!(Codes::new(&[3; 16], &[0; 48]).is_none());
    }
}
