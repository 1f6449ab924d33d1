//! The page's content security policy: only scripts that were in the page when it was built may run.
use sha2::{Digest, Sha256};

/// The page with the hashes of its own scripts in its policy. Earlier hashes are replaced.
pub fn allow_own_scripts(page: &str) -> Result<String, String> {
    let start = "script-src ";
    let at = page.find(start).ok_or("index.html: expected a policy with script-src, found none")? + start.len();
    let end = at + page[at..].find([';', '"']).ok_or("index.html: expected an end of script-src, found none")?;
    let others = page[at..end].split_whitespace().filter(|source| !source.starts_with("'sha256-")).map(str::to_string);
    let own = scripts(page).map(|script| format!("'sha256-{}'", base64(&Sha256::digest(script))));
    let sources: Vec<String> = others.chain(own).collect();
    Ok(format!("{}{}{}", &page[..at], sources.join(" "), &page[end..]))
}

/// `trunk serve` writes addresses into its reload script only when it sends the page, so the script's hash would change. Here the script
/// reads the addresses itself.
pub fn without_gaps(page: &str) -> String {
    page.replace("'{{__TRUNK_ADDRESS__}}'", "location.host").replace("'{{__TRUNK_WS_BASE__}}'", "new URL(document.baseURI).pathname")
}

/// The texts of the scripts that stand in the page and run.
fn scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|piece| {
        let (attributes, rest) = piece.split_once('>')?;
        let runs = !attributes.contains("src=") && !attributes.contains("application/json");
        runs.then(|| rest.split("</script>").next().unwrap_or_default())
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let bits = (0..3).fold(0u32, |bits, i| bits << 8 | u32::from(*group.get(i).unwrap_or(&0)));
        (0..4).map(|i| if i <= group.len() { DIGITS[(bits >> (18 - 6 * i)) as usize & 63] as char } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}
