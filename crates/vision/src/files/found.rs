//! What a file is that cannot be used where it stands, in words, and what to do about it.
use super::{Kind, archive::Content, kind::header_length};

/// What to do with a file of torch.jit.save.
pub const TORCH_SCRIPT: &str = "a TorchScript archive, a program with its weights: torch.jit.load it, and torch.save its state_dict()";

/// Beginnings by which files are known that nothing here reads: where, what stands there, and what it is.
const KNOWN: &[(usize, &[u8], &str)] = &[
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes it: export the weights under PyTorch's names, as safetensors"),
    (0, b"\x93NUMPY", "a NumPy array (.npy): save a picture as PNG, and weights as safetensors"),
    (4, b"TFL3", "a TensorFlow Lite model, a program with its weights: export the weights alone, as safetensors"),
    (0, b"GGUF", "a GGUF file, weights of a language model, none of which is here"),
    (0, b"%PDF", "a PDF: save the picture in it as PNG or JPEG"),
    (0, b"8BPS", "a Photoshop document: save it as PNG or JPEG"),
    (0, b"II*\0", "a TIFF picture, or a camera's raw one: save it as PNG or JPEG"),
    (0, b"MM\0*", "a TIFF picture, or a camera's raw one: save it as PNG or JPEG"),
    (0, b"\xff\x0a", "a JPEG XL picture: save it as PNG or JPEG"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture: save it as PNG or JPEG"),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000 picture: save it as PNG or JPEG"),
    (0, b"\0\0\x01\0", "an icon (.ico): save it as PNG"),
    (0, b"\x1a\x45\xdf\xa3", "a film: save one picture of it as PNG or JPEG"),
    (8, b"AVI ", "a film: save one picture of it as PNG or JPEG"),
    (8, b"WAVE", "a sound"),
    (0, b"ID3", "a sound"),
    (0, b"OggS", "a sound or a film"),
    (0, b"MATLAB", "a MATLAB file (.mat): save a picture as PNG, and weights as safetensors"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it, and bring what is in it"),
    (0, b"Rar!\x1a\x07", "a RAR archive: unpack it, and bring what is in it"),
    (257, b"ustar", "a tar archive: unpack it, and bring what is in it"),
    (0, b"\xfd7zXZ\0", "a file packed by xz: unpack it first"),
    (0, b"BZh", "a file packed by bzip2: unpack it first"),
    (0, b"\x28\xb5\x2f\xfd", "a file packed by Zstandard: unpack it first"),
    (0, b"MZ", "a program"),
    (0, b"\x7fELF", "a program"),
    (0, b"PK", "a zip that breaks off, or an empty one: fetch it again"),
];

/// What stands where something else was expected, and what to do about it where that is known; for the end of a sentence.
pub fn found(bytes: &[u8]) -> String {
    found_of_head(bytes, bytes.len() as u64)
}

/// The same of a file with so many bytes, of which these are the first.
pub fn found_of_head(bytes: &[u8], size: u64) -> String {
    if let Some(kind) = Kind::of_head(bytes, size) {
        return match kind {
            Kind::Zip => zipped(Content::of(bytes)).into(),
            Kind::Boxes => boxed(bytes).into(),
            other => other.name().into(),
        };
    }
    if let Some(length) = header_length(bytes) {
        let there = size.saturating_sub(8);
        return format!("a safetensors file that breaks off: its header has {length} bytes, and {there} are there; fetch it again");
    }
    if let Some((.., what)) = KNOWN.iter().find(|(at, magic, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic))) {
        return (*what).into();
    }
    let text = || String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    match bytes {
        [] => "an empty file".into(),
        [0x80, 2..=5, ..] => {
            "a pickle that does not begin as torch.save's files do: load it where it was written, and torch.save its state_dict()".into()
        }
        // The version of a message's format, then its next field. Source: onnx.proto, saved_model.proto, graph.proto, caffe.proto.
        [8, 1, 0x12, ..] => "a TensorFlow model (SavedModel): export the weights alone under PyTorch's names, as safetensors".into(),
        [8, 2..=30, 0x12 | 0x1a | 0x22 | 0x2a | 0x3a | 0x42, ..] => {
            "an ONNX file, a program with its weights: save the state_dict() of the PyTorch model that it was exported from".into()
        }
        [0x0a, ..] if holds(bytes, b"Placeholder") || holds(bytes, b"Const") => {
            "a TensorFlow graph (.pb): export the weights alone under PyTorch's names, as safetensors".into()
        }
        [0x0a, ..] if holds(bytes, b"Convolution") => "a Caffe model: export the weights under PyTorch's names, as safetensors".into(),
        _ if bytes.starts_with(b"version https://git-lfs") => {
            let size = text().lines().find_map(|line| line.strip_prefix("size ").map(|size| format!(" of {size} bytes")));
            format!("a Git LFS pointer, which only stands for a file{}: `git lfs pull` fetches the file itself", size.unwrap_or_default())
        }
        _ if is_text(bytes) => written(&text(), bytes),
        _ if bytes.iter().all(|byte| *byte == 0) => "nothing but zeros, as a download leaves that has broken off: fetch it again".into(),
        _ => "a file of a kind that is not known here".into(),
    }
}

