//! What a file is for. Its content decides, never its name, and every lab and the shell ask here.
use super::{
    Kind,
    archive::Content,
    found::{found_of_head, is_film, is_text},
};

/// What can be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A picture that is looked at.
    Photo,
    /// A network's weights.
    Weights,
    /// Digits, or their labels, as MNIST comes.
    Digits,
    /// Names, one a line.
    Classes,
}

/// The most letters of a class's name.
const LONGEST: usize = 120;

impl Purpose {
    /// Of a file with so many bytes, of which these are the first: some 100 kB at least, or all. What is of no use here is refused: the error says what it is,
    /// and what to do about it.
    pub fn of_head(bytes: &[u8], size: u64) -> Result<Purpose, String> {
        match Kind::of_head(bytes, size) {
            Some(Kind::Safetensors | Kind::Legacy) => Ok(Purpose::Weights),
            Some(Kind::Zip) if Content::of(bytes) == Content::Torch => Ok(Purpose::Weights),
            Some(Kind::Idx | Kind::Gzip) => Ok(Purpose::Digits),
            Some(Kind::Boxes) if is_film(bytes) => Err(found_of_head(bytes, size)),
            Some(Kind::Png | Kind::Jpeg | Kind::WebP | Kind::Gif | Kind::Bmp | Kind::Boxes) => Ok(Purpose::Photo),
            None if is_list(bytes) => Ok(Purpose::Classes),
            _ => Err(found_of_head(bytes, size)),
        }
    }
    /// In English, for a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Photo => "a picture",
            Purpose::Weights => "weights",
            Purpose::Digits => "digits of a data set",
            Purpose::Classes => "a list of names",
        }
    }
}

/// Several short lines, which are none of a page, a program or a pointer.
fn is_list(bytes: &[u8]) -> bool {
    if !is_text(bytes) || bytes.starts_with(b"version https://git-lfs") {
        return false;
    }
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4000)]);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    let starts = lines.peek().map_or("", |line| line.trim_start());
    let is_name = |line: &str| line.chars().count() <= LONGEST;
    !starts.starts_with(['<', '{', '[', '#', '%']) && lines.clone().count() > 1 && lines.all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_for_is_decided_by_its_content() {
        let of = |bytes: &[u8]| Purpose::of_head(bytes, bytes.len() as u64);
        let mut weights = 2u64.to_le_bytes().to_vec();
        weights.extend(b"{}");
        for (bytes, purpose) in [
            (&weights[..], Purpose::Weights),
            (b"\x89PNG\r\n\x1a\n", Purpose::Photo),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Purpose::Photo),
            (b"\0\0\x08\x03\0\0\0\x01", Purpose::Digits),
            (b"\x1f\x8b\x08\0", Purpose::Digits),
            (b"tench\ngoldfish\ngreat white shark\n", Purpose::Classes),
        ] {
            assert_eq!(of(bytes), Ok(purpose), "{bytes:02x?}");
        }
        for (bytes, said) in [
            (&b"<!DOCTYPE html>\n<title>Sign in</title>\n"[..], "a web page"),
            (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 46830571\n", "a Git LFS pointer"),
            (b"{\n\"a\": 1\n}\n", "text"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", "a film"),
            (b"", "an empty file"),
        ] {
            let refused = of(bytes).unwrap_err();
            assert!(refused.starts_with(said), "{refused}");
        }
    }
}
