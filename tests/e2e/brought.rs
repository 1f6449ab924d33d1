//! Files that are dropped on the training lab: what they are for is seen from their content, and what is of no use is named.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use image::{GrayImage, ImageFormat, Luma};
use std::io::Cursor;

fn given(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a file of tests/files")
}

/// A one, dark on paper that grows darker to the right, away from the middle.
fn photo() -> Vec<u8> {
    let pixel = |x: u32, y: u32| if (300..330).contains(&x) && (60..260).contains(&y) { 40 } else { 240 - (x / 8) as u8 };
    let mut file = vec![];
    GrayImage::from_fn(480, 320, |x, y| Luma([pixel(x, y)])).write_to(&mut Cursor::new(&mut file), ImageFormat::Png).expect("a PNG");
    file
}

/// How opaque the pad is at a place, from 0 to 255.
async fn ink(page: &Page, x: u32, y: u32) -> f64 {
    let script = format!("return document.querySelector('#pad').getContext('2d').getImageData({x}, {y}, 1, 1).data[3]");
    page.js(&script, vec![]).await.as_f64().expect("an opacity")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_file_is_asked_what_it_is() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        page.open("/lab/train?model=lenet5").await;
        page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
        // PyTorch's files, whatever they are called.
        page.drop_file("weights.pth.tar", &given("lenet5-state.pth")).await;
        page.message_with(&["weights.pth.tar: 61706 parameters loaded"]).await;
        page.drop_file("picture.png", &given("lenet5-backbone-prefix.ckpt")).await;
        page.message_with(&["picture.png: 61706 parameters loaded", "names begin with \"backbone.\""]).await;
        // A digit's photo lies on the pad, light on dark where it was dark on light, and is read.
        page.drop_file("one.bin", &photo()).await;
        page.message_with(&["one.bin lies on the pad", "inverted"]).await;
        page.until("the photographed 1 to be read", 60, "return document.querySelector('#probabilities')?.dataset.top === '1'").await;
        // 480 × 320 pixels lie in 280 × 187 of them, 46 from the top.
        assert!(ink(&page, 183, 140).await > 200.0, "the stroke");
        assert_eq!(ink(&page, 30, 140).await, 0.0, "the paper");
        // Browsers refuse a JPEG without its end marker; the page reads it, and one that breaks off it does not.
        let whole = given("jpeg-without-end-marker.jpg");
        page.drop_file("whole.jpg", &whole).await;
        page.message_with(&["whole.jpg lies on the pad"]).await;
        page.drop_file("half.jpg", &whole[..whole.len() / 2]).await;
        page.message_with(&["half.jpg", "a JPEG whose end is missing"]).await;
        page.click("#pad-clear").await;
        assert_eq!(ink(&page, 183, 140).await, 0.0, "a clean pad");
        for (name, bytes, said) in [
            ("model.pth", &b"<!DOCTYPE html><title>Sign in</title>"[..], "a web page (HTML)"),
            ("model.safetensors", &given("lfs-pointer.safetensors"), "a Git LFS pointer"),
            ("model.pt", b"\x89HDF\r\n\x1a\n\0\0\0\0", "an HDF5 file"),
            ("digits.gz", b"\x93NUMPY\x01\0", "a NumPy array"),
            ("names.txt", b"zero\none\ntwo\n", "a list of names"),
        ] {
            page.drop_file(name, bytes).await;
            page.message_with(&[name, "expected digits of MNIST", said]).await;
        }
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