/// Of a text, from its first 200 letters.
fn written(text: &str, bytes: &[u8]) -> String {
    let begins = |beginnings: &[&str]| {
        let text = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
        beginnings.iter().any(|begins| text.starts_with(begins))
    };
    if begins(&["<!doctype html", "<html", "<head"]) {
        return "a web page (HTML), which a server sends where it has no such file or asks for a name first: fetch the file itself".into();
    }
    if begins(&["<svg"]) || begins(&["<?xml"]) && holds(bytes, b"<svg") {
        return "a drawing (SVG): save it as PNG".into();
    }
    if begins(&["{"]) && holds(bytes, b"\"weight_map\"") {
        return "a list of which weights lie in which of several files: bring a file that holds them all".into();
    }
    format!("text that begins {:?}", text.chars().take(40).collect::<String>())
}

fn zipped(content: Content) -> &'static str {
    match content {
        Content::Torch => "a zip, as PyTorch writes it",
        Content::TorchScript => TORCH_SCRIPT,
        Content::NumPy => "NumPy arrays (.npz): save a picture as PNG, and weights as safetensors",
        Content::Keras => "a Keras model: export the weights under PyTorch's names, as safetensors",
        Content::Document => "a document: save the picture in it as PNG or JPEG",
        Content::Other => "a zip: unpack it, and bring what is in it",
    }
}

/// By the brand that follows `ftyp`. Source: ISO/IEC 14496-12, 23008-12.
fn boxed(bytes: &[u8]) -> &'static str {
    match bytes.get(8..12) {
        Some(b"avif" | b"avis") => "an AVIF",
        Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => {
            "a HEIC picture, as telephones make them, which few programs decode: save it as JPEG or PNG"
        }
        Some(b"crx ") => "a camera's raw picture: save it as JPEG or PNG",
        _ => "a film: save one picture of it as PNG or JPEG",
    }
}

/// Whether a picture of boxes is none of the kinds that a browser may decode.
pub(super) fn is_film(bytes: &[u8]) -> bool {
    boxed(bytes).starts_with("a film") || boxed(bytes).starts_with("a camera")
}

/// As far as its first letters tell.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().take(4000).all(|b| *b >= b' ' || b.is_ascii_whitespace())
}

/// Whether these stand among the first bytes.
fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes[..bytes.len().min(4000)].windows(words.len()).any(|window| window == words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What there is to do about it is said with all that something could be done about.
    #[test]
    fn what_is_found_is_said_in_words() {
        let tar = [&[b'x'; 257][..], b"ustar\0"].concat();
        for (bytes, said) in [
            (&b""[..], "an empty file"),
            (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 46830571\n",
                "a Git LFS pointer, which only stands for a file of 46830571 bytes: `git lfs pull` fetches the file itself",
            ),
            (b"\n<!DOCTYPE html><title>Sign in</title>", "a web page (HTML)"),
            (b"<?xml version=\"1.0\"?>\n<svg width=\"1\"/>", "a drawing (SVG)"),
            (b"{\"metadata\": {}, \"weight_map\": {}}", "a list of which weights lie in which of several files"),
            (b"{\"epochs\": 1}", "text that begins \"{\\\"epochs\\\": 1}\""),
            (b"\x80\x03}.", "a pickle that does not begin as torch.save's files do"),
            (b"GIF89a", "a GIF"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC picture"),
            (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF"),
            (b"\0\0\0\x18ftypisom\0\0\0\0", "a film"),
            (b"\x89HDF\r\n\x1a\n\0", "an HDF5 file"),
            (b"\x93NUMPY\x01\0", "a NumPy array"),
            (b"\x08\x07\x12\x07pytorch\x1a\x052.1.0", "an ONNX file"),
            (b"\x08\x08:\xb0\x04", "an ONNX file"),
            (b"\x08\x01\x12\xd2\x84\x03", "a TensorFlow model"),
            (b"\x0a\x1c\x0a\x05input\x12\x0bPlaceholder", "a TensorFlow graph"),
            (b"\x1c\0\0\0TFL3", "a TensorFlow Lite model"),
            (b"GGUF\x03\0\0\0", "a GGUF file"),
            (b"%PDF-1.7", "a PDF"),
            (b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive"),
            (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
            (&tar, "a tar archive"),
            (b"PK\x03\x04", "a zip that breaks off"),
            (&[0; 64], "nothing but zeros"),
            (&[1, 2, 3], "a file of a kind that is not known here"),
        ] {
            let found = found(bytes);
            assert!(found.starts_with(said), "{found}");
            assert!(!found.contains("0x") && !found.contains("["), "a list of bytes: {found}");
        }
        let mut header = 128u64.to_le_bytes().to_vec();
        header.extend(format!("{:<128}", "{}").bytes());
        assert_eq!(found(&header[..100]), "a safetensors file that breaks off: its header has 128 bytes, and 92 are there; fetch it again");
    }
}
