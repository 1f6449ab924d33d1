//! PyTorch's own files: a pickle that describes the tensors, and storages with their numbers. Since 2020 they are in a zip; before, they
//! came one after the other.
//!
//! Reference: torch.save. Only tensors are read: everything else is skipped, and nothing is executed.
use super::{
    names::COUNTER,
    pickle::{Pickle, Place, Value, unpickle},
    storage::{Kind, QUANTISED},
};
use crate::nn::State;
use engine::{Error, Result};
use std::{
    collections::HashMap,
    io::{Cursor, Read},
};
use vision::files::{MAGIC, TORCH_SCRIPT, found};
use zip::ZipArchive;

const NO_TENSORS: &str = "its pickle holds no dictionary of tensors; save model.state_dict()";

/// How many dictionaries of a checkpoint may stand in one another.
const DEEPEST: usize = 4;

/// The longest name of a tensor, with what leads to it.
const LONGEST_NAME: usize = 1000;

/// The largest number of tensors. A file with more is refused.
const MOST_TENSORS: usize = 100_000;

/// A tensor, as the pickle describes it.
struct Described {
    name: String,
    storage: String,
    kind: Kind,
    /// The number of values before the first one.
    offset: usize,
    dims: Vec<usize>,
    strides: Vec<usize>,
}

