//! The files of a release, and the version in the address of each, which is the start of its content's SHA-256.
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fs, io, path::Path};

/// The first 16 hexadecimal digits of a content's SHA-256.
pub fn fingerprint(mut content: impl io::Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut content, &mut hash)?;
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// A value as JSON that may stand in a page's script.
pub fn json(value: &impl serde::Serialize) -> String {
    // Inside a page nothing may look like the end of a script.
    serde_json::to_string(value).unwrap_or_default().replace('<', "\\u003c")
}

/// The paths in the folder with their versions. None if the name of the file changes with its content.
pub struct Files(BTreeMap<String, Option<String>>);

impl Files {
    /// Reads the folder, and writes the versions of fonts into its style sheets.
    pub fn of(folder: &Path) -> Result<Files, String> {
        let mut paths = vec![];
        list(folder, "", &mut paths).map_err(|error| format!("the folder cannot be read: {error}"))?;
        paths.retain(|path| !is_no_part(path));
        // Style sheets come last, since they name the fonts.
        paths.sort_by_key(|path| path.ends_with(".css"));
        let mut files = Files(BTreeMap::new());
        for path in paths {
            let failed = |error: io::Error| format!("{path}: {error}");
            let file = folder.join(&path);
            if path.ends_with(".css") {
                let sheet = fs::read_to_string(&file).map_err(failed)?;
                fs::write(&file, files.name_in(&sheet)).map_err(failed)?;
            }
            let version = || fs::File::open(&file).and_then(fingerprint).map_err(failed);
            let version = (!carries_its_hash(&path)).then(version).transpose()?;
            files.0.insert(path, version);
        }
        Ok(files)
    }

    /// A page or style sheet in which every font and style sheet has its version.
    pub fn name_in(&self, text: &str) -> String {
        let markup = self.0.iter().filter(|(path, _)| is_named_in_markup(path));
        markup.fold(text.to_string(), |text, (path, version)| match version {
            Some(version) => with_version(&text, path, version),
            None => text,
        })
    }

    /// The files that the page's program fetches by name, as JSON: path and version.
    pub fn fetched(&self) -> String {
        let versions = self.0.iter().filter(|(path, _)| !is_named_in_markup(path));
        let versions: BTreeMap<&String, &String> = versions.filter_map(|(path, version)| Some((path, version.as_ref()?))).collect();
        json(&versions)
    }

    /// The addresses of programs, style sheets, fonts and texts.
    pub fn kept_at_once(&self) -> Vec<String> {
        self.addresses(|path| !is_data(path))
    }

    /// The addresses of data, photos and weights.
    pub fn kept_when_asked_for(&self) -> Vec<String> {
        self.addresses(is_data)
    }

    fn addresses(&self, which: impl Fn(&str) -> bool) -> Vec<String> {
        let address = |(path, version): (&String, &Option<String>)| match version {
            Some(version) => format!("{path}?v={version}"),
            None => path.clone(),
        };
        self.0.iter().filter(|(path, _)| which(path)).map(address).collect()
    }
}

/// Whether a file is not part of the release: pages have their own addresses, and no program fetches files that are only for people who read the folder.
fn is_no_part(path: &str) -> bool {
    ["service-worker.js", "sitemap.xml"].contains(&path) || [".html", ".txt", "README.md"].iter().any(|end| path.ends_with(end))
}

fn is_named_in_markup(path: &str) -> bool {
    path.ends_with(".css") || path.ends_with(".woff2")
}

/// Whether a file is data. Data are large and not for every reader, so only their list is kept at once.
fn is_data(path: &str) -> bool {
    (path.starts_with("data/") || path.starts_with("weights/")) && path != "data/weights.json"
}

/// Whether the name contains a hash, as Trunk and the loader of parts write it: a dash and about 16 hexadecimal digits, before a dot or an underscore.
fn carries_its_hash(path: &str) -> bool {
    path.match_indices('-').any(|(dash, _)| {
        let rest = &path[dash + 1..];
        let digits = rest.find(|c: char| !matches!(c, '0'..='9' | 'a'..='f')).unwrap_or(rest.len());
        (12..=16).contains(&digits) && rest[digits..].starts_with(['.', '_'])
    })
}

/// The text with this version after every mention of a path. An earlier version is replaced.
fn with_version(text: &str, path: &str, version: &str) -> String {
    let mut pieces = text.split(path);
    let mut whole = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let earlier = piece.strip_prefix("?v=").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
        whole += &format!("{path}?v={version}{}", earlier.unwrap_or(piece));
    }
    whole
}

fn list(folder: &Path, within: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{within}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{path}/"), paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
