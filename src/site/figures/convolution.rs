//! placeholder for compile
use leptos::prelude::*;
pub const FIGURE: super::Figure =
    super::Figure { id: "convolution", title: "Convolution", caption: "", view: || view! { <p></p> }.into_any() };
