//! What follows the state, as one type each: every closure of its own in a view would be compiled into a view of its own, some kilobytes of the page.
use leptos::{ev, prelude::*};

/// A text, an attribute or a property.
pub fn text(of: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(of)
}

/// The same of a number or a fixed word.
pub fn display<T: ToString>(of: impl Fn() -> T + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(move || of().to_string())
}

/// A condition.
pub fn flag(of: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(of)
}

/// A part of a view that is made anew whenever the state that it read changes.
pub fn part(of: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let boxed: Box<dyn Fn() -> AnyView + Send> = Box::new(of);
    boxed.into_any()
}

/// A press of a button.
pub fn on_click(done: impl Fn() + 'static) -> Box<dyn FnMut(ev::MouseEvent)> {
    Box::new(move |_| done())
}

/// A whole number that was typed. What is none changes nothing; either way the field then shows what holds.
pub fn typed(take: impl Fn(u64) + 'static, holds: impl Fn() -> u64 + 'static) -> Box<dyn FnMut(ev::Event)> {
    Box::new(move |event| {
        if let Ok(number) = event_target_value(&event).trim().parse() {
            take(number);
        }
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&holds().to_string());
    })
}

/// Any other event.
pub fn on_event<E: 'static>(heard: impl Fn(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(heard)
}
