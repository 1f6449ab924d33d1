//! Ctrl-C: a first one is left to the command that waits for it; any other ends the program at once, and what was being written goes with it.
use std::{
    fs,
    path::PathBuf,
    process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

/// What the program then exits with, as shells count: 128 and the number of the signal.
pub const EXIT: u8 = 130;

static AWAITED: AtomicBool = AtomicBool::new(false);
static HEARD: AtomicBool = AtomicBool::new(false);
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

fn unfinished() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A command that does not call this is ended by the signal itself, as shells expect it.
fn listen() {
    // A second call is refused, and the first one holds. Where the system has no such signal, there is none to hear.
    let _ = ctrlc::set_handler(|| {
        if AWAITED.load(SeqCst) && !HEARD.swap(true, SeqCst) {
            return;
        }
        if let Some(file) = unfinished().take() {
            let _ = fs::remove_file(file);
        }
        process::exit(EXIT.into());
    });
}

/// From now on a first Ctrl-C only makes `heard` true.
pub fn wait_for_it() {
    AWAITED.store(true, SeqCst);
    listen();
}

/// Whether it has come.
pub fn heard() -> bool {
    HEARD.load(SeqCst)
}

/// The file that is to go if the program is ended now; None once it is whole or gone.
pub fn takes_along(file: Option<PathBuf>) {
    let begins = file.is_some();
    *unfinished() = file;
    if begins {
        listen();
    }
}
