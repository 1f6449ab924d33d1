//! The built site in a real Chromium: `trunk build --release`, then `cargo test --test e2e`. Without a browser or a site the tests fail and say what to do.
#![cfg(not(target_arch = "wasm32"))]
mod accessibility;
mod brought;
mod classify;
mod containers;
#[cfg(feature = "site")]
mod controls;
mod desk;
#[cfg(feature = "site")]
mod early;
mod field;
mod filters;
#[cfg(feature = "site")]
mod first_screen;
mod folder;
mod gradient_flow;
mod held_up;
mod inspect;
mod keyboard;
#[cfg(feature = "site")]
mod leaving;
#[cfg(feature = "site")]
mod lectures;
mod loading;
mod offline;
mod origin;
mod pages;
mod plain_host;
mod policy;
mod programs;
mod releases;
mod requests;
mod speed;
mod static_host;
mod tabs;
mod tasks;
mod training;
mod tries;
mod trouble;
mod zoo;

use reader::{browser, host, page, visit};
