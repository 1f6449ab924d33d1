//! Joins all style sheets into one file: one request instead of ten.
use std::{fs, path::Path};

const JOINED: &str = "book.css";
const START: &str = "<link rel=\"stylesheet\" href=\"";

/// Joins the style sheets that the page links, in their order, into one file that it links instead.
pub fn join(folder: &Path, page: &str) -> Result<String, String> {
    let mut pieces = page.split(START);
    let mut rest = pieces.next().unwrap_or_default().to_string();
    let (mut sheets, mut place) = (String::new(), None);
    for piece in pieces {
        let (address, after) = piece.split_once('"').ok_or("index.html: expected a quoted address of a sheet")?;
        let name = address.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        if name == JOINED {
            return Ok(page.to_string());
        }
        let file = folder.join(name);
        sheets += &fs::read_to_string(&file).map_err(|error| format!("{name} cannot be read: {error}"))?;
        fs::remove_file(&file).map_err(|error| format!("{name} cannot be removed: {error}"))?;
        place.get_or_insert((rest.len(), address.trim_end_matches(name).to_string()));
        rest += after.split_once('>').map_or("", |(_, after)| after);
    }
    let (at, base) = place.ok_or("index.html: expected style sheets, found none")?;
    fs::write(folder.join(JOINED), sheets).map_err(|error| format!("{JOINED} cannot be written: {error}"))?;
    rest.insert_str(at, &format!("{START}{base}{JOINED}\" />"));
    Ok(rest)
}
