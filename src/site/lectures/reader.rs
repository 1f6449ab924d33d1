//! Interactive text: numbers that set figures, words that highlight parts, terms that show their meaning, code that can be copied.
use crate::{
    book::page::Term,
    site::{
        axes::{self, Axes},
        browser::{self, all},
        scope::Scope,
        url::{FigureInstance, FigureSettings},
    },
};
use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_location, hooks::use_navigate};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Leptos' navigation function, kept.
type Go = Box<dyn Fn(&str, NavigateOptions) + Send + Sync>;

/// The address, as text reads and writes it.
#[derive(Clone, Copy)]
struct Address {
    /// The scope of the text.
    scope: Scope,
    search: Memo<String>,
    path: StoredValue<String>,
    go: StoredValue<Go>,
}

impl Address {
    fn here() -> Address {
        let location = use_location();
        Address {
            scope: Scope::here(),
            search: location.search,
            path: StoredValue::new(location.pathname.get_untracked()),
            go: StoredValue::new(Box::new(use_navigate())),
        }
    }
    fn say(&self, figure: &str, settings: &str) {
        let place = FigureInstance { name: figure.into(), ..FigureInstance::default() };
        let query = place.with_settings(&self.search.get_untracked(), settings);
        if query == self.search.get_untracked() {
            return;
        }
        let address = self.path.with_value(|path| format!("{path}?{query}"));
        self.go.with_value(|go| go(&address, NavigateOptions { resolve: false, scroll: false, ..Default::default() }));
    }
}

/// A number that is being dragged: where the drag began, and its present value. Its figure shows this value. The address gets it when the number is released.
#[derive(Clone)]
struct Drag {
    number: Element,
    from: f64,
    x: i32,
    now: f64,
}

/// Makes all text within this element interactive, whenever it arrives.
pub fn attend(root: NodeRef<html::Div>, glossary: StoredValue<Vec<Term>>) {
    let address = Address::here();
    let (axes, held) = (axes::here(), expect_context::<FigureSettings>());
    let drag = StoredValue::new_local(None::<Drag>);

    root.on_load(move |root| {
        let root: HtmlElement = root.into();
        let listen = |name: &'static str, act: Box<dyn Fn(&web_sys::Event)>| {
            let act = wasm_bindgen::closure::Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| act(&event));
            let _ = root.add_event_listener_with_callback(name, act.as_ref().unchecked_ref());
            act.forget(); // goes with its element
        };
        listen("click", Box::new(move |event| click(event, address, glossary)));
        for name in ["pointerover", "focusin"] {
            listen(name, Box::new(move |event| light(event, true)));
        }
        for name in ["pointerout", "focusout"] {
            listen(name, Box::new(move |event| light(event, false)));
        }
        listen(
            "keydown",
            Box::new(move |event| {
                let Some((event, number)) = event.dyn_ref::<web_sys::KeyboardEvent>().zip(nearest(event, ".scrub")) else { return };
                let steps = match event.key().as_str() {
                    "ArrowRight" | "ArrowUp" => 1.0,
                    "ArrowLeft" | "ArrowDown" => -1.0,
                    "PageUp" => 10.0,
                    "PageDown" => -10.0,
                    _ => return,
                };
                if !(event.ctrl_key() || event.alt_key() || event.meta_key()) {
                    event.prevent_default();
                    let next = nearest_allowed(&number, value(&number) + steps * attribute(&number, "data-step"));
                    if next != value(&number) {
                        say(address, &number, next);
                    }
                }
            }),
        );
        listen(
            "pointerdown",
            Box::new(move |event| {
                let Some((event, number)) = event.dyn_ref::<web_sys::PointerEvent>().zip(nearest(event, ".scrub")) else { return };
                let _ = number.set_pointer_capture(event.pointer_id());
                let from = value(&number);
                drag.set_value(Some(Drag { from, x: event.client_x(), number, now: from }));
            }),
        );
        listen(
            "pointermove",
            Box::new(move |event| {
                let Some(event) = event.dyn_ref::<web_sys::PointerEvent>() else { return };
                let Some(dragged) = drag.get_value() else { return };
                // One step for ten pixels.
                let steps = ((event.client_x() - dragged.x) as f64 / 10.0).round();
                let now = nearest_allowed(&dragged.number, dragged.from + steps * attribute(&dragged.number, "data-step"));
                if now != dragged.now {
                    preview(held, &dragged.number, now);
                    drag.set_value(Some(Drag { now, ..dragged }));
                }
            }),
        );
        let taken = move || drag.try_update_value(Option::take).flatten().filter(|dragged| dragged.now != dragged.from);
        listen(
            "pointerup",
            Box::new(move |_| {
                if let Some(dragged) = taken() {
                    say(address, &dragged.number, dragged.now);
                }
            }),
        );
        // A cancelled drag, for example by scrolling, restores the number.
        listen(
            "pointercancel",
            Box::new(move |_| {
                if let Some(dragged) = taken() {
                    preview(held, &dragged.number, dragged.from);
                }
            }),
        );
        scroll_to_anchor(address.scope);
    });

    // Scrubbed numbers follow their figures. Shapes follow the chosen order of axes.
    Effect::new(move |_| {
        let Some(root) = root.get() else { return };
        for number in all(&root, ".scrub") {
            let name = |attribute: &str| number.get_attribute(attribute).unwrap_or_default();
            let said = held.of(&name("data-figure"), &name("data-key")).unwrap_or_else(|| name("data-start"));
            if name("aria-valuenow") != said || number.text_content().as_ref() != Some(&said) {
                number.set_text_content(Some(&said));
                let _ = number.set_attribute("aria-valuenow", &said);
            }
        }
    });
    Effect::new(move |_| {
        let Some(root) = root.get() else { return };
        let order = axes.get();
        for shape in all(&root, ".prose [data-shape]") {
            if let Some(text) = written(&shape.get_attribute("data-shape").unwrap_or_default(), order) {
                shape.set_text_content(Some(&text));
            }
        }
    });
}

