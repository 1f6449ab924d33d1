//! Where a command saves: what is wrong with the place is told before the work, and what was there stays until what takes its place is whole.
use super::interrupt;
use receptive::error::{Error, Result};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    process,
    time::SystemTime,
};

/// Links that lead to links, at most; those of a ring never end.
const LINKS: usize = 40;

/// A place for a file, which is there or is to be.
pub struct Place {
    /// As it was given, for messages.
    name: String,
    /// What a link leads to: the link itself stays.
    path: PathBuf,
}

/// A file beside its place, which goes again unless it took the place.
struct Draft {
    file: File,
    path: PathBuf,
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        interrupt::takes_along(None);
    }
}

/// The end of a chain of links, which need not be there.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..LINKS {
        let Ok(to) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().unwrap_or(Path::new("")).join(to);
    }
    Err(io::Error::other("it is a link that leads to no file"))
}

impl Place {
    /// Refuses a place where no file can be written, and says why.
    pub fn new(given: &Path) -> Result<Place> {
        let mut place = Place { name: given.display().to_string(), path: given.to_path_buf() };
        place.path = followed(given).map_err(|error| place.refused(0, &error))?;
        place.check().map_err(|error| place.refused(0, &error))?;
        Ok(place)
    }
    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }
    fn check(&self) -> io::Result<()> {
        let is_none = |what: &str| Err(io::Error::other(format!("expected the name of a file, found {what}")));
        match fs::metadata(&self.path) {
            Ok(there) if there.is_dir() => return is_none("a folder"),
            // Nothing can stand beside it and then take its place.
            Ok(there) if !there.is_file() => return is_none("a device or a pipe"),
            Ok(there) if there.permissions().readonly() => return Err(io::Error::other("the file that is there is write-protected")),
            Ok(_) => drop(OpenOptions::new().append(true).open(&self.path)?),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let written = self.path.as_os_str().as_encoded_bytes();
        if !self.path.file_name().is_some_and(|name| written.ends_with(name.as_encoded_bytes())) {
            return is_none("that of a folder");
        }
        self.draft(&[]).map(drop)
    }
    fn refused(&self, bytes: usize, error: &io::Error) -> Error {
        let why = match error.kind() {
            ErrorKind::NotFound => format!("there is no folder {}", self.folder().display()),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                format!("there is no room for its {bytes} bytes ({error})")
            }
            _ => error.to_string(),
        };
        Error::data(&self.name, format!("cannot be saved: {why}"))
    }
    /// These bytes in a file beside the place, on the disk and not only on their way there.
    fn draft(&self, bytes: &[u8]) -> io::Result<Draft> {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
        let path = self.folder().join(format!(".receptive-{}-{now:x}.part", process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        interrupt::takes_along(Some(path.clone()));
        let mut draft = Draft { file, path };
        if let Ok(there) = fs::metadata(&self.path) {
            // Only root can give a file away; whoever cannot owns the new one.
            #[cfg(unix)]
            let _ = std::os::unix::fs::fchown(&draft.file, owner(&there).0, owner(&there).1);
            draft.file.set_permissions(there.permissions())?;
        }
        draft.file.write_all(bytes)?;
        draft.file.sync_all()?;
        Ok(draft)
    }
    /// Refuses bytes that there is no room for: they are written beside, and taken away again.
    pub fn try_out(&self, bytes: &[u8]) -> Result<()> {
        self.draft(bytes).map(drop).map_err(|error| self.refused(bytes.len(), &error))
    }
    /// Puts a file of these bytes there, with the permissions of the one that was there.
    pub fn save(&self, bytes: &[u8]) -> Result<()> {
        let put = || {
            let draft = self.draft(bytes)?;
            fs::rename(&draft.path, &self.path)?;
            // Its name, too, is to outlast the machine; not every system has that of a folder flushed.
            if let Ok(folder) = File::open(self.folder()) {
                let _ = folder.sync_all();
            }
            Ok(())
        };
        put().map_err(|error| self.refused(bytes.len(), &error))
    }
}

#[cfg(unix)]
fn owner(there: &fs::Metadata) -> (Option<u32>, Option<u32>) {
    use std::os::unix::fs::MetadataExt;
    (Some(there.uid()), Some(there.gid()))
}
