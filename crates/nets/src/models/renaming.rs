//! Which entry of a weight file is which of a network's: by the ends of their names, whatever wrappers have put before and between.
//!
//! Words that no name of the network has (`module`, `_orig_mod`) are passed over within a name, and what stands before the network's own name is a prefix. The
//! entries of one prefix are a copy of the network, and the copy of which most fits is taken.
use std::{cmp::Reverse, collections::HashMap};

/// Names with their shapes, PyTorch's.
pub(super) type Entries<'a> = Vec<(&'a str, &'a [usize])>;

/// The longest name that is looked at; a longer one is nobody's.
const LONGEST: usize = 500;

/// What running averages of a network are called by those who train it.
const AVERAGES: [&str; 6] = ["ema", "averag", "swa", "teacher", "shadow", "momentum"];

/// For each entry of a network the file's.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Renaming {
    /// As many as the network has entries: the place in the file, if there is one, whatever its shape.
    pub places: Vec<Option<usize>>,
    /// What stands before the names in the file.
    pub prefix: String,
    /// The prefixes of copies that fit as well and were not taken.
    pub copies: Vec<String>,
}

/// A network's names as a tree, read from their ends.
struct Names<'a> {
    /// How often each word stands in a name.
    words: HashMap<&'a str, usize>,
    steps: HashMap<(usize, &'a str), usize>,
    /// The entry whose name begins at a node.
    entries: Vec<Option<usize>>,
}

/// An entry of the file that may be one of the network's.
struct Candidate {
    entry: usize,
    place: usize,
    /// Words that were passed over within its name.
    passed: usize,
    fits: bool,
}

/// A copy of the network, or a part of one.
struct Copy<'a> {
    prefix: &'a str,
    /// One an entry, by entry.
    candidates: Vec<Candidate>,
    fitting: usize,
}

impl<'a> Names<'a> {
    fn of(network: &Entries<'a>) -> Names<'a> {
        let mut names = Names { words: HashMap::new(), steps: HashMap::new(), entries: vec![None] };
        for (entry, (name, _)) in network.iter().enumerate() {
            let mut node = 0;
            for word in name.rsplit('.') {
                *names.words.entry(word).or_default() += 1;
                let new = names.entries.len();
                node = *names.steps.entry((node, word)).or_insert(new);
                if node == new {
                    names.entries.push(None);
                }
            }
            names.entries[node] = Some(entry);
        }
        names
    }
    /// The entries whose names this one ends with, each with what stands before it and how many words were passed over.
    fn ends<'b>(&self, name: &'b str, mut found: impl FnMut(usize, &'b str, usize)) {
        let (mut node, mut passed, mut left) = (0, 0, name.len());
        for word in name.rsplit('.') {
            let before = left - word.len();
            match self.steps.get(&(node, word)) {
                Some(next) => {
                    node = *next;
                    if let Some(entry) = self.entries[node] {
                        found(entry, &name[..before], passed);
                    }
                }
                None if node != 0 && !self.words.contains_key(word) => passed += 1,
                None => return,
            }
            // And the point between the words.
            left = before.saturating_sub(1);
        }
    }
}

impl<'a> Copy<'a> {
    /// Copies that fit better first; of equal ones those that are no averages, then the shortest prefix, then the alphabet.
    fn rank(&self) -> (Reverse<usize>, bool, usize, &'a str) {
        let prefix = self.prefix.to_ascii_lowercase();
        let average = prefix.split(['.', '_']).any(|word| AVERAGES.iter().any(|average| word.starts_with(average)));
        (Reverse(self.fitting), average, prefix.len(), self.prefix)
    }
}

/// Every copy of the network that the file may hold, the best first.
fn copies<'b>(network: &Entries, file: &Entries<'b>) -> Vec<Copy<'b>> {
    let names = Names::of(network);
    let mut all: Vec<Copy> = vec![];
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (place, (name, dims)) in file.iter().enumerate().filter(|(_, (name, _))| name.len() <= LONGEST) {
        names.ends(name, |entry, prefix, passed| {
            let at = *known.entry(prefix).or_insert(all.len());
            if at == all.len() {
                all.push(Copy { prefix, candidates: vec![], fitting: 0 });
            }
            all[at].candidates.push(Candidate { entry, place, passed, fits: network[entry].1 == *dims });
        });
    }
    for copy in &mut all {
        copy.candidates.sort_by_key(|c| (c.entry, !c.fits, c.passed, c.place));
        copy.candidates.dedup_by_key(|c| c.entry);
        copy.fitting = copy.candidates.iter().filter(|c| c.fits).count();
    }
    all.sort_by_cached_key(Copy::rank);
    all
}

/// Finds the network in the file. What the best copy lacks is sought under other prefixes (a body and a head of their own), as long as these are no copies
/// themselves.
pub(super) fn renaming(network: &Entries, file: &Entries) -> Renaming {
    let copies = copies(network, file);
    let mut renaming = Renaming { places: vec![None; network.len()], ..Renaming::default() };
    let Some(best) = copies.first() else { return renaming };
    renaming.prefix = best.prefix.into();
    let mut used = vec![false; file.len()];
    for copy in &copies {
        if copy.candidates.iter().any(|c| used[c.place]) {
            continue;
        }
        if copy.candidates.iter().all(|c| renaming.places[c.entry].is_none()) {
            for c in &copy.candidates {
                (renaming.places[c.entry], used[c.place]) = (Some(c.place), true);
            }
        } else if copy.fitting == best.fitting {
            renaming.copies.push(copy.prefix.into());
        }
    }
    renaming
}

/// Those of the file's left names that say that the network is another, larger one: one more among a layer's numbered children (`layer3.5` where there are five),
/// or a weight, bias or running statistic of a layer that has none.
pub(super) fn beyond<'a>(network: &Entries, prefix: &str, left: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    const NUMBERS: [&str; 4] = ["weight", "bias", "running_mean", "running_var"];
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    // For each layer how many of its children have a name instead of a number.
    let mut layers: HashMap<&str, usize> = HashMap::new();
    for (name, _) in network {
        for (at, _) in name.match_indices('.') {
            let child = name[at + 1..].split('.').next().unwrap_or_default();
            *layers.entry(&name[..at]).or_default() += usize::from(!is_number(child));
        }
    }
    let says = |name: &&str| {
        let Some(name) = name.strip_prefix(prefix) else { return false };
        let layer = name.match_indices('.').rev().find_map(|(at, _)| Some((at, *layers.get(&name[..at])?)));
        layer.is_some_and(|(at, named)| {
            let rest = &name[at + 1..];
            if named == 0 { is_number(rest.split('.').next().unwrap_or_default()) } else { NUMBERS.contains(&rest) }
        })
    };
    left.filter(|name| name.len() <= LONGEST).filter(says).collect()
}
