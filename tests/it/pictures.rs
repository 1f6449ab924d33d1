//! Small pictures of every kind that is read, pixel by pixel against Pillow's.
use receptive::vision::Photo;
use serde_json::Value;

fn read(path: &str) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What is wrong with a picture, if anything is.
fn wrong(record: &Value) -> Option<String> {
    let file = record["file"].as_str().expect("a name");
    let photo = match Photo::decode(file, &read(&format!("tests/golden/pictures/{file}"))) {
        Ok(photo) => photo,
        Err(error) => return Some(error.to_string()),
    };
    let sides = [&record["width"], &record["height"]].map(|side| side.as_u64().expect("a number") as usize);
    if [photo.width, photo.height] != sides {
        return Some(format!("{file}: {} × {} pixels where {} × {} were expected", photo.width, photo.height, sides[0], sides[1]));
    }
    let mut crc = flate2::Crc::new();
    crc.update(&photo.rgb);
    if u64::from(crc.sum()) == record["rgb_crc32"] {
        return None;
    }
    let samples = record["samples"].as_array().expect("samples").iter().map(|sample| sample.as_i64().expect("a byte"));
    let off: Vec<i64> = samples.enumerate().map(|(at, sample)| i64::from(photo.rgb[37 * at % photo.rgb.len()]) - sample).collect();
    Some(format!("{file} ({}): of {} samples {} differ: {off:?}", record["mode"], off.len(), off.iter().filter(|off| **off != 0).count()))
}

#[test]
fn every_pixel_is_pillows() {
    let record: Value = serde_json::from_slice(&read("tests/golden/pictures.json")).expect("a record");
    let pictures = record["pictures"].as_array().expect("pictures");
    let wrong: Vec<String> = pictures.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pictures.len(), wrong.join("\n"));
    assert!(pictures.len() > 120, "{}", pictures.len());
}

fn given(file: &str) -> Photo {
    Photo::decode(file, &read(&format!("tests/files/{file}"))).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn colours_under_transparency_are_the_same_in_either_container() {
    let [png, webp] = ["hidden-colours.png", "hidden-colours.webp"].map(given);
    assert_eq!([png.width, png.height], [webp.width, webp.height]);
    assert!(png.rgb == webp.rgb, "both were written without loss");
}

#[test]
fn a_note_of_jfif_says_more_of_the_colours_than_adobes() {
    let photo = given("jfif-before-adobe0.jpg");
    assert_eq!(photo.rgb[3 * (100 * photo.width + 100)..][..3], [238, 148, 52]);
}

#[test]
fn a_whole_picture_without_its_end_marker_is_a_picture() {
    let photo = given("jpeg-without-end-marker.jpg");
    assert_eq!(photo.rgb.len(), 3 * photo.width * photo.height);
}
