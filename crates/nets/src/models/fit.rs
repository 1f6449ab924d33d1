//! Whether a weight file is a network's, and if not, why.
use super::renaming::{Entries, beyond, renaming};
use crate::nn::{Module, Seq, State};
use engine::Result;
use std::collections::BTreeMap;

/// What of a file fits a network, and what does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fit {
    /// Entries of the network that the file lacks.
    pub missing: Vec<String>,
    /// Those that only training reads, such as an auxiliary head's: an answer does without them.
    pub unneeded: Vec<String>,
    /// Entries of the file that the network does not have.
    pub unexpected: Vec<String>,
    /// Entries of the file by which it is another network's: they go on where the network's layers end.
    pub beyond: Vec<String>,
    /// Entries in both, of different shapes: name, the network's, the file's.
    pub misshapen: Vec<(String, Vec<usize>, Vec<usize>)>,
    /// The number of entries that fit.
    pub fitting: usize,
    /// What stands before the network's names in the file.
    pub prefix: String,
    /// Prefixes of copies in the file that fit as well.
    pub copies: Vec<String>,
    /// The name in the network, and the one in the file, of each entry that fits.
    pub(super) names: Vec<(String, String)>,
}

/// The names and shapes of a network.
pub(super) type Shapes = BTreeMap<String, Vec<usize>>;

impl Fit {
    /// Compares names and shapes of the file with the network's. Values are not compared.
    pub fn of(network: &Seq, state: &State) -> Result<Fit> {
        let unneeded: Vec<String> = network.only_for_training().iter().map(|p| p.name.clone()).collect();
        Ok(Fit::between(&shapes(network)?, &unneeded, &entries(state)))
    }
    fn between(network: &Shapes, unneeded: &[String], file: &Entries) -> Fit {
        let network: Entries = network.iter().map(|(name, dims)| (name.as_str(), dims.as_slice())).collect();
        let found = renaming(&network, file);
        let mut left = vec![true; file.len()];
        let mut fit = Fit { prefix: found.prefix, copies: found.copies, ..Fit::default() };
        for ((name, expected), place) in network.iter().zip(&found.places) {
            let is_unneeded = unneeded.iter().any(|other| other == name);
            // What only training needs is left if it has another shape, such as a head of other classes.
            place.iter().for_each(|place| left[*place] = false);
            let Some(place) = place.filter(|place| !is_unneeded || file[*place].1 == *expected) else {
                let list = if is_unneeded { &mut fit.unneeded } else { &mut fit.missing };
                list.push(name.to_string());
                continue;
            };
            let (own, dims) = file[place];
            if dims == *expected {
                fit.names.push((name.to_string(), own.into()));
            } else {
                fit.misshapen.push((name.to_string(), expected.to_vec(), dims.to_vec()));
            }
        }
        fit.fitting = fit.names.len();
        let left = file.iter().zip(left).filter(|(_, left)| *left).map(|((name, _), _)| *name);
        let further = beyond(&network, &fit.prefix, left.clone());
        fit.unexpected = left.filter(|name| further.binary_search(name).is_err()).map(String::from).collect();
        fit.beyond = further.into_iter().map(String::from).collect();
        fit
    }
    /// Whether the file has all that the network needs for an answer, and is no larger network's.
    pub fn holds(&self) -> bool {
        self.fitting > 0 && self.missing.is_empty() && self.misshapen.is_empty() && self.beyond.is_empty()
    }
    /// How many entries of either are in the way.
    pub(super) fn wrong(&self) -> usize {
        self.missing.len() + self.unexpected.len() + self.beyond.len() + self.misshapen.len()
    }
    /// What is to be known of a file that holds: how names differ, which copy was taken, what was left and what is not there. None where all is as it was.
    pub fn told(&self) -> Option<String> {
        let under = |prefix: &str| if prefix.is_empty() { "no prefix".into() } else { format!("{prefix:?}") };
        let mut said = vec![];
        if !self.copies.is_empty() {
            let others = self.copies.iter().map(|prefix| under(prefix)).collect::<Vec<_>>().join(" and ");
            said.push(format!(
                "the copy under {} was taken, not the one under {others}: a running average comes after what was trained, a longer prefix after a shorter one",
                under(&self.prefix)
            ));
        } else if !self.prefix.is_empty() {
            said.push(format!("names begin with {:?} there", self.prefix));
        }
        if !self.unexpected.is_empty() {
            said.push(some("left, since no layer has them", &self.unexpected));
        }
        if !self.unneeded.is_empty() {
            said.push(some("not there in this shape, which only training needs, and set to 0", &self.unneeded));
        }
        (!said.is_empty()).then(|| said.join("; "))
    }
    /// Where one layer alone differs, and only in how many outputs it has, such as a classifier of other classes: that, as a sentence.
    fn other_outputs(&self) -> Option<String> {
        let layer = |name: &str| name.rsplit_once('.').map_or(String::new(), |(layer, _)| layer.into());
        let (name, expected, found) = self.misshapen.first()?;
        let same = |(other, a, b): &(String, Vec<usize>, Vec<usize>)| {
            layer(other) == layer(name) && !a.is_empty() && !b.is_empty() && a[1..] == b[1..] && (a[0], b[0]) == (expected[0], found[0])
        };
        (self.missing.is_empty() && self.misshapen.iter().all(same))
            .then(|| format!("the file's {} has {} outputs, and this network's has {}", layer(name), found[0], expected[0]))
    }
}

impl std::fmt::Display for Fit {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let misshapen: Vec<String> =
            self.misshapen.iter().map(|(name, expected, found)| format!("{name} (expected {expected:?}, found {found:?})")).collect();
        let parts = [
            ("missing", &self.missing),
            ("unexpected", &self.unexpected),
            ("beyond its last layers", &self.beyond),
            ("misshapen", &misshapen),
        ];
        let said = parts.iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| some(what, names));
        let said: Vec<String> = said.chain(self.other_outputs()).collect();
        write!(f, "{} entries fit; {}", self.fitting, said.join("; "))
    }
}

/// The first of many, as far as a name has a length that can be read.
fn some(what: &str, names: &[String]) -> String {
    const SHOWN: usize = 3;
    const LETTERS: usize = 160;
    let shown = names.iter().take(SHOWN).map(|name| name.chars().take(LETTERS).collect::<String>()).collect::<Vec<_>>().join(", ");
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    format!("{} {what}: {shown}{more}", names.len())
}

pub(super) fn shapes(network: &Seq) -> Result<Shapes> {
    network.params().iter().map(|p| Ok((p.name.clone(), p.layout.outside(p.value().shape())?))).collect()
}

pub(super) fn entries(state: &State) -> Entries<'_> {
    state.iter().map(|(name, (dims, _))| (name.as_str(), dims.as_slice())).collect()
}
