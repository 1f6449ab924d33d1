//! PyTorch's own files: a pickle that says which tensors there are, and storages that hold their numbers; in a zip since 2020, one after the other before.
//!
//! Reference: torch.save. Tensors only: what else a file names is passed over, nothing is executed.
use super::{
    names::COUNTER,
    pickle::{Pickle, Place, Value, unpickle},
    storage::Kind,
};
use crate::nn::State;
use engine::{Error, Result};
use std::{
    collections::HashMap,
    io::{Cursor, Read},
};
use vision::files::MAGIC;
use zip::ZipArchive;

/// Under which names a checkpoint keeps its state dict.
const STATE_DICTS: [&str; 7] = ["state_dict", "model_state_dict", "model", "net", "params", "state_dict_ema", "model_ema"];

/// The most tensors of a file, beyond which it is refused.
const MOST_TENSORS: usize = 100_000;

/// A tensor as the pickle describes it.
struct Described {
    name: String,
    storage: String,
    kind: Kind,
    /// Numbers before the first.
    offset: usize,
    dims: Vec<usize>,
    strides: Vec<usize>,
}

pub(super) fn read_zip(file: &str, bytes: &[u8]) -> Result<State> {
    let bad = |detail: String| Error::data(file, format!("expected a weight file of PyTorch: {detail}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| bad(format!("a zip that cannot be opened, {e}")))?;
    let root = archive.file_names().find_map(|name| name.strip_suffix("data.pkl").map(String::from));
    let root = root.ok_or_else(|| bad("a zip without data.pkl".into()))?;
    // Entries stored as they are cannot be longer, all together, than the file: unless they overlap, in order to take time and memory.
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
    // Tensors that share a storage follow one another mostly: one is kept.
    let mut kept: Option<(String, Vec<u8>)> = None;
    for tensor in described.into_iter().filter(|tensor| !tensor.name.ends_with(COUNTER)) {
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
    // The format's version, and what machine wrote it.
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
    described.into_iter().filter(|tensor| !tensor.name.ends_with(COUNTER)).map(read).collect()
}

/// The tensors of a state dict, or of the one that a checkpoint keeps among other things.
fn describe(pickle: &Pickle, made: Place) -> std::result::Result<Vec<Described>, String> {
    let Value::Dict(mut entries) = pickle.value(made).clone() else {
        return Err("its pickle holds no dictionary of tensors; save model.state_dict()".into());
    };
    let inner = |entries: &[(Place, Place)]| {
        STATE_DICTS.iter().find_map(|name| {
            let (_, value) = entries.iter().find(|(key, _)| pickle.text(*key) == Some(name))?;
            if let Value::Dict(inner) = pickle.value(*value) { Some(inner.clone()) } else { None }
        })
    };
    // A checkpoint within a checkpoint, not more.
    for _ in 0..2 {
        if let Some(found) = inner(&entries) {
            entries = found;
        }
    }
    let mut described = vec![];
    for (key, value) in entries {
        let (Some(name), Value::Made(function, arguments)) = (pickle.text(key), pickle.value(value)) else { continue };
        match pickle.global(*function).as_deref() {
            Some("torch._utils._rebuild_tensor_v2" | "torch._utils._rebuild_tensor") => {}
            Some("torch._utils._rebuild_tensor_v3") => return Err(format!("{name}: a kind of number that no weight has")),
            _ => continue,
        }
        if described.len() >= MOST_TENSORS {
            return Err(format!("more than {MOST_TENSORS} tensors, which no network has"));
        }
        described.push(tensor(pickle, name, *arguments).ok_or_else(|| format!("{name}: no tensor that can be read"))?);
    }
    Ok(described)
}

/// Key and kind of `("storage", class, key, place, length, …)`.
fn storage<'a>(pickle: &'a Pickle, id: Place) -> Option<(&'a str, Kind)> {
    let Value::Tuple(id) = pickle.value(id) else { return None };
    let &[_, class, key, ..] = &id[..] else { return None };
    // A sixth says that the storage is part of another, which only files of 2017 have.
    if id.get(5).is_some_and(|view| pickle.value(*view) != &Value::Other) {
        return None;
    }
    Some((pickle.text(key)?, Kind::of_storage(pickle.global(class)?.rsplit('.').next()?)?))
}

/// From `(storage, offset, size, stride, …)`.
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

/// All tensors together hold no more numbers than the file has bytes: so that a small file cannot ask for a large memory.
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
    if let Kind::Whole(_) = kind {
        return Err(format!("{name}: expected floats, found whole numbers"));
    }
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
