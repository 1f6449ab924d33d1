//! Photos against Pillow and torchvision, pixel for pixel; and files as cameras and scanners write them.
use image::{DynamicImage, ImageFormat, Luma, Rgb, RgbImage, Rgba};
use proptest::prelude::*;
use receptive::vision::{Photo, Preprocess, Resampling, class_name};
use serde_json::Value;
use std::io::Cursor;

fn checksum(bytes: &[u8]) -> u64 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    u64::from(crc.sum())
}

fn pair(value: &Value) -> [usize; 2] {
    [0, 1].map(|i| value[i].as_u64().expect("a whole number") as usize)
}

#[test]
fn resizing_and_cropping_are_pillows_to_the_last_bit() {
    let record: Value = serde_json::from_str(&std::fs::read_to_string("tests/golden/images.json").unwrap()).unwrap();
    let mut held = 0;
    for image in record["images"].as_array().unwrap() {
        let file = image["file"].as_str().unwrap();
        let photo = Photo::decode(file, &std::fs::read(format!("tests/golden/images/{file}")).unwrap()).unwrap();
        assert_eq!(checksum(&photo.rgb), image["rgb_crc32"], "{file}");
        for pipeline in image["pipelines"].as_array().unwrap() {
            // The others are torchvision's own resizing of tensors.
            let Some(name) = pipeline["name"].as_str().unwrap().strip_prefix("pil_") else { continue };
            let resampling = match name.split('_').next() {
                Some("bilinear") => Resampling::Bilinear,
                Some("bicubic") => Resampling::Bicubic,
                _ => Resampling::Nearest,
            };
            let [width, height] = pair(&pipeline["resized_wh"]);
            let crop = pipeline["crop"].as_u64().unwrap() as usize;
            let preprocess = Preprocess::imagenet(width.min(height), crop, resampling);
            let seen = match name.contains("squash") {
                true => photo.resize(width, height, resampling).unwrap(),
                false => preprocess.seen(&photo).unwrap(),
            };
            assert_eq!(checksum(&seen.rgb), pipeline["crop_rgb_crc32"], "{file}, {name}");
            let tensor = preprocess.normalise(&seen);
            for (i, sample) in pipeline["samples"].as_array().unwrap().iter().enumerate() {
                let (found, expected) = (f64::from(tensor[i * 2357 % tensor.len()]), sample.as_f64().unwrap());
                assert!((found - expected).abs() < 1e-5, "{file}, {name}: {found} where {expected} was expected");
            }
            held += 1;
        }
    }
    assert_eq!(held, 54);
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = vec![];
    image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

#[test]
fn grey_transparent_and_deep_photos_become_three_bytes_a_pixel() {
    // As in Pillow, grey of 16 bits is not its upper eight.
    let grey = DynamicImage::ImageLuma16(image::ImageBuffer::from_fn(2, 1, |x, _| Luma([[0x80ff, 0x0080][x as usize]])));
    assert_eq!(Photo::decode("grey", &encoded(&grey, ImageFormat::Png)).unwrap().rgb, [255, 255, 255, 0x80, 0x80, 0x80]);
    let clear = DynamicImage::ImageRgba8(image::ImageBuffer::from_pixel(1, 1, Rgba([10, 20, 30, 0])));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let found = Photo::decode("clear", &encoded(&clear, format)).unwrap().rgb;
        // WebP keeps colours under full transparency, too, when it is lossless.
        assert_eq!(found, [10, 20, 30], "{format:?}");
    }
    let deep = DynamicImage::ImageRgb16(image::ImageBuffer::from_pixel(1, 1, Rgb([0x1234, 0xff00, 0x00ff])));
    assert_eq!(Photo::decode("deep", &encoded(&deep, ImageFormat::Png)).unwrap().rgb, [0x12, 0xff, 0]);
}

/// A JPEG of two halves, red above and blue below, with an EXIF note of how the camera was held.
fn held(orientation: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(16, 32, |_, y| if y < 16 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) });
    let jpeg = encoded(&DynamicImage::ImageRgb8(picture), ImageFormat::Jpeg);
    let mut note = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    note.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = (note.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &note, &jpeg[2..]].concat()
}

