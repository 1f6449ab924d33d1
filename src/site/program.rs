//! Programs that are fetched on demand: a large figure or lab has one of its own (`wasm_split`; script/finish-dist takes them apart).
use super::fetch::NEWER;
use leptos::prelude::*;
use std::{future::Future, pin::Pin};

/// What comes at once, or once its program has been fetched.
pub type Coming<T> = Pin<Box<dyn Future<Output = Result<T, Missing>> + Send>>;

/// A program that could not be fetched.
#[derive(Clone, Debug, thiserror::Error)]
#[error("The program of this part of the page could not be fetched.{NEWER}")]
pub struct Missing;

impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Missing
    }
}

/// What is there at once.
pub fn here<T: Send + 'static>(value: T) -> Coming<T> {
    Box::pin(std::future::ready(Ok(value)))
}

/// Shows a view when it comes, or says that it does not.
pub fn show(view: Coming<AnyView>) -> AnyView {
    let shown = async move {
        view.await.unwrap_or_else(|error| view! { <p class="message error" role="alert">{error.to_string()}</p> }.into_any())
    };
    Suspend::new(shown).into_any()
}
