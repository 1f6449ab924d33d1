//! The error type of all crates. An error says what was attempted, what was expected and what was found. A panic in a library's code becomes an error, too.
use std::{
    cell::Cell,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

/// The result of everything that can be refused.
pub type Result<T> = std::result::Result<T, Error>;

/// The reason why something was refused or failed, together with what was attempted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// Shapes or settings that do not fit an operation.
    #[error("{op}: {detail}")]
    Shape {
        /// The operation, by the name its `Op` gives.
        op: &'static str,
        /// What was expected and what was found.
        detail: String,
    },
    /// An operation that is left out on purpose, or one that a device refuses.
    #[error("{op} is not supported: {detail}")]
    Unsupported {
        /// What was asked for.
        op: String,
        /// Why it is not there.
        detail: String,
    },
    /// A device that is missing or that does not match the others.
    #[error("device: {0}")]
    Device(String),
    /// Something that exceeds a device's limits or its memory. A larger device may do it.
    #[error("device: {0}")]
    TooLarge(String),
    /// The GPU was taken away, because its driver was reset or the computer slept. Its memory is gone.
    #[error("the GPU was lost: {0}")]
    Lost(String),
    /// A parameter that a weight file lacks, or that has another shape there.
    #[error("weight {name:?}: {detail}")]
    Weights {
        /// The parameter, by its key in the weight file.
        name: String,
        /// What was expected and what was found.
        detail: String,
    },
    /// A file that does not hold what its name promises.
    #[error("{file}: {detail}")]
    Data {
        /// The file's name, or what else was read.
        file: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl Error {
    /// An [`Error::Shape`]: `op` is the operation, `detail` what was expected and what was found.
    pub fn shape(op: &'static str, detail: impl Into<String>) -> Self {
        Error::Shape { op, detail: detail.into() }
    }
    /// An [`Error::Data`]: `file` is where it was read, `detail` what is wrong with it.
    pub fn data(file: impl Into<String>, detail: impl Into<String>) -> Self {
        Error::Data { file: file.into(), detail: detail.into() }
    }
    /// An [`Error::Weights`]: `name` is the parameter, `detail` what was expected and what was found.
    pub fn weights(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Error::Weights { name: name.into(), detail: detail.into() }
    }
    /// An [`Error::Unsupported`]: `op` is what was asked for, `detail` why it is not there.
    pub fn unsupported(op: impl Into<String>, detail: impl Into<String>) -> Self {
        Error::Unsupported { op: op.into(), detail: detail.into() }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread will be caught and reported as an error.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Runs `read`. A panic in it becomes an error about `file`. In WebAssembly a panic cannot be caught: it ends the program.
pub fn guarded<T>(file: &str, read: impl FnOnce() -> Result<T>) -> Result<T> {
    let outer = GUARDED.replace(true);
    let caught = catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(outer);
    caught.unwrap_or_else(|panic| {
        let why = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
        Err(Error::data(file, format!("it is so damaged, or so unusual, that what should read it failed: {why}")))
    })
}

/// Like [`guarded`], for a future.
pub async fn guarded_future<T>(file: &str, future: impl Future<Output = Result<T>>) -> Result<T> {
    let mut future = pin!(future);
    poll_fn(|context| match guarded(file, || Ok(future.as_mut().poll(context))) {
        Ok(poll) => poll,
        Err(error) => Poll::Ready(Err(error)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_the_error_of_its_file() {
        let numbers: Vec<u32> = vec![];
        let said = |error: Result<u32>| error.unwrap_err().to_string();
        let message = said(guarded("bad.png", || Ok(numbers[3])));
        assert!(message.starts_with("bad.png: ") && message.ends_with("the len is 0 but the index is 3"), "{message}");
        assert!(said(pollster::block_on(guarded_future("bad.json", async { panic!("of {}", 1) }))).ends_with("failed: of 1"));
        assert_eq!(guarded("good", || Ok(is_guarded())), Ok(true));
        assert!(!is_guarded());
    }
}