/// `N2 C3 H4 W5` in the chosen order.
fn written(shape: &str, order: Axes) -> Option<String> {
    let axes = shape.split_whitespace().map(|axis| Some((axis.chars().next()?, axis.get(1..)?.parse().ok()?)));
    axes.collect::<Option<Vec<(char, usize)>>>().map(|axes| order.shape(&axes))
}

fn nearest(event: &web_sys::Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

fn attribute(element: &Element, name: &str) -> f64 {
    element.get_attribute(name).and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn value(number: &Element) -> f64 {
    attribute(number, "aria-valuenow")
}

/// The nearest allowed value of the number.
fn nearest_allowed(number: &Element, next: f64) -> f64 {
    let (least, most, step) = (attribute(number, "aria-valuemin"), attribute(number, "aria-valuemax"), attribute(number, "data-step"));
    let next = (least + ((next - least) / step).round() * step).clamp(least, most);
    // Rounding errors of a sum of steps are removed.
    (next * 1e6).round() / 1e6
}

fn names(number: &Element) -> [String; 2] {
    ["data-figure", "data-key"].map(|attribute| number.get_attribute(attribute).unwrap_or_default())
}

/// Writes a number's value into the address.
fn say(address: Address, number: &Element, value: f64) {
    let [figure, key] = names(number);
    address.say(&figure, &format!("{key}={value}"));
}

/// Shows a number's value in its figure only.
fn preview(held: FigureSettings, number: &Element, value: f64) {
    let [figure, key] = names(number);
    held.preview(&figure, &key, &value.to_string());
}

fn click(event: &web_sys::Event, address: Address, glossary: StoredValue<Vec<Term>>) {
    if let Some(button) = nearest(event, ".set") {
        let name = |attribute: &str| button.get_attribute(attribute).unwrap_or_default();
        address.say(&name("data-figure"), &name("data-settings"));
    }
    if let Some(button) = nearest(event, ".copy") {
        let code =
            button.parent_element().and_then(|around| around.query_selector("code").ok().flatten()).and_then(|code| code.text_content());
        let Some(code) = code else { return };
        address.scope.spawn(async move {
            let said = if browser::copy(code).await { "Copied" } else { "Not allowed here" };
            button.set_text_content(Some(said));
            address.scope.after(std::time::Duration::from_secs(2), move || button.set_text_content(Some("Copy")));
        });
    }
    match nearest(event, "[data-term]") {
        Some(word) => explain(&word, glossary),
        None => fold(),
    }
}

/// Highlights words, parts of formulas and cells that belong together.
fn light(event: &web_sys::Event, on: bool) {
    if let Some(word) = nearest(event, "[data-lights]") {
        let lights = word.get_attribute("data-lights").unwrap_or_default();
        let Some((name, part)) = lights.split_once('/') else { return };
        mark(&format!("#{name} [data-part~=\"{part}\"], [data-lights=\"{lights}\"]"), on);
    } else if let Some(cell) = nearest(event, "figure [data-part]:not([data-part=padding])") {
        let Some(figure) = cell.closest("figure").ok().flatten() else { return };
        for part in cell.get_attribute("data-part").unwrap_or_default().split_whitespace() {
            mark(&format!("[data-lights=\"{}/{part}\"]", figure.id()), on);
        }
    }
}

fn mark(selector: &str, on: bool) {
    if let Some(body) = document().body() {
        for element in all(&body, selector) {
            let _ = element.class_list().toggle_with_force("lit-part", on);
        }
    }
}

const MEANING: &str = "meaning";

/// Opens a term's meaning below it. The same click closes it.
fn explain(word: &Element, glossary: StoredValue<Vec<Term>>) {
    let open = word.get_attribute("aria-expanded").as_deref() == Some("true");
    fold();
    if open {
        return;
    }
    let key = word.get_attribute("data-term").unwrap_or_default();
    let Some(term) = glossary.with_value(|terms| terms.iter().find(|term| term.key == key).cloned()) else { return };
    let Ok(note) = document().create_element("span") else { return };
    note.set_id(MEANING);
    let _ = note.set_attribute("role", "note");
    // An entry of the glossary is a paragraph, which must not stand inside a paragraph.
    note.set_inner_html(&term.meaning.replace("<p>", "").replace("</p>", " "));
    let _ = word.set_attribute("aria-expanded", "true");
    let _ = word.set_attribute("aria-describedby", MEANING);
    let _ = word.insert_adjacent_element("afterend", &note);
}

fn fold() {
    if let Some(note) = document().get_element_by_id(MEANING) {
        note.remove();
    }
    if let Ok(Some(word)) = document().query_selector("[data-term][aria-expanded='true']") {
        let _ = word.remove_attribute("aria-expanded");
        let _ = word.remove_attribute("aria-describedby");
    }
}

/// Scrolls to the anchor once the text has arrived, which is later than the page.
fn scroll_to_anchor(scope: Scope) {
    let hash = window().location().hash().unwrap_or_default();
    let Some(id) = hash.strip_prefix('#').filter(|id| !id.is_empty()).map(String::from) else { return };
    scope.at_next_frame(move || {
        let id = js_sys::decode_uri_component(&id).map(String::from).unwrap_or(id);
        if let Some(element) = document().get_element_by_id(&id) {
            element.scroll_into_view();
        }
    });
}
