//! The IDX format of MNIST: a magic number, the length of each axis, then bytes. Source: Y. LeCun, C. Cortes, the MNIST database's own page.
use engine::{Error, Result};

/// Unsigned bytes with their axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Idx {
    pub dims: Vec<usize>,
    pub values: Vec<u8>,
}

/// Reads a plain IDX file of unsigned bytes. `name` is for the error.
pub fn read_idx(name: &str, bytes: &[u8]) -> Result<Idx> {
    let bad = |detail: String| Error::data(name, detail);
    let word = |at: usize| bytes.get(4 * at..4 * at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
    let magic = word(0).ok_or_else(|| bad(format!("expected an IDX file, found only {} bytes", bytes.len())))?;
    let axes = (magic & 0xff) as usize;
    if magic >> 8 != 0x08 || !(1..=4).contains(&axes) {
        return Err(bad(format!("expected an IDX file of bytes (magic number 0x00000801 to 0x00000804), found 0x{magic:08x}")));
    }
    let dims = (1..=axes)
        .map(word)
        .collect::<Option<Vec<u32>>>()
        .ok_or_else(|| bad(format!("the header of {axes} axes is cut off after {} bytes", bytes.len())))?;
    let dims: Vec<usize> = dims.into_iter().map(|d| d as usize).collect();
    let header = 4 * (axes + 1);
    let expected = dims
        .iter()
        .try_fold(1usize, |n, &d| n.checked_mul(d))
        .ok_or_else(|| bad(format!("the header announces {dims:?} values, more than fit in memory")))?;
    let found = bytes.len() - header;
    if found != expected {
        let how = if found < expected { "the file is truncated" } else { "there is more behind them" };
        return Err(bad(format!("expected {expected} bytes of data for {dims:?}, found {found}: {how}")));
    }
    Ok(Idx { dims, values: bytes[header..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_was_expected_and_found() {
        let good = [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9];
        assert_eq!(read_idx("labels", &good).unwrap(), Idx { dims: vec![3], values: vec![7, 8, 9] });
        let message = |bytes: &[u8]| read_idx("labels", bytes).unwrap_err().to_string();
        assert_eq!(message(&good[..10]), "labels: expected 3 bytes of data for [3], found 2: the file is truncated");
        assert!(message(&good[..6]).contains("cut off after 6 bytes"));
        assert!(message(b"PK\x03\x04zip").contains("found 0x504b0304"));
        assert!(message(&[]).contains("found only 0 bytes"));
        assert!(
            message(&[0, 0, 8, 4, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255])
                .contains("more than fit")
        );
    }
}
