//! Small whole files of every kind that is read, to be damaged; and what is mended after, so that the damage is not seen by a checksum alone.
use super::{
    checkpoints,
    damage::{damage, distort},
    pictures::{
        LOSSY, bmp_of_runs, chunks, encoded, extended_webps, moving_gif, moving_png, noted, png, pngs, progressive_jpeg, with_checksums,
    },
};
use flate2::{Compression, write::GzEncoder};
use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use receptive::nets::{
    data::{Precision, write_safetensors},
    nn::State,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{Cursor, Read, Write},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Name and content of a zip's files.
type Entries = Vec<(String, Vec<u8>)>;

pub struct Samples {
    safetensors: Vec<Vec<u8>>,
    zips: Vec<Entries>,
    legacy: Vec<Vec<u8>>,
    idx: Vec<Vec<u8>>,
    png: Vec<Vec<u8>>,
    jpeg: Vec<Vec<u8>>,
    webp: Vec<Vec<u8>>,
    gif: Vec<Vec<u8>>,
    bmp: Vec<Vec<u8>>,
    cases: Vec<Value>,
    records: Vec<Value>,
    runs: [checkpoints::Run; 2],
}

/// The kinds, by which readers are found.
pub const KINDS: [&str; 12] = ["safetensors", "zip", "legacy", "idx", "gz", "png", "jpg", "webp", "gif", "bmp", "json", "kept"];

fn golden(name: &str) -> Vec<u8> {
    fs::read(format!("tests/golden/{name}")).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn state() -> State {
    let tensor = |dims: &[usize]| (dims.to_vec(), (0..dims.iter().product::<usize>()).map(|at| at as f32).collect());
    State::from([
        ("conv1.weight".into(), tensor(&[2, 1, 3, 3])),
        ("conv1.bias".into(), tensor(&[2])),
        ("fc.weight".into(), tensor(&[2, 8])),
    ])
}

fn entries(zip: &[u8]) -> Entries {
    let mut archive = ZipArchive::new(Cursor::new(zip)).expect("a zip");
    let count = archive.len();
    let mut read = |at: usize| {
        let mut entry = archive.by_index(at).expect("an entry");
        let mut content = vec![];
        entry.read_to_end(&mut content).expect("its content");
        (entry.name().to_string(), content)
    };
    (0..count).map(&mut read).collect()
}

fn zipped(entries: &Entries) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    for (name, content) in entries {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).expect("an entry");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
}

fn parsed(name: &str) -> Value {
    serde_json::from_slice(&golden(name)).expect("JSON")
}

impl Samples {
    pub fn new() -> Samples {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(19, 13, |x, y| Rgb([13 * x as u8, 17 * y as u8, (x * y) as u8])));
        let grey = DynamicImage::ImageLuma8(GrayImage::from_fn(16, 16, |x, y| image::Luma([(x * y) as u8])));
        let of = |format| vec![encoded(&picture, format), encoded(&grey.to_rgba8().into(), format)];
        let idx = |dims: &[u32]| {
            let mut bytes = vec![0, 0, 8, dims.len() as u8];
            bytes.extend(dims.iter().flat_map(|d| d.to_be_bytes()));
            bytes.extend((0..dims.iter().product::<u32>()).map(|at| (at % 10) as u8));
            bytes
        };
        let ops = parsed("ops.json");
        Samples {
            safetensors: [Precision::Single, Precision::Half]
                .map(|p| write_safetensors(&state(), p, &[("model", "x".into())]).expect("names"))
                .to_vec(),
            zips: ["state.pt", "checkpoint.pt"].map(|name| entries(&golden(&format!("weights/{name}")))).to_vec(),
            legacy: ["state_legacy.pth", "checkpoint_legacy.pth"].map(|name| golden(&format!("weights/{name}"))).to_vec(),
            idx: vec![idx(&[30]), idx(&[2, 28, 28])],
            png: [pngs(), of(ImageFormat::Png), vec![moving_png(); 4]].concat(),
            jpeg: vec![
                encoded(&picture, ImageFormat::Jpeg),
                encoded(&grey, ImageFormat::Jpeg),
                golden("images/cmyk_8x8.jpg"),
                progressive_jpeg(16, 16),
                noted(&encoded(&picture, ImageFormat::Jpeg)),
                golden("pictures/420_restarts.jpg"),
                golden("pictures/420_restarts_progressive.jpg"),
                golden("pictures/411.jpg"),
                golden("pictures/inks_as_luma.jpg"),
            ],
            webp: [vec![encoded(&picture, ImageFormat::WebP), LOSSY.to_vec()], extended_webps().to_vec()].concat(),
            gif: [of(ImageFormat::Gif), vec![moving_gif()]].concat(),
            bmp: [of(ImageFormat::Bmp), vec![bmp_of_runs()]].concat(),
            cases: ops["cases"].as_array().cloned().unwrap_or_default(),
            records: ["schedules.json", "models/lenet5.json", "grads/lenet5.json"].map(parsed).to_vec(),
            runs: checkpoints::runs(),
        }
    }
    /// All of this kind, whole.
    pub fn whole(&self, kind: &str) -> Vec<Vec<u8>> {
        match kind {
            "safetensors" => self.safetensors.clone(),
            "zip" => self.zips.iter().map(zipped).collect(),
            "legacy" => self.legacy.clone(),
            "idx" => self.idx.clone(),
            "gz" => self.idx.iter().map(|bytes| gzipped(bytes)).collect(),
            "png" => self.png.clone(),
            "jpg" => self.jpeg.clone(),
            "webp" => self.webp.clone(),
            "gif" => self.gif.clone(),
            "bmp" => self.bmp.clone(),
            "kept" => self.runs.iter().map(checkpoints::Run::whole).collect(),
            _ => self.records.iter().map(|record| record.to_string().into_bytes()).collect(),
        }
    }
    /// A damaged file of this kind.
    pub fn damaged(&self, kind: &str, random: &mut Pcg64Mcg) -> Vec<u8> {
        fn one<'a, T>(all: &'a [T], random: &mut Pcg64Mcg) -> &'a T {
            &all[random.random_range(0..all.len())]
        }
        let raw = random.random_bool(0.2);
        let mut bytes = match kind {
            "zip" => {
                let mut entries = one(&self.zips, random).clone();
                if !raw {
                    let at = random.random_range(0..entries.len());
                    damage(&mut entries[at].1, random);
                    return zipped(&entries);
                }
                zipped(&entries)
            }
            "gz" => {
                let mut bytes = one(&self.idx, random).clone();
                if !raw {
                    damage(&mut bytes, random);
                }
                if !raw {
                    return gzipped(&bytes);
                }
                gzipped(&bytes)
            }
            "json" => {
                // A network's gradients take a thousand times as long as an operation.
                let mut record = if random.random_bool(0.01) {
                    one(&self.records, random).clone()
                } else {
                    json!({ "cases": [one(&self.cases, random)] })
                };
                distort(&mut record, random);
                record.to_string().into_bytes()
            }
            "kept" => return one(&self.runs, random).damaged(random),
            "safetensors" => one(&self.safetensors, random).clone(),
            "legacy" => one(&self.legacy, random).clone(),
            "idx" => one(&self.idx, random).clone(),
            "png" => {
                let bytes = one(&self.png, random);
                if !raw && random.random() {
                    // A chunk of another length, and all is as it should be around it.
                    let mut chunks = chunks(bytes);
                    let at = random.random_range(0..chunks.len());
                    damage(&mut chunks[at].1, random);
                    return png(&chunks);
                }
                bytes.clone()
            }
            "jpg" => one(&self.jpeg, random).clone(),
            "webp" => one(&self.webp, random).clone(),
            "gif" => one(&self.gif, random).clone(),
            _ => one(&self.bmp, random).clone(),
        };
        if kind != "json" || raw {
            damage(&mut bytes, random);
        }
        if kind == "png" && !raw { with_checksums(bytes) } else { bytes }
    }
}
