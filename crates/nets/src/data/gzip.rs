//! Data as it was before gzip: no more of it is unpacked than its IDX header announces.
use super::idx::Header;
use engine::{Error, Result};
use flate2::read::MultiGzDecoder;
use std::io::Read;
use vision::files::Kind;

/// The longest header: a magic number and four axes.
const LONGEST_HEADER: usize = 20;
/// Bytes that are unpacked at a time, so that no header alone takes memory.
const STEP: usize = 8_000_000;

/// The bytes as they are, or an IDX file out of gzip; servers may have unpacked it already. `name` is for the error.
pub fn unpacked(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    if Kind::of(&bytes) != Some(Kind::Gzip) {
        return Ok(bytes);
    }
    let mut packed = MultiGzDecoder::new(&bytes[..]);
    let mut plain = vec![];
    let mut until = |length: usize, plain: &mut Vec<u8>| {
        let more = length - plain.len();
        plain.reserve_exact(more);
        packed.by_ref().take(more as u64).read_to_end(plain).map_err(|e| {
            Error::data(name, format!("expected whole gzip data, found {} bytes that break off or are damaged: {e}", bytes.len()))
        })
    };
    until(LONGEST_HEADER, &mut plain)?;
    let header = Header::read(name, &plain)?;
    let whole = header.bytes + header.data;
    while plain.len() < whole && until(whole.min(plain.len() + STEP), &mut plain)? > 0 {}
    // One byte more tells that there are more; and reaching the end, that the checksum holds.
    if plain.len() >= whole && (plain.len() > whole || until(whole + 1, &mut plain)? > 0) {
        let detail = format!("expected {} bytes of data for {:?}, and there is more behind them", header.data, header.dims);
        return Err(Error::data(name, detail));
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::{Write, repeat};

    /// A gzip file of this beginning and so many zeros.
    fn packed(beginning: &[u8], zeros: u64) -> Vec<u8> {
        let mut encoder = GzEncoder::new(vec![], Compression::best());
        encoder.write_all(beginning).unwrap();
        std::io::copy(&mut repeat(0).take(zeros), &mut encoder).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_whole_comes_out_as_it_was() {
        let labels = [0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9];
        assert_eq!(unpacked("labels", packed(&labels, 0)).unwrap(), labels);
        assert_eq!(unpacked("labels", labels.to_vec()).unwrap(), labels, "a server has unpacked it");
        // Cut off within its data, it is told by whoever reads it; cut off as gzip, here.
        assert_eq!(unpacked("labels", packed(&labels[..9], 0)).unwrap(), &labels[..9]);
        let whole = packed(&labels, 0);
        let cut = unpacked("labels", whole[..whole.len() - 4].to_vec()).unwrap_err().to_string();
        assert!(cut.contains("break off"), "{cut}");
    }

    #[test]
    fn unpacking_stops_where_the_header_ends_the_file() {
        let labels = packed(&[0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9], 200_000_000);
        assert!(labels.len() < 250_000, "{}", labels.len());
        let more = unpacked("labels", labels).unwrap_err().to_string();
        assert_eq!(more, "labels: expected 3 bytes of data for [3], and there is more behind them");
        let images = packed(&[0, 0, 8, 3, 0, 0xff, 0xff, 0xff, 0, 0, 0, 28, 0, 0, 0, 28], 1000);
        let large = unpacked("images", images).unwrap_err().to_string();
        assert_eq!(large, "images: the header announces [16777215, 28, 28], 13154 MB of data, and 256 MB are allowed");
        let other = unpacked("other", packed(b"no IDX", 200_000_000)).unwrap_err().to_string();
        assert!(other.contains("expected an IDX file"), "{other}");
    }
}
