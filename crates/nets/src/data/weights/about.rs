//! Reading what a safetensors file says of itself from its metadata, whose values are texts: numbers and lists as JSON, alone or in one object `preprocess`.
use super::{
    super::{About, PaddingRule},
    about_safetensors,
};
use engine::Result;
use serde_json::{Map, Value};
use std::collections::HashMap;
use vision::{Resampling, files::Kind};

/// The largest side in pixels that is believed.
const LARGEST: u64 = 4096;

/// What a weight file says of itself. Only safetensors say anything. `file` is for errors.
pub fn about_weights(file: &str, bytes: &[u8]) -> Result<About> {
    match Kind::of(bytes) {
        Some(Kind::Safetensors) => Ok(about(&about_safetensors(file, bytes)?)),
        _ => Ok(About::default()),
    }
}

/// The values by name. A text that is no JSON stands for itself.
fn values(metadata: &HashMap<String, String>) -> Map<String, Value> {
    let value = |text: &String| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()));
    let mut all: Map<String, Value> = metadata.iter().map(|(key, text)| (key.to_lowercase(), value(text))).collect();
    for object in ["preprocess", "preprocessing"] {
        if let Some(Value::Object(inner)) = all.remove(object) {
            all.extend(inner.into_iter().map(|(key, value)| (key.to_lowercase(), value)));
        }
    }
    all
}

fn about(metadata: &HashMap<String, String>) -> About {
    let all = values(metadata);
    let mut about = About::default();
    let mut unusable = vec![];
    // The first of these names, if what it says can be read; else that is said.
    let mut find = |names: &[&str], expected: &str, read: &dyn Fn(&Value) -> bool| {
        let Some((name, value)) = names.iter().find_map(|name| Some((*name, all.get(*name)?))) else { return };
        if !value.is_null() && !read(value) {
            let found: String = value.to_string().chars().take(80).collect();
            unusable.push(format!("{name}: expected {expected}, found {found}"));
        }
    };
    let side = std::cell::Cell::new(None);
    let read_side = |value: &Value| {
        side.set(pixels(value));
        side.get().is_some()
    };
    let expected_side = format!("a number of pixels from 1 to {LARGEST}");
    find(&["size"], &expected_side, &read_side);
    let size = side.take();
    find(&["resize_short", "resize_size", "resize"], &expected_side, &read_side);
    about.resize = side.take().or(size);
    find(&["center_crop", "crop_size", "crop"], &expected_side, &read_side);
    about.crop = side.take().or(size);
    let resampling = std::cell::Cell::new(None);
    find(&["interpolation"], "nearest, bilinear or bicubic", &|value| {
        resampling.set(value.as_str().and_then(interpolation));
        resampling.get().is_some()
    });
    about.resampling = resampling.get();
    let colours = std::cell::Cell::new(None);
    let read_colours = |value: &Value, allowed: &dyn Fn(f32) -> bool| {
        colours.set(three(value).filter(|three| three.iter().all(|number| allowed(*number))));
        colours.get().is_some()
    };
    find(&["mean"], "three numbers from −1 to 1, for red, green and blue from 0 to 1", &|value| read_colours(value, &|n| n.abs() <= 1.0));
    about.mean = colours.take();
    find(&["std", "deviation"], "three numbers above 0 and at most 1", &|value| read_colours(value, &|n| n > 0.0 && n <= 1.0));
    about.deviation = colours.take();
    let padding = std::cell::Cell::new(None);
    find(&["padding"], "tf_same or torch_symmetric", &|value| {
        padding.set(value.as_str().and_then(rule));
        padding.get().is_some()
    });
    about.padding = padding.get();
    about.classes = all.get("classes").and_then(names);
    if let (Some(resize), Some(crop)) = (about.resize, about.crop)
        && crop > resize
    {
        unusable.push(format!("center_crop: expected at most the {resize} pixels of the shorter side, found {crop}"));
        (about.resize, about.crop) = (None, None);
    }
    About { unusable, ..about }
}

