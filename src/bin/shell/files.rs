//! Files for commands. Errors contain the path.
use receptive::{
    error::{Error, Result},
    nets::{
        data::{about_weights, read_weights},
        models::{OfFile, load_weights},
        nn::{Scope, Seq, State},
    },
};
use std::path::Path;

pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::data(path.display().to_string(), e.to_string()))
}

/// A weight file that was read, and the network that it is for.
pub struct Opened {
    /// The network, with as many classes as the file has, and how photos are read for it.
    pub of: OfFile,
    /// The names of its classes that the file has.
    pub names: Option<Vec<String>>,
    file: String,
    state: State,
}

impl Opened {
    /// Reads a weight file of any kind, for the network with this name or, for None, for the one that it fits. With `usual`, photos are read as is usual for the
    /// network, whatever the file says. What is to be known of it is said beside the results.
    pub fn read(model: Option<&str>, path: &Path, usual: bool) -> Result<Opened> {
        let (file, bytes) = (path.display().to_string(), read_file(path)?);
        let (state, about) = (read_weights(&file, &bytes)?, about_weights(&file, &bytes)?);
        let of = OfFile::find(model, &file, &state, &about, usual)?;
        of.told.iter().for_each(|told| say(&file, Some(told.clone())));
        let known = receptive::nets::models::model(of.spec.name)?;
        if of.spec.classes != known.classes {
            let told = format!("its last layer has {} classes, where the usual {} has {}", of.spec.classes, known.name, known.classes);
            say(&file, Some(told));
        }
        let names = about.classes.filter(|names| names.len() == of.spec.classes);
        Ok(Opened { of, names, file, state })
    }
    /// The network with the file's weights, or why they do not fit.
    pub fn network(self, scope: &Scope) -> Result<Seq> {
        let network = self.of.spec.network(scope)?;
        say(&self.file, load_weights(&self.of.spec, &network, &self.file, self.state)?);
        Ok(network)
    }
}

/// What is to be known of a file, beside the results.
pub fn say(file: &str, told: Option<String>) {
    if let Some(told) = told {
        eprintln!("receptive: {file}: {told}");
    }
}
