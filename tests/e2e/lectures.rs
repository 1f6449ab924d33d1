//! Using the lectures: every word, number and exercise of every text does what it says.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};
use receptive::{
    book::page::{Ask, Block, Exercise, Page as Text},
    site::{lectures::LECTURES, url::FigureInstance},
};
use serde_json::json;
use std::{fs, time::Duration};

/// The text that the site serves.
fn text(slug: &str) -> Text {
    let file = host::dist().join(format!("lectures/{slug}.json"));
    let bytes = fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

async fn read(page: &Page, address: &str) {
    page.open(address).await;
    page.until("the lecture's text", 30, "return document.querySelectorAll('.lecture .prose').length").await;
}

async fn count(page: &Page, selector: &str) -> u64 {
    page.js("return document.querySelectorAll(arguments[0]).length", vec![json!(selector)]).await.as_u64().expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn words_and_numbers_of_every_lecture_act() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        for lecture in LECTURES {
            read(&page, &format!("/lecture/{}", lecture.slug)).await;
            let here = |what: &str| format!("{what} of {}", lecture.slug);
            // Each number that is changed by a key changes itself, the address and its figure.
            for at in 0..count(&page, ".scrub").await {
                let script = "const n = document.querySelectorAll('.scrub')[arguments[0]]; n.focus();
                    const figure = document.getElementById(n.dataset.figure);
                    return [n.textContent, figure?.textContent ?? '', +n.ariaValueNow < +n.ariaValueMax ? 'ArrowRight' : 'ArrowLeft']";
                let before = page.js(script, vec![json!(at)]).await;
                let turn = "const n = document.querySelectorAll('.scrub')[arguments[0]];
                    n.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[1], bubbles: true, cancelable: true}))";
                page.js(turn, vec![json!(at), before[2].clone()]).await;
                let changed = format!(
                    "const n = document.querySelectorAll('.scrub')[{at}];
                    return n.textContent !== {} && location.search.includes(n.dataset.figure + '.' + n.dataset.key)
                        && document.getElementById(n.dataset.figure).textContent !== {}",
                    before[0], before[1]
                );
                page.until(&here("a scrubbed number and its figure"), 5, &changed).await;
            }
            for at in 0..count(&page, ".set").await {
                let script = "const b = document.querySelectorAll('.set')[arguments[0]]; b.click();
                    return new URLSearchParams(b.dataset.settings).keys().next().value && b.dataset.figure";
                let figure = page.js(script, vec![json!(at)]).await;
                let said = format!(
                    "return location.search.includes({} + '.') || document.querySelectorAll('.set')[{at}].dataset.settings",
                    figure
                );
                page.until(&here("a setting in the address"), 5, &said).await;
            }
            for at in 0..count(&page, "[data-term]").await {
                page.js("document.querySelectorAll('[data-term]')[arguments[0]].click()", vec![json!(at)]).await;
                page.until(&here("a term's meaning"), 5, "return document.querySelector('#meaning')?.textContent").await;
                page.js("document.querySelectorAll('[data-term]')[arguments[0]].click()", vec![json!(at)]).await;
                page.until(&here("no meaning after a second click"), 5, "return !document.querySelector('#meaning')").await;
            }
            for at in 0..count(&page, "[data-lights]").await {
                let script = "const w = document.querySelectorAll('[data-lights]')[arguments[0]];
                    w.dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));
                    const [name, part] = w.dataset.lights.split('/');
                    const lit = document.querySelectorAll('#' + name + ' .lit-part').length;
                    w.dispatchEvent(new PointerEvent('pointerout', {bubbles: true}));
                    return [w.dataset.lights, lit, document.querySelectorAll('#' + name + ' .lit-part').length]";
                let found = page.js(script, vec![json!(at)]).await;
                assert!(
                    found[1].as_u64() > Some(0) && found[2] == 0,
                    "{}: {found} lights what it names, and only while it is pointed at",
                    lecture.slug
                );
            }
            assert_eq!(page.console_errors().await, Vec::<String>::new(), "{}", lecture.slug);
        }
    })
    .await;
}

