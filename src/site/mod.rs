//! The site: widgets, figures, lectures, labs and the app around them.
pub mod app;
pub mod axes;

pub mod browser;
pub mod client;
pub mod contents;
pub mod controls;
pub mod credits;
pub mod early;
pub mod fetch;
mod figure_instance;
pub mod figures;
pub mod files;
pub mod help;
pub mod home;
#[cfg(all(test, feature = "shell"))]
mod in_process;
pub mod labs;
pub mod lectures;
mod lock;
pub mod machine;
pub mod mends;
pub mod offline;
pub mod program;
pub mod progress;
pub mod scope;
pub mod shared_worker;
pub mod shortcuts;
pub mod store;
pub mod theme;
pub mod theme_switch;
pub mod url;
#[cfg(not(target_arch = "wasm32"))]
pub mod walk;
pub mod widgets;
pub mod worker;
pub mod worker_client;

/// Puts the app on the page. If the browser lacks what the book needs, only the sentence in `index.html` is shown.
pub fn start() {
    console_error_panic_hook::set_once();
    browser::without_last_slash();
    leptos::mount::mount_to_body(app::App);
    offline::keep();
}
