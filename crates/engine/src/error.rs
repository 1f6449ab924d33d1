//! The one error type: what was attempted, what was expected and what was found.
pub type Result<T> = std::result::Result<T, Error>;

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// Shapes or settings that do not fit an operation.
    #[error("{op}: {detail}")]
    Shape { op: &'static str, detail: String },
    /// An operation that is left out on purpose, or that a device refuses.
    #[error("{op} is not supported: {detail}")]
    Unsupported { op: String, detail: String },
    /// A device that is missing, mixed up or out of its limits.
    #[error("device: {0}")]
    Device(String),
    /// The GPU was taken away: the driver was reset, the laptop slept. What was on it is gone.
    #[error("the GPU was lost: {0}")]
    Lost(String),
    /// A parameter that a weight file lacks, or has in another shape.
    #[error("weight {name:?}: {detail}")]
    Weights { name: String, detail: String },
    /// A file that is not what its name promised.
    #[error("{file}: {detail}")]
    Data { file: String, detail: String },
}

impl Error {
    pub fn shape(op: &'static str, detail: impl Into<String>) -> Self {
        Error::Shape { op, detail: detail.into() }
    }
    pub fn data(file: impl Into<String>, detail: impl Into<String>) -> Self {
        Error::Data { file: file.into(), detail: detail.into() }
    }
    pub fn weights(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Error::Weights { name: name.into(), detail: detail.into() }
    }
    pub fn unsupported(op: impl Into<String>, detail: impl Into<String>) -> Self {
        Error::Unsupported { op: op.into(), detail: detail.into() }
    }
}
