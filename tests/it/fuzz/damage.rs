//! What may become of a file on its way, or in the hands of somebody who means harm: the same for the same random numbers.
use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use serde_json::Value;

/// Where counts and lengths go wrong.
const EDGES: [u64; 16] = [
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0x8000,
    0xffff,
    0x10000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];

fn below(random: &mut Pcg64Mcg, n: usize) -> usize {
    random.random_range(0..n.max(1))
}

/// A place of the file; every other time in its head, where most depends on each byte.
fn place(random: &mut Pcg64Mcg, length: usize) -> usize {
    let head = random.random_bool(0.5);
    below(random, if head { length.min(64) } else { length })
}

/// One to eight changes, one more often than eight.
pub fn damage(bytes: &mut Vec<u8>, random: &mut Pcg64Mcg) {
    for _ in 0..8 / (1 + below(random, 8)) {
        if bytes.is_empty() {
            bytes.push(random.random());
        }
        let (at, length) = (place(random, bytes.len()), bytes.len());
        let some = at..at + below(random, (length - at).min(40) + 1);
        match below(random, 9) {
            0 => bytes[at] ^= 1 << below(random, 8),
            1 => bytes[at] = random.random(),
            2 => bytes[at] = EDGES[below(random, EDGES.len())] as u8,
            3 | 4 => {
                let width = [2, 4, 8][below(random, 3)];
                let edge = EDGES[below(random, EDGES.len())];
                let number = if random.random() { edge.to_le_bytes() } else { (edge << (64 - 8 * width as u32)).to_be_bytes() };
                bytes.iter_mut().skip(at).zip(&number[..width]).for_each(|(byte, new)| *byte = *new);
            }
            5 => drop(bytes.drain(some)),
            6 => {
                let copy = bytes[some].to_vec();
                let to = place(random, length);
                bytes.splice(to..to, copy);
            }
            7 => bytes.truncate(length - below(random, length / 4 + 1)),
            _ => {
                let new: Vec<u8> = (0..below(random, 8)).map(|_| random.random()).collect();
                bytes.splice(at..at, new);
            }
        }
    }
}

/// One to three changes of a record's values, keys or shapes; it stays JSON.
pub fn distort(record: &mut Value, random: &mut Pcg64Mcg) {
    for _ in 0..1 + below(random, 3) {
        change(record, random);
    }
}

/// Goes down by chance and changes what it ends at.
fn change(value: &mut Value, random: &mut Pcg64Mcg) {
    let ends = random.random_bool(0.15);
    match value {
        Value::Object(entries) if !ends && !entries.is_empty() => {
            let key = entries.keys().nth(below(random, entries.len())).cloned().unwrap_or_default();
            match below(random, 12) {
                0 => drop(entries.remove(&key)),
                1 => drop(entries.insert("x".into(), Value::from(1))),
                _ => change(&mut entries[&key], random),
            }
        }
        Value::Array(values) if !ends && !values.is_empty() => {
            let at = below(random, values.len());
            match below(random, 12) {
                0 => drop(values.remove(at)),
                1 => values.push(values[at].clone()),
                _ => change(&mut values[at], random),
            }
        }
        _ => {
            let edge = EDGES[below(random, EDGES.len())];
            *value = match below(random, 9) {
                0 => Value::Null,
                1 => Value::from(random.random::<bool>()),
                2 => Value::from("conv2d"),
                3 => Value::Array(vec![]),
                4 => Value::from(vec![edge, edge]),
                5 => Value::from(-(edge as f64)),
                6 => Value::from([1e300, 0.5, -0.5, 1e-300][below(random, 4)]),
                _ => Value::from(edge),
            };
        }
    }
}
