//! What a zip holds, as far as the names of its first entries tell. Source: PKWARE's APPNOTE, 4.3.7.

/// Entries whose names are read, at most.
const MOST: usize = 60;

/// What zips are made of, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Tensors, by torch.save; or TorchScript, where there is code among the first entries.
    Torch,
    /// A program with its tensors, by torch.jit.save.
    TorchScript,
    /// Arrays, by numpy.savez.
    NumPy,
    /// A model, by Keras 3.
    Keras,
    /// A text, a table or slides, by an office's programs.
    Document,
    /// Files that are to be unpacked first.
    Other,
}

/// The names of the first entries, as long as each says where the next one is.
fn names(bytes: &[u8]) -> impl Iterator<Item = String> {
    let mut rest = bytes;
    let entry = move || {
        let header = rest.first_chunk::<30>().filter(|header| header.starts_with(b"PK\x03\x04"))?;
        let short = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let (name, extra, packed) = (short(26), short(28), short(18) | short(20) << 16);
        let text = String::from_utf8_lossy(rest.get(30..30 + name)?).into_owned();
        // Where the length stands behind the data, this is the last one that is found.
        let is_told = short(6) & 8 == 0;
        rest = rest.get(30 + name + extra..)?.get(packed..).filter(|_| is_told).unwrap_or_default();
        Some(text)
    };
    std::iter::from_fn(entry).take(MOST)
}

impl Content {
    /// From a file's first bytes.
    pub(super) fn of(bytes: &[u8]) -> Content {
        let names: Vec<String> = names(bytes).collect();
        let any = |holds: &dyn Fn(&str) -> bool| names.iter().any(|name| holds(name));
        let torch = ["data.pkl", "/version", "/byteorder", "/data/0", "/.format_version"];
        if any(&|name| name.ends_with("constants.pkl") || name.contains("/code/")) {
            Content::TorchScript
        } else if any(&|name| torch.iter().any(|end| name.ends_with(end))) {
            Content::Torch
        } else if any(&|name| name.ends_with(".npy")) {
            Content::NumPy
        } else if any(&|name| name.ends_with(".weights.h5") || name == "metadata.json") {
            Content::Keras
        } else if any(&|name| name == "[Content_Types].xml" || name == "mimetype") {
            Content::Document
        } else {
            Content::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zip of these entries, each with four bytes, as far as its local headers go.
    pub(in crate::files) fn zip(names: &[&str]) -> Vec<u8> {
        let entry = |name: &&str| {
            let mut header = [0; 30];
            header[..4].copy_from_slice(b"PK\x03\x04");
            (header[18], header[22], header[26]) = (4, 4, name.len() as u8);
            [&header[..], name.as_bytes(), b"data"].concat()
        };
        names.iter().flat_map(entry).collect()
    }

    #[test]
    fn a_zip_is_known_by_its_entries() {
        for (names, content) in [
            (&["archive/data.pkl", "archive/data/0"][..], Content::Torch),
            (&["model/byteorder", "model/data.pkl"], Content::Torch),
            (&["m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"], Content::TorchScript),
            (&["arr_0.npy"], Content::NumPy),
            (&["metadata.json", "config.json", "model.weights.h5"], Content::Keras),
            (&["[Content_Types].xml"], Content::Document),
            (&["photos/1.jpg", "photos/2.jpg"], Content::Other),
        ] {
            assert_eq!(Content::of(&zip(names)), content, "{names:?}");
        }
        assert_eq!(Content::of(&zip(&["a"])[..31]), Content::Other);
    }
}
