//! The IDX format of MNIST: a magic number, the length of each axis, then bytes. Source: Y. LeCun, C. Cortes, the MNIST database's own page.
use engine::{Error, Result};
use vision::files::{Kind, found};

/// Unsigned bytes with their axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Idx {
    /// The length of each axis, outermost first.
    pub dims: Vec<usize>,
    /// The values in row-major order, as many as the product of the axes.
    pub values: Vec<u8>,
}

/// The largest number of data bytes that are read. MNIST's largest file has 47 MB.
pub(super) const MOST: usize = 256_000_000;

/// The header of an IDX file.
pub(super) struct Header {
    pub dims: Vec<usize>,
    /// The length of the header in bytes; below that of the data after it.
    pub bytes: usize,
    pub data: usize,
}

impl Header {
    /// Reads the header from a file's first bytes. `name` is for errors.
    pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Header> {
        let bad = |detail: String| Error::data(name, detail);
        if Kind::of(bytes) != Some(Kind::Idx) {
            let expected = "an IDX file of bytes with one to four axes, as MNIST's are";
            return Err(bad(format!("expected {expected}, found {}", found(bytes))));
        }
        let axes = usize::from(bytes[3]);
        let header = 4 * (axes + 1);
        let words = bytes.get(4..header).ok_or_else(|| bad(format!("the header of {axes} axes is cut off after {} bytes", bytes.len())))?;
        let dims: Vec<usize> = words.as_chunks().0.iter().map(|word| u32::from_be_bytes(*word) as usize).collect();
        match dims.iter().try_fold(1usize, |n, &d| n.checked_mul(d)) {
            Some(data) if data <= MOST => Ok(Header { dims, bytes: header, data }),
            data => {
                let much = data.map_or("more bytes than can be counted".into(), |data| format!("{} MB", data.div_ceil(1_000_000)));
                Err(bad(format!("the header announces {dims:?}, {much} of data, and {} MB are allowed", MOST / 1_000_000)))
            }
        }
    }
}

/// Reads a plain IDX file of unsigned bytes. `name` is for errors.
pub fn read_idx(name: &str, bytes: &[u8]) -> Result<Idx> {
    let Header { dims, bytes: header, data: expected } = Header::read(name, bytes)?;
    let found = bytes.len() - header;
    if found != expected {
        let how = if found < expected { "the file is truncated" } else { "there is more behind them" };
        return Err(Error::data(name, format!("expected {expected} bytes of data for {dims:?}, found {found}: {how}")));
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
        assert!(message(b"PK\x03\x04zip").contains("found a zip that breaks off, or an empty one"));
        assert!(message(&[]).ends_with("found an empty file"));
        let header = |dims: [u32; 4]| [vec![0, 0, 8, 4], dims.map(u32::to_be_bytes).concat()].concat();
        assert!(message(&header([u32::MAX; 4])).contains("more bytes than can be counted of data, and 256 MB are allowed"));
        assert_eq!(
            message(&header([1, 1000, 1000, 300])),
            "labels: the header announces [1, 1000, 1000, 300], 300 MB of data, and 256 MB are allowed"
        );
    }
}