#[test]
fn a_photo_stands_as_its_camera_was_held() {
    // Where red is afterwards: the columns and rows of a pixel that must be red.
    for (orientation, size, red) in [(1, (16, 32), (8, 4)), (3, (16, 32), (8, 28)), (6, (32, 16), (28, 8)), (8, (32, 16), (4, 8))] {
        let photo = Photo::decode("held", &held(orientation)).unwrap();
        assert_eq!((photo.width, photo.height), size, "orientation {orientation}");
        let pixel = &photo.rgb[3 * (red.1 * photo.width + red.0)..][..3];
        assert!(pixel[0] > 200 && pixel[2] < 60, "orientation {orientation}: {pixel:?}");
    }
}

#[test]
fn a_photo_of_four_inks_is_read_as_colours() {
    let photo = Photo::decode("inks", &std::fs::read("tests/golden/images/cmyk_8x8.jpg").unwrap()).unwrap();
    // Made from a plain orange, 255, 128, 0; a JPEG is not exact.
    assert!(photo.rgb.chunks(3).all(|p| p[0] > 245 && (118..138).contains(&p[1]) && p[2] < 10), "{:?}", &photo.rgb[..3]);
}

#[test]
fn what_is_no_photo_gets_a_message() {
    for bytes in [&b""[..], b"GIF89a", b"\x89PNG\r\n\x1a\n", b"text", &held(1)[..40]] {
        let message = Photo::decode("given", bytes).unwrap_err().to_string();
        assert!(message.contains("expected a photo"), "{message}");
    }
    // Half a JPEG, whose other half decoders would make grey; the preview in its head has an end of its own.
    let whole = held(1);
    let cut = Photo::decode("cut", &whole[..whole.len() - 40]).unwrap_err().to_string();
    assert!(cut.contains("end is missing"), "{cut}");
    let mut preview = vec![0xff, 0xe2, 0, 6, 0xff, 0xd9, 0, 0];
    preview.extend(&whole[2..whole.len() - 40]);
    assert!(Photo::decode("cut", &[&whole[..2], &preview].concat()).unwrap_err().to_string().contains("end is missing"));
    // A line, whose shorter side would become hundreds of pixels and whose longer millions.
    let line = encoded(&DynamicImage::new_rgb8(1, 20_000), ImageFormat::Png);
    let sides = Photo::decode("line.png", &line).unwrap_err().to_string();
    assert!(sides.contains("line.png") && sides.contains("1 × 20000 pixels"), "{sides}");
    // A PNG that claims 60 000 × 60 000 pixels.
    let mut large = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
    large[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let mut crc = flate2::Crc::new();
    crc.update(&large[12..29]);
    large[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    assert!(Photo::decode("large", &large).is_err());
    assert!(Photo::new(2, 2, vec![0; 3]).is_err());
    assert!(Photo::new(2, 2, vec![0; 12]).unwrap().crop_centre(3).is_err());
}

#[test]
fn classes_have_names() {
    assert_eq!(
        [(1000, 967), (1000, 0), (10, 3), (1000, 1000)].map(|(n, class)| class_name(n, class)),
        ["espresso", "tench", "cat", "class 1000"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    /// Whatever becomes of a photo on its way: pixels or a message.
    #[test]
    fn damaged_photos_never_panic(
        which in 0..5usize,
        cut in 0.0..1.0f64,
        changes in prop::collection::vec((0.0..1.0f64, any::<u8>()), 0..8),
    ) {
        let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp];
        let mut bytes = encoded(&DynamicImage::ImageRgb8(RgbImage::from_fn(19, 13, |x, y| Rgb([13 * x as u8, 17 * y as u8, (x * y) as u8]))), formats[which]);
        for (at, value) in changes {
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] = value;
        }
        bytes.truncate((cut.sqrt() * bytes.len() as f64) as usize);
        let _ = Photo::decode("damaged", &bytes);
    }
}