/// A number in a text that is dragged changes its figure at once, as a slider does. Address and history get it when it is released.
#[tokio::test(flavor = "multi_thread")]
async fn a_dragged_number_previews_and_is_written_when_it_is_let_go() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        read(&page, "/lecture/convolution").await;
        let number = "document.querySelector('.scrub[data-figure=sheets][data-key=out]')";
        page.until("the figure", 30, "return document.querySelector('#sheets table, #sheets canvas, #sheets svg')").await;
        let state =
            format!("return [{number}.textContent, location.search, history.length, document.querySelector('#sheets').textContent]");
        let event = |name: &str, x: i32| {
            format!("{number}.dispatchEvent(new PointerEvent('{name}', {{bubbles: true, cancelable: true, clientX: {x}, pointerId: 1}}))")
        };
        let before = page.js(&state, vec![]).await;
        for (name, x) in [("pointerdown", 100), ("pointermove", 111), ("pointermove", 121)] {
            page.js(&event(name, x), vec![]).await;
        }
        page.until("the number under the hand", 5, &format!("return {number}.textContent === '4'")).await;
        let under = page.js(&state, vec![]).await;
        assert_eq!([&under[1], &under[2]], [&before[1], &before[2]], "the address waits");
        assert_ne!(under[3], before[3], "the figure follows");
        page.js(&event("pointerup", 121), vec![]).await;
        page.until("the address", 5, "return location.search === '?sheets.out=4'").await;
        let after = page.js(&state, vec![]).await;
        assert_eq!([&after[0], &after[3]], [&under[0], &under[3]]);
        assert_eq!(after[2].as_u64(), before[2].as_u64().map(|entries| entries + 1), "one entry for one drag");
        page.js("history.back()", vec![]).await;
        page.until("what it was", 5, &format!("return {number}.textContent === {}", before[0])).await;
        // When the drag is cancelled, the number is restored.
        for (name, x) in [("pointerdown", 100), ("pointermove", 121), ("pointercancel", 121)] {
            page.js(&event(name, x), vec![]).await;
        }
        page.until("what it was, again", 5, &format!("return {number}.textContent === {} && location.search === ''", before[0])).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_in_prose_are_what_the_figures_hold() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        let number = |figure: &str, key: &str| format!("document.querySelector('.scrub[data-figure={figure}][data-key={key}]')");
        read(&page, "/lecture/receptive-fields?effective.draws=1000000&strided.input=abc").await;
        let (draws, input) = (number("effective", "draws"), number("strided", "input"));
        page.until("the most networks there are", 30, &format!("return {draws}.textContent === '50' && {draws}.ariaValueNow === '50'")).await;
        page.until("the input as it starts", 10, &format!("return {input}.textContent === {input}.dataset.start")).await;
        // In the other direction: a slider of the figure changes the number in the text before it is released.
        page.js("const e = document.querySelector('#strided input[type=range]'); e.value = 40; e.dispatchEvent(new Event('input', {bubbles: true}))", vec![]).await;
        page.until("the slider's number", 10, &format!("return {input}.textContent === '40'")).await;
    })
    .await;
}

