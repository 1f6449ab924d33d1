//! Closures of views with one type each. Every closure type in a view would be compiled into a view of its own, which takes some kilobytes.
use leptos::{ev, prelude::*};

/// A text, an attribute or a property that follows the state.
pub fn text(of: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(of)
}

/// Like [`text`], for a number or another value with a text.
pub fn display<T: ToString>(of: impl Fn() -> T + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(move || of().to_string())
}

/// A condition that follows the state.
pub fn flag(of: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(of)
}

/// A part of a view that is made anew whenever the state that it read changes.
pub fn part(of: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let boxed: Box<dyn Fn() -> AnyView + Send> = Box::new(of);
    boxed.into_any()
}

/// A handler for a click on a button.
pub fn on_click(done: impl Fn() + 'static) -> Box<dyn FnMut(ev::MouseEvent)> {
    Box::new(move |_| done())
}

/// A handler for an integer that is typed. Other texts change nothing. In both cases the field then shows the present value.
pub fn typed(take: impl Fn(u64) + 'static, holds: impl Fn() -> u64 + 'static) -> Box<dyn FnMut(ev::Event)> {
    Box::new(move |event| {
        if let Ok(number) = event_target_value(&event).trim().parse() {
            take(number);
        }
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&holds().to_string());
    })
}

/// A handler for any other event.
pub fn on_event<E: 'static>(heard: impl Fn(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(heard)
}
