//! The filter bench: every control changes the picture or a number, the pointer reads sums, kernels are learned, and an address restores everything.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use serde_json::{Value, json};

/// Waits until no frame is under way, and returns what the bench shows: the output's pixels, its range, and the work for a pixel.
const SHOWN: &str = "const f = document.querySelector('#filters-frame')?.dataset;
    if (!f || !(+f.count > 0)) return false;
    if (window.seen !== f.count) { window.seen = f.count; window.since = performance.now(); return false; }
    if (performance.now() - window.since < 400) return false;
    const c = document.querySelector('#filters-output'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    let h = 0; for (let i = 0; i < d.length; i++) h = (h * 31 + d[i]) | 0;
    const r = document.querySelector('#filters-range').dataset;
    return [h, r.value, r.least, f.multiplications].join(' ')";

async fn shown(page: &Page) -> String {
    page.until("a frame", 60, SHOWN).await.as_str().expect("what is shown").to_owned()
}

/// Waits until the bench shows something else.
async fn other_than(page: &Page, before: &str, what: &str) -> String {
    for _ in 0..20 {
        let after = shown(page).await;
        if after != before {
            return after;
        }
    }
    panic!("{what} should change the picture or a number");
}

/// Sets a control, and expects another frame.
async fn changes(page: &Page, control: &str, value: &str) {
    let before = shown(page).await;
    page.choose(control, value).await;
    other_than(page, &before, &format!("{control} = {value}")).await;
}

async fn ticks(page: &Page, control: &str) {
    let before = shown(page).await;
    page.click(control).await;
    other_than(page, &before, control).await;
}

async fn open_panel(page: &Page, panel: &str) {
    page.click(&format!("{panel} > summary")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_changes_the_picture_or_a_number() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/figure/filters").await;
        let first = shown(&page).await;
        for (control, value) in [
            ("#filters-gain", "5"),
            ("#filters-border", "zeros"),
            ("#filters-size", "5"),
            ("#filters-scale", "0.5"),
            ("#filters-seed", "7"),
        ] {
            changes(&page, control, value).await;
        }
        ticks(&page, "#filters-flip").await;
        ticks(&page, "#filters-passes").await;
        for maker in [
            "identity",
            "mean",
            "gaussian",
            "motion",
            "sharpen",
            "highpass",
            "sobel_y",
            "prewitt_x",
            "prewitt_y",
            "laplace",
            "log",
            "dog",
            "emboss",
            "gabor",
        ] {
            changes(&page, "#filters-maker", maker).await;
        }
        for (control, value) in
            [("#filters-theta", "10"), ("#filters-lambda", "4"), ("#filters-sigma", "2"), ("#filters-gamma", "1"), ("#filters-psi", "90")]
        {
            changes(&page, control, value).await;
        }
        page.choose("#filters-maker", "dog").await;
        changes(&page, "#filters-ratio", "3").await;
        page.choose("#filters-maker", "sharpen").await;
        changes(&page, "#filters-amount", "1").await;
        for view in ["absolute", "grey", "magnitude", "direction", "median", "crossings"] {
            changes(&page, "#filters-view", view).await;
        }
        changes(&page, "#filters-threshold", "0.5").await;
        changes(&page, "#filters-noise", "pepper").await;
        changes(&page, "#filters-grain", "0.3").await;
        changes(&page, "#filters-noise", "gaussian").await;
        changes(&page, "#filters-preset", "view=direction").await;
        changes(&page, "#filters-weight", "3.5").await;
        assert_eq!(page.value("#filters-maker").await, "own");

        let copied = page.js("return location.pathname + location.search", vec![]).await;
        let own = shown(&page).await;
        page.client.goto("about:blank").await.expect("another page");
        page.open(copied.as_str().expect("an address")).await;
        assert_eq!(shown(&page).await, own, "the address restores the picture: {copied}");
        page.click("#filters-reset").await;
        assert_eq!(other_than(&page, &own, "reset").await, first, "reset leads back to the beginning");
        page.client.back().await.expect("back");
        let mut back = other_than(&page, &first, "back").await;
        // The picture and the kernel may come one after the other.
        for _ in 0..20 {
            if back != own {
                back = shown(&page).await;
            }
        }
        assert_eq!(back, own, "going back undoes the reset");
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pointer_and_the_keys_read_sums_and_edit_weights() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/figure/filters?kernel=laplace").await;
        shown(&page).await;
        let sum = "return document.querySelector('#filters-sum').textContent";
        let pinned = page.js(sum, vec![]).await;
        let point = "const c = document.querySelector(arguments[0]), r = c.getBoundingClientRect(), at = {bubbles: true, clientX: r.left + r.width * arguments[1], clientY: r.top + r.height * arguments[2]};
            c.dispatchEvent(new PointerEvent(arguments[3], at)); await new Promise(r => setTimeout(r, 300)); return document.querySelector('#filters-sum').textContent";
        for (canvas, x, y) in [("#filters-input", 0.3, 0.6), ("#filters-output", 0.7, 0.2)] {
            let seen = page.js(point, vec![json!(canvas), json!(x), json!(y), json!("pointermove")]).await;
            assert_ne!(seen, pinned, "pointing at {canvas} reads another place");
            // The sum of the products in the table is the displayed sum.
            let summed = page.js("const cells = [...document.querySelectorAll('.products table:last-child td')].map(c => +c.textContent.replace('\u{2212}', '-'));
                return [cells.length, cells.reduce((a, b) => a + b, 0), +document.querySelector('#filters-sum').dataset.value]", vec![]).await;
            assert_eq!(summed[0], 9);
            assert!((summed[1].as_f64().unwrap() - summed[2].as_f64().unwrap()).abs() < 0.05, "{summed}");
        }
        page.js("document.querySelector('#filters-output').dispatchEvent(new PointerEvent('pointerleave')); await new Promise(r => setTimeout(r, 300))", vec![]).await;
        assert_eq!(page.js(sum, vec![]).await, pinned, "without a pointer the pinned place is read");
        page.js(point, vec![json!("#filters-input"), json!(0.5), json!(0.5), json!("pointerdown")]).await;
        page.until("the pinned place in the address", 10, "return /row=25[5-7]/.test(location.search) && /column=25[5-7]/.test(location.search)").await;

        let key = "const e = document.querySelector(arguments[0]); e.focus(); e.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[1], bubbles: true, cancelable: true}));
            await new Promise(r => setTimeout(r, 300)); return document.querySelector(arguments[2]).textContent";
        page.js("document.querySelector('#filters-output').dispatchEvent(new PointerEvent('pointerleave'))", vec![]).await;
        let moved = page.js(key, vec![json!("#filters-input"), json!("ArrowRight"), json!("#filters-sum")]).await;
        let place = |text: &Value| text.as_str().and_then(|t| t.split_once(':')).map(|(place, _)| place.to_owned());
        let before = page.js("return location.search.match(/column=(\\d+)/)[1]", vec![]).await;
        let column: usize = before.as_str().and_then(|c| c.parse().ok()).expect("a column");
        assert!(place(&moved).is_some_and(|p| p.ends_with(&format!("column {}", column + 1))), "{moved}: one to the right of {column}");
        let label = page.js(key, vec![json!("#filters-kernel"), json!("ArrowDown"), json!(".cell-editor span")]).await;
        assert_eq!(label, "Row 3, column 2");
        page.js(key, vec![json!("#filters-kernel"), json!("Enter"), json!("#filters-sum")]).await;
        assert_eq!(page.js("return document.activeElement.id", vec![]).await, "filters-weight");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn panels_show_rank_spectra_and_what_is_learned() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/figure/filters?kernel=gaussian&size=15&sigma=2").await;
        shown(&page).await;
        open_panel(&page, "#filters-separability").await;
        page.number_is("#filters-rank", "=== 1", 20).await;
        page.until("the savings", 10, "return document.querySelector('#filters-rank').textContent.includes('225 multiplications a pixel at once, 30 in passes')").await;
        page.choose("#filters-maker", "log").await;
        page.number_is("#filters-rank", "=== 2", 20).await;

        open_panel(&page, "#filters-spectra").await;
        let spectra = "const all = [...document.querySelectorAll('.spectra canvas')].map(c => { if (c.width < 2) return 0; const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let h = 0; for (const v of d) h = (h * 31 + v) | 0; return h; });
            return all.length === 3 && new Set(all).size === 3 && !all.includes(0) && all";
        let before = page.until("three spectra", 20, spectra).await;
        page.choose("#filters-maker", "gaussian").await;
        let other = format!("{spectra} && all[1] !== {} && all", before[1]);
        let after = page.until("the spectra of another kernel", 20, &other.replace("return all.length", "return all[1] && all.length")).await;
        assert_eq!(after[0], before[0], "the picture's own spectrum stays");

        open_panel(&page, "#filters-components").await;
        page.choose("#filters-count", "16").await;
        page.click("#filters-learn").await;
        page.number_is("#filters-rounds", "> 5", 60).await;
        page.click("#filters-learn").await;
        page.until("learning to stop", 20, "return document.querySelector('#filters-learn').textContent.startsWith('Learn')").await;
        // Keys choose a sheet as a click does.
        let choose = "const c = document.querySelector('#filters-components .sheet:last-child canvas');
            for (const key of ['ArrowRight', 'Enter']) c.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))";
        page.js(choose, vec![]).await;
        page.until("the learned kernel on the bench", 20, "return document.querySelector('#filters-maker').value === 'own' && document.querySelector('#filters-size').value === '9'").await;

        page.choose("#filters-maker", "sobel_x").await;
        open_panel(&page, "#filters-lesson").await;
        page.choose("#filters-rate", "0.05").await;
        page.click("#filters-teach").await;
        page.number_is("#filters-taught", "< 0.02", 120).await;
        page.click("#filters-teach").await;
        page.until("teaching to stop", 20, "return document.querySelector('#filters-teach').textContent.startsWith('Teach')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

/// Opens the picture that the bench shows, or a small one, as the target.
const TARGET: &str = "const c = arguments[0] ? document.querySelector('#filters-output') : Object.assign(document.createElement('canvas'), {width: 40, height: 30});
    const bytes = Uint8Array.from(atob(c.toDataURL().split(',')[1]), x => x.charCodeAt(0)), files = new DataTransfer();
    files.items.add(new File([bytes], 'target.png', {type: 'image/png'}));
    const input = document.querySelector('#filters-target-file'); input.files = files.files; input.dispatchEvent(new Event('change', {bubbles: true}))";

#[tokio::test(flavor = "multi_thread")]
async fn a_target_of_the_readers_own_teaches_a_kernel() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/figure/filters?kernel=mean&size=3").await;
        shown(&page).await;
        page.choose("#filters-view", "grey").await;
        open_panel(&page, "#filters-lesson").await;
        page.choose("#filters-target", "own").await;
        let says = |words: &str| format!("return document.querySelector('#filters-lesson .message.error')?.textContent.includes('{words}')");
        page.click("#filters-teach").await;
        page.until("what is missing", 20, &says("Open a target first")).await;
        page.js(TARGET, vec![json!(false)]).await;
        page.until("the small target", 20, &says("Open a target first").replace("return ", "return !")).await;
        page.click("#filters-teach").await;
        page.until("both sizes", 20, &says("The target has 30 × 40 pixels, the picture 512 × 512")).await;
        // The mean of nine pixels, as another program might have saved it. The bench does not know this kernel.
        page.js(TARGET, vec![json!(true)]).await;
        page.until("the target", 20, &says("The target has").replace("return ", "return !")).await;
        page.choose("#filters-rate", "0.02").await;
        page.click("#filters-teach").await;
        page.number_is("#filters-taught", "< 0.00005", 120).await;
        page.click("#filters-teach").await;
        page.until("teaching to stop", 20, "return document.querySelector('#filters-teach').textContent.startsWith('Teach')").await;
        page.js("const c = document.querySelector('#filters-lesson .sheet canvas'); for (const key of ['ArrowRight', 'Enter']) c.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))", vec![]).await;
        // Nine weights near a ninth, as in the address.
        let ninths = "const own = new URLSearchParams(location.search).get('weights'); const w = own?.split('_').map(Number) ?? []; return w.length >= 9 && w.slice(-9).every(x => Math.abs(x - 1 / 9) < 0.03) && own";
        page.until("nine ninths on the bench", 20, ninths).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

/// Drops a picture of 40 × 30 pixels on the bench, as a file.
const DROP: &str = "const c = document.createElement('canvas'); c.width = 40; c.height = 30; const g = c.getContext('2d'); g.fillStyle = '#a33'; g.fillRect(5, 5, 20, 10);
    const bytes = Uint8Array.from(atob(c.toDataURL().split(',')[1]), x => x.charCodeAt(0)), files = new DataTransfer();
    files.items.add(new File([arguments[0] ? bytes : new Uint8Array([1, 2, 3])], 'own.png'));
    document.querySelector('.filters').dispatchEvent(new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true}))";

#[tokio::test(flavor = "multi_thread")]
async fn pictures_come_from_files_samples_and_the_camera() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/figure/filters").await;
        shown(&page).await;
        let size = "const c = document.querySelector('#filters-output'); return c.width + ' × ' + c.height";
        page.js(DROP, vec![json!(true)]).await;
        page.until("the dropped picture", 20, &size.replace("return", "return '40 × 30' ===")).await;
        page.js(DROP, vec![json!(false)]).await;
        let said = "return document.querySelector('.told')?.textContent.includes('own.png is no picture')";
        page.until("a sentence about the bad file", 20, said).await;
        let vast = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/gif-15000.gif")).expect("a file of tests/files");
        let drop = "const files = new DataTransfer(); files.items.add(new File([new Uint8Array(arguments[0])], 'vast.gif'));
            document.querySelector('.filters').dispatchEvent(new DragEvent('drop', {dataTransfer: files, bubbles: true, cancelable: true}))";
        page.js(drop, vec![json!(vast)]).await;
        let said = "return document.querySelector('.told')?.textContent.includes('vast.gif: to decode its 15000 × 15000 pixels takes 1804 MB of memory, and 512 MB are allowed')";
        page.until("a sentence about the vast file", 20, said).await;

        page.choose("#filters-picture", "camera").await;
        page.until("the sample, or a sentence that it is missing", 30,
            &format!("{}; ", size.replace("return", "return document.querySelector('.told')?.textContent.includes('is not on this server') || '512 × 512' ==="))).await;

        page.click("#filters-camera").await;
        page.until("frames of the camera", 30, "return document.querySelector('#filters-camera').getAttribute('aria-pressed') === 'true' && +document.querySelector('#filters-frame').dataset.count > 8").await;
        page.click("#filters-camera").await;
        page.until("the camera to stop", 10, "return document.querySelector('#filters-camera').getAttribute('aria-pressed') === 'false'").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_a_telephone_and_follows_the_theme() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.width(390).await;
        page.open("/figure/filters?kernel=gabor&size=15").await;
        let light = shown(&page).await;
        for panel in ["#filters-separability", "#filters-spectra", "#filters-components", "#filters-lesson"] {
            open_panel(&page, panel).await;
        }
        assert_eq!(page.js("return [innerWidth, document.documentElement.scrollWidth]", vec![]).await, json!([390, 390]));
        let theme = page.js("return document.querySelector('.top select').id", vec![]).await;
        page.choose(&format!("#{}", theme.as_str().expect("an id")), "dark").await;
        assert_ne!(shown(&page).await, light, "the output follows the theme");
        let unnamed = "return [...document.querySelectorAll('.filters :is(input, select, button, canvas, [role=grid])')]
            .filter(e => !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label'))).map(e => e.outerHTML.slice(0, 80))";
        assert_eq!(page.js(unnamed, vec![]).await, Value::Array(vec![]), "every control has a name");
    })
    .await;
}