/// Sets the exercise up as its author says, and presses Check until the expected reply comes, or for five seconds. Returns the last reply.
async fn verdict(page: &Page, exercise: &Exercise, example: &str, expected: &str) -> String {
    let section = format!("#exercise-{}", exercise.figure.name);
    if let Ask::Goal(_) = exercise.ask {
        let place = FigureInstance { name: exercise.figure.name.clone(), start: exercise.figure.settings.clone(), folded: false };
        // As when the reader goes back or forward: the lecture stays.
        let script = "history.pushState(null, '', location.pathname + '?' + arguments[0]); dispatchEvent(new PopStateEvent('popstate'))";
        page.js(script, vec![json!(place.with_settings("", example))]).await;
    } else {
        page.choose(&format!("{section} .answer input"), example).await;
    }
    let script = format!(
        "const section = document.querySelector('{section}'); section.querySelector(':scope > button.check').click();
        return section.querySelector(':scope > .verdict')?.textContent ?? ''"
    );
    let mut said = String::new();
    for _ in 0..50 {
        said = page.js(&script, vec![]).await.as_str().unwrap_or_default().into();
        if said.contains(expected) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    said
}

fn plain(html: &str) -> String {
    let mut inside = false;
    let text: String = html
        .chars()
        .filter(|c| {
            inside |= *c == '<';
            let keep = !inside;
            inside &= *c != '>';
            keep
        })
        .collect();
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exercise_takes_its_solution_and_explains_mistakes() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        for lecture in LECTURES {
            let exercises = text(lecture.slug).blocks.into_iter().filter_map(|block| match block {
                Block::Exercise(exercise) => Some(exercise),
                _ => None,
            });
            read(&page, &format!("/lecture/{}", lecture.slug)).await;
            for exercise in exercises {
                let name = &exercise.figure.name;
                page.until(name, 30, &format!("return document.querySelector('#exercise-{name} > button.check')")).await;
                for mistake in &exercise.mistakes {
                    let hint = plain(&mistake.hint);
                    // Formulas are rendered in the browser, so only words are compared.
                    let first: String = hint.trim().chars().take_while(|c| c.is_ascii()).take(24).collect();
                    let said = verdict(&page, &exercise, &mistake.example, first.trim()).await;
                    assert!(said.contains(first.trim()) && !said.contains("Right"), "{name}, {:?}: {said}", mistake.example);
                }
                if let Ask::Goal(_) = exercise.ask {
                    let said = verdict(&page, &exercise, &exercise.solution, "Right").await;
                    assert!(said.contains("Right"), "{name}: {said}");
                    let solved = page.js("return localStorage.getItem('progress')", vec![]).await;
                    assert!(solved.as_str().unwrap_or_default().contains(name), "{solved}");
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prediction_comes_before_its_answer() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        for lecture in LECTURES {
            let asked = text(lecture.slug).blocks.iter().filter(|block| matches!(block, Block::Prediction(_))).count() as u64;
            read(&page, &format!("/lecture/{}", lecture.slug)).await;
            assert_eq!((count(&page, ".predict").await, count(&page, ".predict .reveal").await), (asked, 0), "{}", lecture.slug);
            for at in 0..asked {
                page.js("document.querySelectorAll('.predict')[arguments[0]].querySelector('input').click()", vec![json!(at)]).await;
            }
            page.until("all revealed", 5, &format!("return document.querySelectorAll('.predict .reveal').length === {asked}")).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn search_axes_anchors_and_progress() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        page.open("/").await;
        page.js("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true}))", vec![]).await;
        page.choose("#search-words", "kernel").await;
        page.until("results", 20, "return document.querySelectorAll('#search li a').length").await;
        page.choose("#search-words", "zebra unicorn").await;
        page.until("that nothing was found", 5, "return document.querySelector('#search .results').textContent.includes('No section')").await;
        page.choose("#search-words", "kernel").await;
        page.click("#search li a").await;
        page.until("the lecture that was found", 30, "return document.querySelector('.lecture .prose') && !document.querySelector('#search').open").await;

        // An anchor of the contents scrolls to its heading.
        read(&page, "/lecture/convolution").await;
        page.click(".sections li:last-child a").await;
        let there = "const h = document.getElementById(decodeURIComponent(location.hash.slice(1))); return h && Math.abs(h.getBoundingClientRect().top) < innerHeight";
        page.until("the heading that was asked for", 10, there).await;

        // The order of axes is the same for all pages.
        page.click(".conventions button:last-of-type").await;
        page.until("channels last", 5, "return document.querySelector('.conventions .shape').textContent === '2 × 4 × 5 × 3'").await;
        read(&page, "/lecture/convolution").await;
        page.until("channels last again", 5, "return document.querySelector('.conventions .shape').textContent === '2 × 4 × 5 × 3'").await;

        // The end of the text has been read, and the contents show it.
        page.js("scrollTo(0, document.documentElement.scrollHeight)", vec![]).await;
        page.until("progress", 10, "return (localStorage.getItem('progress') ?? '').includes('convolution')").await;
        page.open("/contents").await;
        page.until("what was read", 10, "return [...document.querySelectorAll('.contents .done')].some(e => e.textContent.includes('read'))").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_saved_as_it_stands() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        for figure in receptive::site::figures::FIGURES {
            page.open(&format!("/figure/{}", figure.id)).await;
            page.until("the figure", 30, "return document.querySelector('figure')").await;
            for (button, extension, start) in [(1, "svg", &b"<svg"[..]), (2, "png", &b"\x89PNG"[..]), (3, "csv", &b""[..])] {
                page.click(&format!("figcaption .tools button:nth-of-type({button})")).await;
                let file = page.downloads.join(format!("{}.{extension}", figure.id));
                let mut bytes = vec![];
                for _ in 0..50 {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    bytes = fs::read(&file).unwrap_or_default();
                    if bytes.len() > 100 {
                        break;
                    }
                }
                assert!(bytes.len() > 100 && bytes.starts_with(start), "{}: {} bytes", file.display(), bytes.len());
            }
            // The CSV has numbers as programs read them, not as they are displayed.
            let csv = fs::read_to_string(page.downloads.join(format!("{}.csv", figure.id))).expect("text");
            let numbers = csv.split(['\r', '\n', ',']).filter(|field| field.parse::<f64>().is_ok()).count();
            assert!(numbers > 10 && !csv.contains('\u{202f}'), "{}: {csv}", figure.id);
            let svg = fs::read_to_string(page.downloads.join(format!("{}.svg", figure.id))).expect("text");
            assert!(svg.matches("<text").count() > 10, "{}: the numbers stand in the drawing", figure.id);
        }
    })
    .await;
}
