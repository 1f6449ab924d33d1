//! The same picture in several containers, in the lab of photos: the worker decodes two of them and the browser one, and all have the colours under transparency.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    visit,
};
use serde_json::json;

/// Pixels of the picture, as Pillow has them; of the first three nothing is seen.
const PIXELS: [([usize; 2], [i64; 3]); 5] = [
    ([0, 112], [167, 40, 14]),
    ([2, 2], [41, 28, 16]),
    ([200, 10], [198, 110, 55]),
    ([168, 112], [168, 37, 12]),
    ([100, 100], [235, 148, 54]),
];

#[tokio::test(flavor = "multi_thread")]
async fn hidden_colours_are_the_same_in_every_container() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/lab/classify").await;
        for (kind, off) in [("png", 0), ("webp", 2), ("avif", 5)] {
            let name = format!("hidden-colours.{kind}");
            let file = std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a file of tests/files");
            page.drop_file(&name, &file).await;
            let there = format!("return document.querySelector('#photo-facts').textContent.startsWith('{name}: 224 × 224')");
            page.until(&name, 60, &there).await;
            for ([x, y], expected) in PIXELS {
                let script = "const d = document.querySelector('#photo').getContext('2d').getImageData(arguments[0], arguments[1], 1, 1).data; return [...d]";
                let found = page.js(script, vec![json!(x), json!(y)]).await;
                let near = (0..3).all(|at| found[at].as_i64().is_some_and(|found| (found - expected[at]).abs() <= off));
                assert!(near && found[3] == 255, "{name}, column {x}, row {y}: {found} where {expected:?} was expected");
            }
        }
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
