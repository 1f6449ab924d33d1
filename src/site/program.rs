//! Lazy loading: a large figure or lab is a program of its own, which is fetched on demand (`wasm_split`; script/finish-dist takes the programs apart).
use super::{fetch::NEWER, scope::Scope};
use leptos::prelude::*;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// A value that is there at once, or once its program has been fetched.
pub type Loading<T> = Pin<Box<dyn Future<Output = Result<T, NotLoaded>> + Send>>;

/// The program could not be fetched.
#[derive(Clone, Debug, thiserror::Error)]
#[error("The program of this part of the page could not be fetched.{NEWER}")]
pub struct NotLoaded;

impl From<wasm_split_helpers::SplitLoaderError> for NotLoaded {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        NotLoaded
    }
}

/// A value that is there at once.
pub fn here<T: Send + 'static>(value: T) -> Loading<T> {
    Box::pin(std::future::ready(Ok(value)))
}

/// Shows a view when it has arrived, or an error if it does not. What stood in its place is removed at once, since it would follow state that is gone.
pub fn show(mut view: Loading<AnyView>) -> AnyView {
    let shown = |view: Result<AnyView, NotLoaded>| {
        view.unwrap_or_else(|error| view! { <p class="message error" role="alert">{error.to_string()}</p> }.into_any())
    };
    if let Poll::Ready(view) = view.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        return shown(view);
    }
    let come = RwSignal::new_local(None::<AnyView>);
    Scope::here().spawn(async move { come.set(Some(shown(view.await))) });
    let place: Box<dyn Fn() -> Option<AnyView> + Send> = Box::new(move || {
        come.track();
        come.try_update_untracked(Option::take).flatten()
    });
    place.into_any()
}
