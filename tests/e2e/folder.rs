//! A copy of the built site that a test may change.
use crate::host;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A temporary folder, which is removed at the end of the test.
pub struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

impl Folder {
    pub fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("receptive-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }

    pub fn with_site(name: &str) -> Folder {
        let folder = Folder::new(name);
        copy(&host::with_digits(host::dist()), &folder.0);
        folder
    }

    pub fn path(&self) -> PathBuf {
        self.0.clone()
    }

    pub fn copy(&self, name: &str) -> Folder {
        let other = Folder::new(name);
        copy(&self.0, &other.0);
        other
    }

    /// Replaces the content of this folder by another one's.
    pub fn become_like(&self, other: &Folder) {
        fs::remove_dir_all(&self.0).expect("the old release goes");
        fs::create_dir_all(&self.0).expect("a folder");
        copy(&other.0, &self.0);
    }

    /// Replaces words by others of equal length, in the names and contents of programs and pages. Returns how often each occurred in a content.
    pub fn replace_words(&self, pairs: &[(String, String)]) -> Vec<usize> {
        let mut found = vec![0; pairs.len()];
        for entry in fs::read_dir(&self.0).expect("the folder").flatten().filter(|entry| entry.path().is_file()) {
            let mut content = fs::read(entry.path()).expect("a file");
            let mut name = entry.file_name().to_string_lossy().into_owned();
            for (at, (old, new)) in pairs.iter().enumerate() {
                name = name.replace(old, new);
                let stands = |(place, word): (usize, &[u8])| (word == old.as_bytes()).then_some(place);
                let places: Vec<usize> = content.windows(old.len()).enumerate().filter_map(stands).collect();
                found[at] += places.len();
                for place in places {
                    content[place..place + old.len()].copy_from_slice(new.as_bytes());
                }
            }
            fs::remove_file(entry.path()).expect("the file goes");
            fs::write(self.0.join(name), content).expect("the file is written");
        }
        found
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        }
    }
}