pub(super) fn read_zip(file: &str, bytes: &[u8]) -> Result<State> {
    let bad = |detail: String| Error::data(file, format!("expected a weight file of PyTorch: {detail}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|e| bad(format!("a zip that cannot be opened, as one whose download has broken off ({e})")))?;
    let root = archive.file_names().find_map(|name| name.strip_suffix("data.pkl").map(String::from));
    let root = root.ok_or_else(|| bad(format!("found {}", found(bytes))))?;
    if archive.index_for_name(&format!("{root}constants.pkl")).is_some() {
        return Err(bad(format!("found {TORCH_SCRIPT}")));
    }
    // Uncompressed entries cannot be longer in total than the file, unless they overlap in order to cost time and memory.
    let mut left = 2 * bytes.len() as u64;
    let mut entry = |name: &str| -> Result<Vec<u8>> {
        let path = format!("{root}{name}");
        let entry = archive.by_name(&path).map_err(|e| bad(format!("{path}: {e}")))?;
        if entry.size() > left {
            return Err(bad(format!("{path} claims {} bytes, more than the file has", entry.size())));
        }
        left -= entry.size();
        let (mut content, size) = (vec![], entry.size());
        entry.take(size).read_to_end(&mut content).map_err(|e| bad(format!("{path}: {e}")))?;
        Ok(content)
    };
    if entry("byteorder").is_ok_and(|order| order.trim_ascii() != b"little") {
        return Err(bad("its numbers have their big end first".into()));
    }
    let pickled = entry("data.pkl")?;
    let (pickle, made, _) = unpickle(&pickled, 0).map_err(bad)?;
    let described = describe(&pickle, made).map_err(bad)?;
    within(&described, bytes.len()).map_err(bad)?;
    let mut state = State::new();
    // Tensors that share a storage mostly follow each other, so the last storage is kept.
    let mut kept: Option<(String, Vec<u8>)> = None;
    for tensor in described {
        let storage = match kept.take().filter(|(key, _)| *key == tensor.storage) {
            Some((_, storage)) => storage,
            None => entry(&format!("data/{}", tensor.storage))?,
        };
        let values = gather(&tensor, &storage).map_err(bad)?;
        kept = Some((tensor.storage, storage));
        state.insert(tensor.name, (tensor.dims, values));
    }
    Ok(state)
}

pub(super) fn read_legacy(file: &str, bytes: &[u8]) -> Result<State> {
    let bad = |detail: String| Error::data(file, format!("expected a weight file of PyTorch: {detail}"));
    let (head, magic, at) = unpickle(bytes, 0).map_err(bad)?;
    if !matches!(head.value(magic), Value::Text(range) if bytes.get(range.clone()) == Some(&MAGIC)) {
        return Err(bad("a pickle that does not begin as torch.save's files do".into()));
    }
    // The version of the format, and the machine that wrote it.
    let (_, _, at) = unpickle(bytes, at).map_err(bad)?;
    let (_, _, at) = unpickle(bytes, at).map_err(bad)?;
    let (pickle, made, at) = unpickle(bytes, at).map_err(bad)?;
    let described = describe(&pickle, made).map_err(bad)?;
    within(&described, bytes.len()).map_err(bad)?;
    let kinds: HashMap<&str, Kind> = pickle.persistent().filter_map(|id| storage(&pickle, id)).collect();
    let (list, keys, mut at) = unpickle(bytes, at).map_err(bad)?;
    let Value::List(keys) = list.value(keys) else { return Err(bad("no list of storages".into())) };
    let mut storages: HashMap<&str, &[u8]> = HashMap::new();
    for key in keys {
        let key = list.text(*key).ok_or_else(|| bad("a storage without a name".into()))?;
        let kind = kinds.get(key).ok_or_else(|| bad(format!("storage {key} holds numbers of an unknown kind")))?;
        let ends = |from: usize, n: u64| usize::try_from(n).ok().and_then(|n| from.checked_add(n)).filter(|end| *end <= bytes.len());
        let breaks = || bad(format!("the file breaks off in storage {key}"));
        let first = ends(at, 8).ok_or_else(breaks)?;
        let n = bytes[at..first].iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
        at = n.checked_mul(kind.bytes() as u64).and_then(|n| ends(first, n)).ok_or_else(breaks)?;
        storages.insert(key, &bytes[first..at]);
    }
    let read = |tensor: Described| {
        let storage = storages.get(tensor.storage.as_str()).ok_or_else(|| bad(format!("no storage {}", tensor.storage)))?;
        let values = gather(&tensor, storage).map_err(bad)?;
        Ok((tensor.name, (tensor.dims, values)))
    };
    described.into_iter().map(read).collect()
}

/// The tensors of a state dict, or of all that a checkpoint keeps among other things. Where these are several, what leads to each stands before its names.
fn describe(pickle: &Pickle, made: Place) -> std::result::Result<Vec<Described>, String> {
    if !matches!(pickle.value(made), Value::Dict(_)) {
        return Err(NO_TENSORS.into());
    }
    let mut dictionaries = Dictionaries { pickle, found: vec![], looked_at: 0 };
    dictionaries.search(made, "", 0)?;
    let mut found = dictionaries.found;
    if found.is_empty() {
        return Err(NO_TENSORS.into());
    }
    if let [(_, only)] = &mut found[..] {
        return floats(std::mem::take(only));
    }
    let named = |(path, tensors): (String, Vec<Described>)| {
        tensors.into_iter().map(move |tensor| Described { name: format!("{path}{}", tensor.name), ..tensor })
    };
    floats(found.into_iter().flat_map(named).collect())
}

/// Those that may be weights. Counters and other whole numbers are passed over; a file that has more matrices of them than of floats is refused.
fn floats(described: Vec<Described>) -> std::result::Result<Vec<Described>, String> {
    let is_whole = |tensor: &Described| matches!(tensor.kind, Kind::Whole(_));
    let (whole, floats): (Vec<_>, Vec<_>) = described.iter().filter(|tensor| tensor.dims.len() > 1).partition(|tensor| is_whole(tensor));
    if let Some(first) = whole.first().filter(|_| whole.len() > floats.len()) {
        return Err(format!("{}: {QUANTISED}", first.name));
    }
    Ok(described.into_iter().filter(|tensor| !is_whole(tensor) && !tensor.name.ends_with(COUNTER)).collect())
}

/// The dictionaries of a checkpoint that hold tensors, each with what leads to it.
struct Dictionaries<'a> {
    pickle: &'a Pickle<'a>,
    found: Vec<(String, Vec<Described>)>,
    looked_at: usize,
}

impl Dictionaries<'_> {
    /// What an optimiser remembers is passed over: its tensors have the parameters' shapes, and are none.
    fn search(&mut self, place: Place, path: &str, depth: usize) -> std::result::Result<(), String> {
        let pickle = self.pickle;
        let Value::Dict(entries) = pickle.value(place) else { return Ok(()) };
        self.looked_at += entries.len();
        let mut described = vec![];
        for (key, value) in entries {
            if self.looked_at > 4 * MOST_TENSORS || described.len() > MOST_TENSORS {
                return Err(format!("more than {MOST_TENSORS} tensors, which no network has"));
            }
            let Some(name) = pickle.text(*key) else { continue };
            if path.len() + name.len() > LONGEST_NAME {
                return Err(format!("a name of more than {LONGEST_NAME} letters, which no tensor has"));
            }
            match pickle.value(*value) {
                Value::Dict(_) if depth < DEEPEST && !name.to_ascii_lowercase().contains("optim") => {
                    self.search(*value, &format!("{path}{name}."), depth + 1)?;
                }
                // One that cannot be read (of complex numbers, say) is no layer's; if a layer needs it, it will be missed.
                Value::Made(function, arguments) if is_tensor(pickle, *function) => described.extend(tensor(pickle, name, *arguments)),
                _ => {}
            }
        }
        if !described.is_empty() {
            self.found.push((path.into(), described));
        }
        Ok(())
    }
}

