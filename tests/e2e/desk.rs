//! The convolution desk by hand: every control changes a number, known sums are right, and address, reset and back restore the state.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use fantoccini::{Locator, key::Key};
use serde_json::json;
use std::future::Future;

/// The displayed numbers of all cells of a part.
const CELLS: &str = "return [...document.querySelectorAll(`section[data-part=${arguments[0]}] [data-at]`)].map(e => e.textContent)";
/// Everything that a control may change: every cell, the sum, and the numbers of the operation.
const EVERYTHING: &str = "return [...document.querySelectorAll('.shown, .facts')].map(e => e.textContent).join('|')";
const EXAMPLE: &str = "/lab/convolution?channels=1&out=1&bias=false&input=3&kernel=2&picture=counting&weights=counting";

pub async fn open(page: &Page, path: &str) {
    page.open(path).await;
    page.until("the desk", 60, "return !!document.querySelector('.convolution-desk .shown')?.textContent").await;
    // In a narrow window the knobs are folded.
    page.js("document.querySelector('.setup').open = true", vec![]).await;
}

async fn cells(page: &Page, part: &str) -> Vec<String> {
    serde_json::from_value(page.js(CELLS, vec![json!(part)]).await).expect("a list of texts")
}

async fn cells_are(page: &Page, part: &str, expected: &[&str]) {
    let script = format!("{}.join() === {:?}", CELLS.replace("arguments[0]", &format!("'{part}'")), expected.join(","));
    page.until(&format!("{part} to be {expected:?}"), 10, &script).await;
}

pub fn control(key: &str) -> String {
    format!("[data-control=\"{key}\"]")
}

