//! Whether a weight file is a network's, and if not, why, and whose it may be.
use super::{MODELS, ModelSpec};
use crate::nn::{Module, Scope, Seq, State, load};
use engine::{Error, Result, tensor::Device};
use std::collections::BTreeMap;

/// What of a file does not fit a network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fit {
    /// Entries of the network that the file lacks.
    pub missing: Vec<String>,
    /// Entries of the file that the network does not have.
    pub unexpected: Vec<String>,
    /// Entries in both, of different shapes: name, the network's, the file's.
    pub misshapen: Vec<(String, Vec<usize>, Vec<usize>)>,
    /// Entries that fit.
    pub fitting: usize,
}

type Shapes = BTreeMap<String, Vec<usize>>;

impl Fit {
    /// Compares names and shapes of the file with the network's; values are not looked at.
    pub fn of(network: &Seq, state: &State) -> Result<Fit> {
        Ok(Fit::between(&shapes(network)?, &state.iter().map(|(name, (dims, _))| (name.clone(), dims.clone())).collect()))
    }
    fn between(network: &Shapes, file: &Shapes) -> Fit {
        let mut fit = Fit { unexpected: file.keys().filter(|name| !network.contains_key(*name)).cloned().collect(), ..Fit::default() };
        for (name, expected) in network {
            match file.get(name) {
                None => fit.missing.push(name.clone()),
                Some(found) if found == expected => fit.fitting += 1,
                Some(found) => fit.misshapen.push((name.clone(), expected.clone(), found.clone())),
            }
        }
        fit
    }
    /// Whether all of it fits, and nothing is missing or left over.
    pub fn holds(&self) -> bool {
        self.wrong() == 0
    }
    fn wrong(&self) -> usize {
        self.missing.len() + self.unexpected.len() + self.misshapen.len()
    }
}

impl std::fmt::Display for Fit {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let misshapen: Vec<String> =
            self.misshapen.iter().map(|(name, expected, found)| format!("{name} (expected {expected:?}, found {found:?})")).collect();
        let parts = [("missing", &self.missing), ("unexpected", &self.unexpected), ("misshapen", &misshapen)];
        let said: Vec<String> = parts.iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| some(what, names)).collect();
        write!(f, "{} entries fit; {}", self.fitting, said.join("; "))
    }
}

/// The first of many.
fn some(what: &str, names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    format!("{} {what}: {shown}{more}", names.len())
}

fn shapes(network: &Seq) -> Result<Shapes> {
    network.params().iter().map(|p| Ok((p.name.clone(), p.layout.outside(p.value().shape())?))).collect()
}

/// The network of the zoo with whose names and shapes the file agrees best, if it is more than half of them: how its entry is named, and how it fits.
/// Some networks differ only in how they pad, not in their weights: of those it is the one that the file is named after or whose published file it is,
/// else the first of the zoo.
pub(super) fn nearest(file: &str, state: &State) -> Result<Option<(&'static ModelSpec, Fit)>> {
    let mut best: Option<(&'static ModelSpec, Fit)> = None;
    let named = |spec: &ModelSpec| {
        let published = spec.weights.iter().map(|name| name.trim_end_matches(".pth"));
        published.chain([spec.name]).filter(|name| file.contains(name)).map(str::len).max().unwrap_or(0)
    };
    for spec in MODELS {
        let fit = Fit::of(&spec.network(&Scope::new(Device::Meta, 0))?, state)?;
        let is_nearer = |(of, found): &(&ModelSpec, Fit)| (fit.wrong(), named(of)) < (found.wrong(), named(spec));
        if 2 * fit.fitting > state.len() && best.as_ref().is_none_or(is_nearer) {
            best = Some((spec, fit));
        }
    }
    Ok(best)
}

/// The network of the zoo whose weights these are, or which is nearest.
pub fn whose(file: &str, state: &State) -> Result<&'static ModelSpec> {
    let advice = match nearest(file, state)? {
        Some((spec, fit)) if fit.holds() => return Ok(spec),
        Some((spec, fit)) => format!("the nearest is {}, where {fit}", spec.name),
        None => "none is near".into(),
    };
    Err(Error::data(file, format!("these {} entries are the weights of no network of the zoo: {advice}", state.len())))
}

/// Other networks of the zoo with the same names and shapes: they differ in how they pad or what they read, and no weight file tells them apart.
pub fn twins(spec: &ModelSpec) -> Result<Vec<&'static ModelSpec>> {
    let shapes_of = |spec: &ModelSpec| shapes(&spec.network(&Scope::new(Device::Meta, 0))?);
    let own = shapes_of(spec)?;
    let mut found = vec![];
    // Most are told apart by their count, without being built.
    for other in MODELS.iter().filter(|other| other.params == spec.params && other.name != spec.name) {
        if shapes_of(other)? == own {
            found.push(other);
        }
    }
    Ok(found)
}

/// All of a file into a network, or none of it and why.
pub fn load_weights(spec: &ModelSpec, network: &Seq, file: &str, state: &State) -> Result<()> {
    let fit = Fit::of(network, state)?;
    if fit.holds() {
        return load(network, state);
    }
    let advice = match nearest(file, state)? {
        Some((near, fit)) if fit.holds() && near.name != spec.name => format!("it is a file for {}", near.name),
        Some((near, fit)) if near.name != spec.name => format!("the nearest network is {}, where {fit}", near.name),
        _ => "no other network of the zoo is nearer".into(),
    };
    Err(Error::data(file, format!("these are not the weights of {}: {fit}; {advice}", spec.name)))
}
