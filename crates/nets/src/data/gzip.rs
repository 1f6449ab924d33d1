//! Unpacking gzip. No more data are unpacked than the IDX header announces.
use super::idx::Header;
use engine::{Error, Result};
use flate2::read::MultiGzDecoder;
use std::io::Read;
use vision::files::Kind;

/// The longest header: a magic number and four axes.
const LONGEST_HEADER: usize = 20;
/// The number of bytes that are unpacked at a time, so that a header alone cannot allocate memory.
const STEP: usize = 8_000_000;

/// The bytes of an IDX file, unpacked if they are gzip. A server may have unpacked them already. `name` is for errors.
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
    // One more byte shows that there is more; and at the end of the data the checksum is verified.
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

    /// A gzip file with this beginning and this number of zeros.
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
        // If the data end too early, their reader reports it. If the gzip file ends too early, this function does.
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