/// Does something, and waits until a number has changed.
async fn changes<F: Future<Output = ()>>(page: &Page, what: &str, doing: F) {
    let before = page.js(EVERYTHING, vec![]).await;
    doing.await;
    page.until(&format!("{what} to change a number"), 10, &format!("{EVERYTHING} !== {before}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn zero_to_eight_and_flipped_and_back() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        open(&page, EXAMPLE).await;
        cells_are(&page, "output", &["19", "25", "37", "43"]).await;
        page.click(&control("flip")).await;
        cells_are(&page, "output", &["5", "11", "23", "29"]).await;
        page.client.back().await.expect("back");
        cells_are(&page, "output", &["19", "25", "37", "43"]).await;
        page.client.forward().await.expect("forward");
        cells_are(&page, "output", &["5", "11", "23", "29"]).await;
        page.client.refresh().await.expect("a reload");
        cells_are(&page, "output", &["5", "11", "23", "29"]).await;
        page.click(&control("reset")).await;
        page.until("an address without settings", 10, "return location.search === '' && 'empty'").await;
        assert_eq!(cells(&page, "output").await.len(), 16);
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_knob_changes_a_number() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        // The settings that a knob needs, and the knob.
        let knobs = [
            ("", "height-more"),
            ("", "height-less"),
            ("", "width-more"),
            ("", "channels-more"),
            ("", "out-more"),
            ("", "kernel-height-more"),
            ("", "kernel-width-less"),
            ("", "stride-height-more"),
            ("", "stride-width-more"),
            ("", "padding-height-more"),
            ("", "padding-width-more"),
            ("", "dilation-height-more"),
            ("", "dilation-width-more"),
            ("", "groups-more"),
            ("?op=transposed&stride=2", "extra-height-more"),
            ("?op=transposed&stride=2", "extra-width-more"),
            ("?op=transposed&dilation=2", "extra-height-more"),
            ("?op=adaptive-average-pool", "size-height-less"),
            ("?op=adaptive-average-pool&input=3", "size-height-more"),
            ("?op=adaptive-max-pool", "size-width-more"),
            ("", "bias"),
            ("", "flip"),
            ("", "same"),
            ("", "seed"),
            ("", "spread"),
            ("?dims=1&input=1x6&kernel=1x3", "causal"),
            ("?op=max-pool&kernel=3&stride=2", "ceil-mode"),
            ("?op=average-pool&kernel=2&stride=2&padding=1", "count-include-pad"),
            ("?op=average-pool&kernel=2&stride=2", "divisor-more"),
            ("?op=average-pool&kernel=2&stride=1", "as-convolution"),
        ];
        for (start, knob) in knobs {
            open(&page, &format!("/lab/convolution{start}")).await;
            changes(&page, knob, page.click(&control(knob))).await;
        }
        let choices = [
            ("", "op", "transposed"),
            ("", "op", "max-pool"),
            ("", "op", "average-pool"),
            ("", "op", "adaptive-max-pool"),
            ("", "op", "adaptive-average-pool"),
            ("", "op", "global-average-pool"),
            ("", "dims", "1"),
            ("?padding=1", "mode", "reflect"),
            ("?padding=1", "mode", "replicate"),
            ("?padding=1", "mode", "circular"),
            ("", "picture", "edge"),
            ("", "weights", "sobel-x"),
            ("?tab=backward", "upstream", "random"),
            ("", "example", "dilation"),
            ("?tab=addresses", "images", "2"),
        ];
        for (start, choice, value) in choices {
            open(&page, &format!("/lab/convolution{start}")).await;
            changes(&page, &format!("{choice} {value}"), page.choose(&control(choice), value)).await;
        }
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_knob_at_its_limit_says_why() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        open(&page, "/lab/convolution?input=3").await;
        page.click(&control("kernel-height-more")).await;
        page.until("the reason", 10, "return document.querySelector('[data-control=reason]').textContent.includes('reaches over 4 rows')").await;
        assert_eq!(page.value(&control("kernel-height")).await, "3");
        // A number beyond the limit becomes the largest allowed one.
        page.js("document.querySelector('[data-control=reason]').textContent = ''", vec![]).await;
        let typed = "const e = document.querySelector('[data-control=groups]'); e.value = '5'; e.dispatchEvent(new Event('change', {bubbles: true})); return e.value";
        assert_ne!(page.js(typed, vec![]).await, "5");
        // An address beyond all limits is corrected, too.
        open(&page, "/lab/convolution?input=99&kernel=50&stride=0&groups=7&cell=100000").await;
        assert_eq!(page.value(&control("height")).await, "16");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn playing_stepping_and_scrubbing_move_the_sum() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        open(&page, EXAMPLE).await;
        let total = control("value");
        page.number_is(&total, "== 19", 10).await;
        page.click("section[data-part=output] [data-at=\"3\"]").await;
        page.number_is(&total, "== 43", 10).await;
        page.click(&control("back")).await;
        // 4·0 + 5·1 + 7·2
        page.number_is(&total, "== 19", 10).await;
        page.click(&control("step")).await;
        page.number_is(&total, "== 43", 10).await;
        page.choose(&control("cell"), "1").await;
        page.number_is(&total, "== 25", 10).await;
        page.choose(&control("moment"), "2").await;
        // 1·0 + 2·1
        page.number_is(&total, "== 2", 10).await;
        page.choose(&control("by"), "2").await;
        page.number_is(&total, "== 25", 10).await;
        page.choose(&control("speed"), "30").await;
        page.click(&control("reset")).await;
        open(&page, &format!("{EXAMPLE}&by=cell&speed=20")).await;
        page.click(&control("play")).await;
        page.number_is(&total, "== 43", 20).await;
        page.until("the address to follow", 10, "return location.search.includes('cell=3')").await;
        assert_eq!(page.find(&control("play")).await.text().await.expect("a name"), "Play");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_written_by_mouse_and_by_keyboard() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        open(&page, EXAMPLE).await;
        let weight = "section[data-part=kernel] [data-at=\"0\"]";
        page.click(weight).await;
        page.click(weight).await;
        let active = || async { page.client.active_element().await.expect("a focus") };
        active().await.send_keys("5").await.expect("typing");
        active().await.send_keys(&String::from(char::from(Key::Enter))).await.expect("Enter");
        cells_are(&page, "kernel", &["5", "1", "2", "3"]).await;
        // With the keyboard alone: move to the next cell, and type a number.
        active().await.send_keys(&String::from(char::from(Key::Right))).await.expect("an arrow");
        active().await.send_keys("-").await.expect("typing");
        active().await.send_keys("2").await.expect("typing");
        active().await.send_keys(&String::from(char::from(Key::Enter))).await.expect("Enter");
        cells_are(&page, "kernel", &["5", "\u{2212}2", "2", "3"]).await;
        page.until("the address to keep it", 10, "return location.search.includes('edits=k0.0.0.0_5')").await;
        page.client.refresh().await.expect("a reload");
        cells_are(&page, "kernel", &["5", "\u{2212}2", "2", "3"]).await;
        page.client.back().await.expect("back");
        cells_are(&page, "kernel", &["5", "1", "2", "3"]).await;
        page.click(&control("forget")).await;
        cells_are(&page, "kernel", &["0", "1", "2", "3"]).await;
        // Input and bias accept numbers, too.
        open(&page, "/lab/convolution?channels=1&out=1&input=3&kernel=2").await;
        for part in ["input", "bias"] {
            let cell = format!("section[data-part={part}] [data-at=\"0\"]");
            changes(&page, part, async {
                page.click(&cell).await;
                active().await.send_keys("8").await.expect("typing");
                active().await.send_keys(&String::from(char::from(Key::Enter))).await.expect("Enter");
            })
            .await;
        }
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pointing_lights_what_belongs_together() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        open(&page, EXAMPLE).await;
        let lit = |part: &str| format!("return document.querySelectorAll('section[data-part={part}] .lit').length");
        // All four outputs read the middle of the input, each through another weight.
        page.click("section[data-part=input] [data-at=\"4\"]").await;
        page.until("four outputs", 10, &format!("{} === 4", lit("output"))).await;
        page.until("four weights", 10, &format!("{} === 4", lit("kernel"))).await;
        page.click("section[data-part=kernel] [data-at=\"0\"]").await;
        page.until("four inputs", 10, &format!("{} === 4", lit("input"))).await;
        // A product in the formula highlights its two factors.
        page.click("section[data-part=output] [data-at=\"0\"]").await;
        let term = page.client.find(Locator::Css(".formula .term")).await.expect("a product");
        let over = "arguments[0].dispatchEvent(new PointerEvent('pointerenter'))";
        page.js(over, vec![serde_json::to_value(term).expect("an element")]).await;
        page.until(
            "the product's factors",
            10,
            "return document.querySelectorAll('section[data-part=input] .now, section[data-part=kernel] .now').length === 2",
        )
        .await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_link_sends_the_gradient() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        open(&page, "/lab/convolution?tab=backward&seed=3").await;
        let pairs = "const values = part => [...document.querySelectorAll(`section[data-part=${part}] [data-at]`)]
            .filter(e => !e.classList.contains('padding')).map(e => +e.textContent.replace('\u{2212}', '-'));
            const [y, dy] = [values('output'), values('upstream')]; if (!y.length || y.length !== dy.length) return false;";
        page.choose(&control("upstream"), "relu").await;
        page.until(
            "a ReLU's mask",
            10,
            &format!("{pairs} return y.every((v, at) => dy[at] === (v > 0 ? 1 : 0)) && dy.includes(0) && dy.includes(1)"),
        )
        .await;
        page.until("its rule", 10, "return document.querySelector('[data-control=following]').textContent.includes('dy = 1 where y > 0')")
            .await;
        page.choose(&control("upstream"), "max-pool").await;
        page.until(
            "a pool's winners",
            10,
            &format!("{pairs} return dy.filter(v => v === 1).length === 4 && dy.filter(v => v === 0).length === 12"),
        )
        .await;
        page.choose(&control("upstream"), "cross-entropy").await;
        // p − 1 for the right class, which is never positive.
        page.until("p less one", 10, &format!("{pairs} return dy.every(v => v <= 0 && v >= -1) && dy.some(v => v < 0)")).await;
        page.until(
            "softmax in numbers",
            10,
            "return document.querySelector('[data-control=following]').textContent.includes('− 1, for class 0 is right')",
        )
        .await;
        page.client.back().await.expect("back");
        page.until("the pool again", 10, &format!("{pairs} return dy.filter(v => v === 1).length === 4")).await;
        page.click(&control("check")).await;
        page.until("the verdict", 20, "return document.querySelector('[data-control=verdict]')?.textContent.includes('They agree')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gradients_are_stepped_written_and_checked() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        for wrt in ["input", "kernel", "bias"] {
            open(&page, &format!("/lab/convolution?tab=backward&wrt={wrt}&upstream=random&stride=2")).await;
            changes(&page, "a step", page.click(&control("step"))).await;
            page.click(&control("check")).await;
            page.until("the verdict", 20, "return document.querySelector('[data-control=verdict]')?.textContent.includes('They agree')").await;
        }
        open(&page, "/lab/convolution?tab=backward&channels=1&out=1&bias=false").await;
        // An upstream gradient is written, and its part of dk follows.
        page.click(&control("wrt-kernel")).await;
        changes(&page, "an upstream cell", async {
            page.click("section[data-part=upstream] [data-at=\"0\"]").await;
            let active = page.client.active_element().await.expect("a focus");
            active.send_keys("9").await.expect("typing");
            page.client.active_element().await.expect("a focus").send_keys(&String::from(char::from(Key::Enter))).await.expect("Enter");
        })
        .await;
        page.choose(&control("decimals"), "8").await;
        page.click(&control("check")).await;
        page.until("the chosen step", 20, "return document.querySelector('.gradient-check tr.chosen')?.dataset.step === '8'").await;
        // All of a window's gradient goes to its largest value.
        open(&page, "/lab/convolution?op=max-pool&kernel=2&stride=2&channels=1&tab=backward&upstream=counting").await;
        let sum = "return [...document.querySelectorAll('section[data-part=input-grad] [data-at]')].map(e => +e.textContent).reduce((a, b) => a + b)";
        assert_eq!(page.js(sum, vec![]).await, 36);
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_views_show_the_same_numbers() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        open(&page, EXAMPLE).await;
        page.click(&control("tab-matrix")).await;
        cells_are(&page, "output", &["19", "25", "37", "43"]).await;
        assert_eq!(cells(&page, "input").await.len(), 16, "four patches of four");
        page.click(&control("tab-code")).await;
        page.until("the program", 10, "return document.querySelector('[data-code=pytorch]')?.textContent.includes('F.conv2d(x, k, None)')")
            .await;
        page.click(&control("copy-latex")).await;
        page.until("a word about copying", 10, "return document.querySelector('.copied [role=status]:not(:empty)')?.textContent").await;
        open(&page, "/lab/convolution").await;
        page.choose(&control("example"), "addresses").await;
        for (axis, at) in [("n", "1"), ("c", "2"), ("h", "0"), ("w", "3")] {
            page.choose(&control(&format!("at-{axis}")), at).await;
        }
        page.number_is("[data-order=NCHW] .address", "== 43", 10).await;
        page.number_is("[data-order=NHWC] .address", "== 35", 10).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_becomes_numbers_that_stay() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        open(&page, "/lab/convolution?input=4&channels=1&out=1").await;
        // Half black, half white, as the reader's own file.
        let photo = "const canvas = document.createElement('canvas'); canvas.width = 64; canvas.height = 32;
            const paint = canvas.getContext('2d'); paint.fillRect(0, 0, 32, 32); paint.fillStyle = '#fff'; paint.fillRect(32, 0, 32, 32);
            canvas.toBlob(blob => { const files = new DataTransfer(); files.items.add(new File([blob], 'half.png', {type: 'image/png'}));
                const input = document.querySelector('[data-control=photo]'); input.files = files.files;
                input.dispatchEvent(new Event('change', {bubbles: true})); });";
        changes(&page, "a photo", async {
            page.js(photo, vec![]).await;
            page.until("its numbers in the address", 20, "return location.search.includes('photo=')").await;
        })
        .await;
        let numbers = cells(&page, "input").await;
        assert!(numbers.contains(&"0".to_string()) && numbers.contains(&"1".to_string()), "half black, half white: {numbers:?}");
        page.client.refresh().await.expect("a reload");
        page.until("the desk", 60, "return !!document.querySelector('.convolution-desk .shown')?.textContent").await;
        assert_eq!(cells(&page, "input").await, numbers, "the address keeps the patch");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
