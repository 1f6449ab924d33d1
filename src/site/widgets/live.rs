//! What changes in a view, and what the reader does to it, as closures of a few types: the machinery under a view is compiled once for each
//! type, and every closure is a type of its own. A large figure written with these is half as large.
use leptos::{ev, prelude::*};

type Doing<E> = Box<dyn FnMut(E)>;

/// A text or an attribute.
pub fn text<T: ToString>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(move || read().to_string())
}

/// Whether an attribute or a class is there.
pub fn flag(read: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(read)
}

/// A part of the page that is made anew.
pub fn view(make: impl FnMut() -> AnyView + Send + 'static) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(make)
}

pub fn click(act: impl FnMut(ev::MouseEvent) + 'static) -> Doing<ev::MouseEvent> {
    Box::new(act)
}
/// A control's `input`, `change` or `toggle`.
pub fn event(act: impl FnMut(ev::Event) + 'static) -> Doing<ev::Event> {
    Box::new(act)
}
pub fn key(act: impl FnMut(ev::KeyboardEvent) + 'static) -> Doing<ev::KeyboardEvent> {
    Box::new(act)
}
pub fn pointer(act: impl FnMut(ev::PointerEvent) + 'static) -> Doing<ev::PointerEvent> {
    Box::new(act)
}
pub fn focus(act: impl FnMut(ev::FocusEvent) + 'static) -> Doing<ev::FocusEvent> {
    Box::new(act)
}
