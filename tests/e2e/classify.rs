//! The photo lab: the real EfficientNet-Lite0 classifies the reader's photo on both devices and without a network, and explains its answer.
//! Every file that does not fit gets an explanation.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    tries::Tries,
    visit,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub const COFFEE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/data/photos/coffee.png");
pub const NETWORK: &str = "tf_efficientnet_lite0";

/// The site with the files that script/data and script/weights fetch.
pub fn with_weights() -> PathBuf {
    let dist = host::dist();
    let weights = dist.join(format!("data/weights/{NETWORK}.safetensors"));
    assert!(weights.is_file(), "the built site has no weights of {NETWORK}: run script/data and script/weights, and build it again");
    assert!(Path::new(COFFEE).is_file(), "the sample photos are missing: run script/data, and build the site again");
    dist
}

/// Waits for the first class of a network, and returns its answer's data.
pub async fn top_is(page: &Page, name: &str, seconds: u64) -> Value {
    let script = format!("const d = document.querySelector('[data-model={NETWORK}]')?.dataset; return d?.top === '{name}' && {{...d}}");
    page.until(&format!("the network to see {name}"), seconds, &script).await
}

pub async fn sees_the_cat(page: &Page) {
    let script = format!("return document.querySelector('[data-model={NETWORK}]')?.dataset.top?.includes('cat')");
    page.until("an answer about the cat", 60, &script).await;
}

fn number(found: &Value, key: &str) -> f64 {
    found[key].as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("expected a number in {key}, found {found}"))
}

/// A text that changes whenever the pixels of a canvas do.
async fn pixels(page: &Page, canvas: &str) -> Value {
    let script = "const c = document.querySelector(arguments[0]); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let h = 0; for (const v of d) h = (h * 31 + v) | 0; return `${c.width}x${c.height} ${h}`";
    page.js(script, vec![json!(canvas)]).await
}