/// One side, or two that are equal.
fn pixels(value: &Value) -> Option<usize> {
    match value {
        Value::Array(sides) => {
            let first = pixels(sides.first().filter(|side| !side.is_array())?)?;
            sides.iter().all(|side| pixels(side) == Some(first)).then_some(first)
        }
        other => Some(other.as_u64().filter(|side| (1..=LARGEST).contains(side))? as usize),
    }
}

fn three(value: &Value) -> Option<[f32; 3]> {
    let numbers: Option<Vec<f32>> = value.as_array()?.iter().map(|number| Some(number.as_f64()? as f32)).collect();
    numbers?.try_into().ok()
}

/// By its name, or as torchvision writes it: `InterpolationMode.BILINEAR`.
fn interpolation(name: &str) -> Option<Resampling> {
    let name = name.to_lowercase();
    match name.trim_start_matches("interpolationmode.") {
        "nearest" => Some(Resampling::Nearest),
        "bilinear" => Some(Resampling::Bilinear),
        "bicubic" => Some(Resampling::Bicubic),
        _ => None,
    }
}

fn rule(name: &str) -> Option<PaddingRule> {
    match name.to_lowercase().as_str() {
        "tf_same" | "same" => Some(PaddingRule::Same),
        "torch_symmetric" | "symmetric" => Some(PaddingRule::Symmetric),
        _ => None,
    }
}

/// A list of names. Anything else is a remark.
fn names(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|name| name.as_str().map(String::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entries: &[(&str, &str)]) -> About {
        about(&entries.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect())
    }

    #[test]
    fn a_file_says_how_photos_are_read_for_it() {
        let preprocess =
            r#"{"resize_short": 219, "interpolation": "bilinear", "center_crop": 192, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}"#;
        let found = read(&[("preprocess", preprocess), ("padding", "tf_same"), ("classes", "imagenet-1k, index = rank of the wnid")]);
        let expected = About {
            padding: Some(PaddingRule::Same),
            resize: Some(219),
            crop: Some(192),
            resampling: Some(Resampling::Bilinear),
            mean: Some([0.5; 3]),
            deviation: Some([0.5; 3]),
            ..About::default()
        };
        assert_eq!(found, expected);
        // One size is both, and a list names the classes.
        let found = read(&[("preprocess", r#"{"size": 32, "mean": [0.485, 0.456, 0.406]}"#), ("classes", r#"["cat", "dog"]"#)]);
        assert_eq!((found.resize, found.crop, found.mean), (Some(32), Some(32), Some([0.485, 0.456, 0.406])));
        assert_eq!(found.classes, Some(vec!["cat".into(), "dog".into()]));
        // Each may stand alone.
        let found = read(&[("center_crop", "[192, 192]"), ("interpolation", "InterpolationMode.BICUBIC"), ("std", "[1, 1, 1]")]);
        assert_eq!((found.crop, found.resampling, found.deviation), (Some(192), Some(Resampling::Bicubic), Some([1.0; 3])));
        assert_eq!(read(&[("source", "a name"), ("preprocess", "usual")]), About::default());
    }

    #[test]
    fn what_cannot_be_meant_is_told_and_left() {
        for (key, value, told) in [
            ("center_crop", "0", "center_crop: expected a number of pixels from 1 to 4096, found 0"),
            ("size", "[224, 192]", "size: expected a number of pixels"),
            ("size", "[[[[]]]]", "size: expected a number of pixels"),
            ("mean", "[123.7, 116.3, 103.5]", "mean: expected three numbers from −1 to 1"),
            ("std", "[0, 1, 1]", "std: expected three numbers above 0"),
            ("std", "[1, 1]", "std: expected three numbers above 0"),
            ("interpolation", "lanczos", "interpolation: expected nearest, bilinear or bicubic, found \"lanczos\""),
            ("padding", "12", "padding: expected tf_same or torch_symmetric, found 12"),
            ("preprocess", r#"{"resize_short": 192, "center_crop": 224}"#, "center_crop: expected at most the 192 pixels"),
        ] {
            let found = read(&[(key, value)]);
            assert!(found.unusable.len() == 1 && found.unusable[0].starts_with(told), "{:?}", found.unusable);
            assert!(!found.prepares() && found.padding.is_none(), "{found:?}");
        }
    }
}