fn is_tensor(pickle: &Pickle, function: Place) -> bool {
    matches!(pickle.global(function).as_deref(), Some("torch._utils._rebuild_tensor_v2" | "torch._utils._rebuild_tensor"))
}

/// The key and the type of `("storage", class, key, place, length, …)`.
fn storage<'a>(pickle: &'a Pickle, id: Place) -> Option<(&'a str, Kind)> {
    let Value::Tuple(id) = pickle.value(id) else { return None };
    let &[_, class, key, ..] = &id[..] else { return None };
    // A sixth element says that the storage is a part of another one. Only files of 2017 have it.
    if id.get(5).is_some_and(|view| pickle.value(*view) != &Value::Other) {
        return None;
    }
    Some((pickle.text(key)?, Kind::of_storage(pickle.global(class)?.rsplit('.').next()?)?))
}

/// A tensor from `(storage, offset, size, stride, …)`.
fn tensor(pickle: &Pickle, name: &str, arguments: Place) -> Option<Described> {
    let Value::Tuple(arguments) = pickle.value(arguments) else { return None };
    let &[kept, offset, dims, strides, ..] = &arguments[..] else { return None };
    let Value::Persistent(id) = pickle.value(kept) else { return None };
    let (key, kind) = storage(pickle, *id)?;
    Some(Described {
        name: name.into(),
        storage: key.into(),
        kind,
        offset: usize::try_from(pickle.int(offset)?).ok()?,
        dims: pickle.sizes(dims)?,
        strides: pickle.sizes(strides)?,
    })
}

/// Refuses tensors that have more numbers in total than the file has bytes, so that a small file cannot ask for much memory.
fn within(tensors: &[Described], bytes: usize) -> std::result::Result<(), String> {
    let count = |t: &Described| t.dims.iter().try_fold(1usize, |n, d| n.checked_mul(*d));
    let total = tensors.iter().try_fold(0usize, |sum, t| sum.checked_add(count(t)?));
    match total.filter(|total| *total <= bytes) {
        Some(_) => Ok(()),
        None => Err(format!("its tensors would hold more numbers than its {bytes} bytes")),
    }
}

/// The tensor's numbers in row-major order, by its strides.
fn gather(tensor: &Described, storage: &[u8]) -> std::result::Result<Vec<f32>, String> {
    let Described { name, kind, offset, dims, strides, .. } = tensor;
    let width = kind.bytes();
    let size: usize = dims.iter().product();
    if dims.len() != strides.len() || dims.len() > 8 {
        return Err(format!("{name}: {} axes and {} strides", dims.len(), strides.len()));
    }
    if size == 0 {
        return Ok(vec![]);
    }
    let last = dims.iter().zip(strides).try_fold(*offset, |at, (d, s)| (d - 1).checked_mul(*s).and_then(|n| at.checked_add(n)));
    if last.is_none_or(|last| last >= storage.len() / width) {
        return Err(format!("{name}: shape {dims:?} reaches beyond its storage of {} numbers", storage.len() / width));
    }
    let number = |at: usize| kind.number(&storage[at * width..][..width]);
    let mut places = vec![0; dims.len()];
    let mut values = Vec::with_capacity(size);
    for _ in 0..size {
        values.push(number(offset + places.iter().zip(strides).map(|(p, s)| p * s).sum::<usize>()));
        for axis in (0..dims.len()).rev() {
            places[axis] += 1;
            if places[axis] < dims[axis] {
                break;
            }
            places[axis] = 0;
        }
    }
    Ok(values)
}