async fn changes(page: &Page, canvas: &str, before: &Value) -> Value {
    for _ in 0..300 {
        let now = pixels(page, canvas).await;
        if now != *before {
            return now;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("waited 30 s in vain for {canvas} to change");
}

pub async fn upload(page: &Page, input: &str, file: &str) {
    page.find(input).await.send_keys(file).await.unwrap_or_else(|e| panic!("{input}: {e}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploaded_cup_is_espresso_on_either_path() {
    visit(WebGpu::Software, Host::kind(with_weights()).await, |page| async move {
        // Another photo comes first, so that the answer belongs to the upload.
        page.open("/lab/classify?photo=chelsea").await;
        sees_the_cat(&page).await;
        upload(&page, "#photo-file", COFFEE).await;
        let cpu = top_is(&page, "espresso", 60).await;
        assert_eq!(cpu["device"], "cpu", "a software adapter is never the default");
        println!("CPU: {cpu}");
        // As computed in Python for the same photo and weights: 95.10 % (half precision changes the last digit).
        let text = page.js("return document.querySelector('.guess .share').textContent", vec![]).await;
        let share: f64 = text.as_str().and_then(|t| t.trim_end_matches(" %").parse().ok()).expect("per cent");
        assert!((94.6..95.6).contains(&share), "{text}");
        assert!(
            page.js("return document.querySelector('#photo-facts').textContent", vec![])
                .await
                .as_str()
                .is_some_and(|t| t.contains("600 × 400"))
        );
        page.choose("#device", "gpu").await;
        let script =
            format!("const d = document.querySelector('[data-model={NETWORK}]')?.dataset; return d?.device === 'gpu' && d.top && {{...d}}");
        let gpu = page.until("an answer of the GPU path", 180, &script).await;
        println!("GPU path: {gpu}");
        assert_eq!(gpu["top"], "espresso");
        let times = page.js("return document.querySelector('.times').textContent", vec![]).await;
        assert!(
            times.as_str().is_some_and(|t| t.starts_with("software adapter")),
            "a processor that pretends is called what it is: {times}"
        );
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_changes_something_and_stands_in_the_address() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        page.open("/lab/classify").await;
        top_is(&page, "espresso", 60).await;
        page.until("the reason", 60, "return document.querySelector('#why-facts').textContent.includes('espresso')").await;
        // Each disturbance changes the input and the explanation.
        for (control, value) in [("right", "20"), ("down", "-15"), ("turn", "90"), ("blur", "30"), ("noise", "60"), ("patch", "40"), ("across", "20"), ("along", "80")] {
            let (cropped, channel) = (pixels(&page, "#cropped").await, pixels(&page, "#green").await);
            page.choose(&format!("#{control}"), value).await;
            changes(&page, "#cropped", &cropped).await;
            changes(&page, "#green", &channel).await;
            page.until("the address", 10, &format!("return new URLSearchParams(location.search).get('{control}') === '{value}'")).await;
        }
        page.click("#undisturbed").await;
        top_is(&page, "espresso", 60).await;
        page.until("the plain address", 10, "return location.search === ''").await;
        // Layer, method, class and fresh layers change the map.
        let mut map = pixels(&page, "#map").await;
        let layer = page.js("const o = document.querySelector('#layer').options; return o[Math.floor(o.length / 2)].value", vec![]).await;
        let steps = [("#layer", layer.as_str().unwrap_or_default().to_owned()), ("#class", "968".into()), ("#fresh", "4".into()), ("#method", "saliency".into())];
        for (control, value) in steps {
            page.choose(control, &value).await;
            map = changes(&page, "#map", &map).await;
        }
        let said = page.until("saliency of the cup", 60, "const t = document.querySelector('#why-facts').textContent; return t.startsWith('Saliency') && t.includes('cup') && t").await;
        assert!(said.as_str().is_some_and(|t| t.contains("upper 4 layers")), "{said}");
        page.client.back().await.expect("back");
        page.until("Grad-CAM again", 60, "return document.querySelector('#method').value === 'cam'").await;
        // A click on a class in the list asks for its explanation.
        page.click(".guesses li:nth-child(2) .guess").await;
        page.until("its class in the address", 10, "return new URLSearchParams(location.search).get('class') === document.querySelector('.guesses li:nth-child(2) .guess').dataset.class").await;
        // Another photo, and no network.
        let photo = pixels(&page, "#decoded").await;
        page.click("#sample-chelsea").await;
        changes(&page, "#decoded", &photo).await;
        page.click(&format!("#network-{NETWORK}")).await;
        page.until("the network to go", 10, &format!("return !document.querySelector('[data-model={NETWORK}]') && location.search.includes('networks=none')")).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_shows_its_box_and_what_it_uses() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        page.open("/lab/classify?unit_layer=blocks.1").await;
        top_is(&page, "espresso", 60).await;
        page.js("document.querySelector('#unit-map').scrollIntoView()", vec![]).await;
        let says = |part: &str| format!("const t = document.querySelector('#unit-facts').textContent; return t.includes('{part}') && t");
        // The stem has stride 2, and so has the beginning of the second stage: 3 + 2·2 + 2·2 + 2·4 pixels.
        let said = page.until("the unit of a low layer", 60, &says("in blocks.1 of tf_efficientnet_lite0, channel")).await;
        println!("{said}");
        assert!(said.as_str().is_some_and(|t| t.contains("can see 19 × 19 of 224 × 224 pixels")), "{said}");
        let mut map = pixels(&page, "#unit-map").await;
        let high = [("#unit-layer", "blocks.5"), ("#unit-across", "25"), ("#unit-down", "75"), ("#unit-channel", "7"), ("#unit-random", ""), ("#unit-noise", ""), ("#unit-images", "3")];
        for (control, value) in high {
            match value {
                "" => page.click(control).await,
                value => page.choose(control, value).await,
            }
            map = changes(&page, "#unit-map", &map).await;
            let key = control.trim_start_matches('#').replace('-', "_");
            page.until("the address", 10, &format!("return new URLSearchParams(location.search).has('{key}')")).await;
        }
        let said = page.until("the mean of three", 60, &says("over 3 pictures")).await;
        println!("{said}");
        assert!(said.as_str().is_some_and(|t| t.contains("beyond the photo’s edges") && t.contains("channel 7")), "{said}");
        // A network without loaded weights has random ones, and a field of its own: 7, 2·2 of the pooling, and four kernels of 3 at a jump of 4.
        page.choose("#unit-model", "resnet18").await;
        page.until("its last layer", 60, &says("of resnet18 with random weights")).await;
        page.choose("#unit-layer", "layer1").await;
        page.until("its first stage", 60, &says("can see 43 × 43 of 224 × 224 pixels")).await;
        let map = pixels(&page, "#unit-map").await;
        // A click on the photo chooses the unit there.
        page.js("const c = document.querySelector('#unit-map').getBoundingClientRect();
            document.querySelector('.scope').dispatchEvent(new PointerEvent('pointerdown', {clientX: c.left + .9 * c.width, clientY: c.top + .1 * c.height, bubbles: true}))", vec![]).await;
        page.until("its place", 10, "const a = new URLSearchParams(location.search); return a.get('unit_across') === '90' && a.get('unit_down') === '10'").await;
        let map = changes(&page, "#unit-map", &map).await;
        // A click in the strip chooses a layer, and the unit at that place: here the one in the middle.
        page.js("document.querySelector('#unit-title').scrollIntoView()", vec![]).await;
        page.click(".network button[title^=\"layer2.1:\"] .map").await;
        page.until("the unit in the strip", 60, &says("in layer2.1 of resnet18")).await;
        let places = "return ['#unit-across', '#unit-down'].every(id => Math.abs(document.querySelector(id).value - 50) <= 3)";
        assert_eq!((page.value("#unit-layer").await, page.js(places, vec![]).await), (json!("layer2.1"), json!(true)));
        changes(&page, "#unit-map", &map).await;
        // All layers of the strip as a table. A unit of ResNet-18's last stage sees 435 pixels, at a jump of 32. The first field begins 217
        // pixels before the photo.
        page.click("#unit-fields summary").await;
        let row = |layer: &str| {
            format!("return [...document.querySelectorAll('#unit-fields tbody tr')].map(r => [...r.children].map(c => c.textContent)).find(r => r[0] === '{layer}')")
        };
        let last = page.until("the table of fields", 60, &row("layer4.1")).await;
        assert_eq!(last, json!(["layer4.1", "7 × 7", "435", "32", "−217"]));
        assert_eq!(page.js(&row("maxpool"), vec![]).await, json!(["maxpool", "56 × 56", "11", "4", "−5"]));
        assert_eq!(page.js("return document.querySelectorAll('.scope rect.box, .scope circle.used').length", vec![]).await, json!(2));
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_restores_the_whole_bench() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        page.width(390).await;
        page.open("/lab/classify?patch=30&along=30&class=504&fresh=2&turn=10&layer=blocks.3").await;
        page.until("the reason for the mug", 60, "const t = document.querySelector('#why-facts').textContent; return t.includes('coffee mug') && t.includes('upper 2 layers') && t.includes('blocks.3')").await;
        let values = page.js("return ['patch', 'along', 'turn', 'fresh', 'class', 'layer'].map(id => document.getElementById(id).value)", vec![]).await;
        assert_eq!(values, json!(["30", "30", "10", "2", "504", "blocks.3"]));
        let widest = page.js("return [innerWidth, document.documentElement.scrollWidth]", vec![]).await;
        assert_eq!(widest, json!([390, 390]), "the page does not scroll sideways");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_do_not_fit_are_explained() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        page.open("/lab/classify").await;
        top_is(&page, "espresso", 60).await;
        page.drop_file("note.png", b"this is no photo").await;
        page.message_with(&["note.png", "expected a photo"]).await;
        // The photo before it stays, with its credit and its address.
        let credited = "return location.search === '' && document.querySelector('#classify').textContent.includes('Rachel Michetti')";
        page.until("the sample's credit", 10, credited).await;
        // What would take more memory than is allowed; and what a decoder stumbles over.
        let given =
            |name: &str| std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a file of tests/files");
        page.drop_file("vast.gif", &given("gif-15000.gif")).await;
        page.message_with(&["vast.gif", "15000 × 15000 pixels takes 706 MB", "and 512 MB are allowed"]).await;
        let mut vast = given("palette-of-4-bytes.png");
        page.drop_file("palette.png", &vast).await;
        page.message_with(&["palette.png", "its palette has 4 bytes"]).await;
        // The same picture without its palette, with another size and type: grey, one bit.
        vast.splice(16..26, [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 1, 0]);
        vast.drain(33..49);
        page.drop_file("vast.png", &vast).await;
        page.message_with(&["vast.png", "30000 × 30000 pixels takes 2759 MB", "and 512 MB are allowed"]).await;
        page.until("the sample's credit", 10, credited).await;
        page.drop_file("pointer.safetensors", &given("lfs-pointer.safetensors")).await;
        page.message_with(&["pointer.safetensors", "a Git LFS pointer"]).await;
        page.drop_file("cut.pth", b"PK\x03\x04 and no more").await;
        page.message_with(&["cut.pth"]).await;
        // LeNet's weights, for a network that reads digits.
        let lenet = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/weights/lenet5.safetensors")).expect("LeNet's weights");
        page.drop_file("digits.safetensors", &lenet).await;
        page.message_with(&["digits.safetensors", "reads digits, not photos"]).await;
        // Some entries of a network, and a shape that belongs to another one.
        let header = json!({
            "conv1.weight": {"dtype": "F32", "shape": [6, 1, 5, 5], "data_offsets": [0, 600]},
            "conv1.bias": {"dtype": "F32", "shape": [7], "data_offsets": [600, 628]},
        })
        .to_string();
        let mut strange = (header.len() as u64).to_le_bytes().to_vec();
        strange.extend(header.bytes().chain(vec![0; 628]));
        page.drop_file("strange.safetensors", &strange).await;
        page.message_with(&["strange.safetensors", "no network of the zoo"]).await;
        // The earlier state is still there.
        top_is(&page, "espresso", 10).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_readers_own_weights_are_recognised() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        page.open("/lab/classify?networks=none").await;
        page.until("the shelf", 60, &format!("return document.querySelector('#network-{NETWORK}')")).await;
        // The worker reads the file. The page reads only the part that shows its kind.
        let watched = "window.read = 0;
            const read = Blob.prototype.arrayBuffer;
            Blob.prototype.arrayBuffer = function () { window.read += this.size; return read.call(this); }";
        page.js(watched, vec![]).await;
        let file = host::dist().join(format!("data/weights/{NETWORK}.safetensors")).canonicalize().expect("the weights");
        upload(&page, "#weights-file", file.to_str().expect("a path of letters")).await;
        top_is(&page, "espresso", 60).await;
        page.until("its line", 10, "return document.querySelector('#networks').textContent.includes('yours')").await;
        let read = page.js("return window.read", vec![]).await.as_f64().expect("bytes");
        assert!(read <= 1e6, "the page read {read} bytes of the weights");
        // A network that is removed and added again answers again.
        page.click(&format!("#network-{NETWORK}")).await;
        page.until("it to go", 10, &format!("return !document.querySelector('[data-model={NETWORK}]')")).await;
        page.click(&format!("#network-{NETWORK}")).await;
        top_is(&page, "espresso", 60).await;
        // The file does not say how its network pads, but the reader does.
        page.click(".twin button").await;
        let twin = "return document.querySelector('[data-model=efficientnet_lite0]')?.dataset.top === 'espresso' && location.search.includes('efficientnet_lite0')";
        page.until("the twin's answer", 60, twin).await;
        assert_eq!(page.js("return document.querySelectorAll('.answer').length", vec![]).await, json!(1));
        // A network without weights on this site says so.
        page.open("/lab/classify?networks=vgg16").await;
        page.until("the absent network", 60, "return document.querySelector('[data-absent=vgg16]')?.textContent.includes('not beside this site')").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_read_without_a_network() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        page.open("/lab/classify").await;
        top_is(&page, "espresso", 60).await;
        let kept = "return caches.keys().then(async names => {
            const all = await Promise.all(names.map(async name => (await (await caches.open(name)).keys()).map(r => new URL(r.url).pathname)));
            const has = part => all.flat().some(path => path.includes(part));
            return has('photos_bg') && has('split_classify') && has('weights.json') && has('lite0.safetensors') && has('coffee.png') && navigator.serviceWorker.controller !== null;
        })";
        page.until("everything to be kept", 60, kept).await;
        page.host.stop();
        page.open("/lab/classify").await;
        page.until("the shelf", 60, &format!("return document.querySelector('#network-{NETWORK}')")).await;
        upload(&page, "#photo-file", COFFEE).await;
        top_is(&page, "espresso", 60).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_photo_does_not_hold_up_the_page() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        page.open("/lab/classify").await;
        top_is(&page, "espresso", 60).await;
        // The cup at 12 and at 48 megapixels, as a JPEG from a camera.
        for (width, height) in [(4000, 3000), (8000, 6000)] {
            let script = "const [width, height, done] = arguments;
                const photo = await createImageBitmap(await (await fetch('data/photos/coffee.png')).blob());
                const canvas = new OffscreenCanvas(width, height);
                canvas.getContext('2d').drawImage(photo, 0, 0, photo.width, photo.height, 0, 0, width, height);
                window.photo = new File([await canvas.convertToBlob({type: 'image/jpeg', quality: .9})], `${width}.jpg`);
                return window.photo.size";
            page.js(script, vec![json!(width), json!(height)]).await;
            let drop = "window.longest = 0; let last = performance.now();
                const tick = () => { const now = performance.now(); window.longest = Math.max(window.longest, now - last); last = now; window.ticking && setTimeout(tick, 5); };
                window.ticking = true; tick();
                const files = new DataTransfer(); files.items.add(window.photo);
                document.querySelector('main article').dispatchEvent(new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true}))";
            let mut tries = Tries::below(400.0);
            while tries.again() {
                page.js("window.ticking = false; document.querySelector('[data-model]').dataset.fromFileMs = ''", vec![]).await;
                page.js(drop, vec![]).await;
                page.until("the large photo", 120, &format!("return document.querySelector('#photo-facts').textContent.includes('{width} × {height}')")).await;
                page.until("its classes", 120, &format!("return document.querySelector('[data-model={NETWORK}]').dataset.fromFileMs")).await;
                let found = top_is(&page, "espresso", 10).await;
                let longest = page.js("window.ticking = false; return window.longest", vec![]).await.as_f64().expect("milliseconds");
                println!("{width} × {height}: {found}; the page stood still for at most {longest:.0} ms");
                assert!(number(&found, "fromFileMs") > 0.0, "{found}");
                tries.took(longest);
            }
            tries.assert("the page stood still");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_are_dropped_pasted_and_filmed() {
    visit(WebGpu::Absent, Host::kind(with_weights()).await, |page| async move {
        // Another photo comes first, so that the answer belongs to the given one.
        page.open("/lab/classify?photo=chelsea").await;
        sees_the_cat(&page).await;
        // The cup as a WebP, dropped.
        let make = "const photo = await createImageBitmap(await (await fetch('data/photos/coffee.png')).blob());
            const canvas = new OffscreenCanvas(photo.width, photo.height);
            canvas.getContext('2d').drawImage(photo, 0, 0);
            const give = async type => { const files = new DataTransfer(); files.items.add(new File([await canvas.convertToBlob({type, quality: .95})], 'cup.' + type.slice(6), {type})); return files; };";
        let dropped = format!("{make} window.dispatchEvent(new DragEvent('drop', {{dataTransfer: await give('image/webp'), bubbles: true, cancelable: true}}))");
        page.js(&dropped, vec![]).await;
        page.until("the dropped file", 60, "return document.querySelector('#photo-facts').textContent.startsWith('cup.webp: 600 × 400')").await;
        top_is(&page, "espresso", 60).await;
        page.click("#sample-chelsea").await;
        sees_the_cat(&page).await;
        let pasted = format!("{make} window.dispatchEvent(new ClipboardEvent('paste', {{clipboardData: await give('image/jpeg'), bubbles: true}}))");
        page.js(&pasted, vec![]).await;
        page.until("the pasted file", 60, "return document.querySelector('#photo-facts').textContent.startsWith('cup.jpeg: 600 × 400')").await;
        top_is(&page, "espresso", 60).await;
        // The browser's camera shows a moving pattern: its frames differ, and each is classified.
        let cup = pixels(&page, "#cropped").await;
        page.click("#camera").await;
        let first = changes(&page, "#cropped", &cup).await;
        changes(&page, "#cropped", &first).await;
        page.click("#camera").await;
        page.until("the camera to stop", 10, "return document.querySelector('#camera').getAttribute('aria-pressed') === 'false'").await;
        page.until("the last frame to stay", 10, "return document.querySelector('#photo-facts').textContent.startsWith('camera: ')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
