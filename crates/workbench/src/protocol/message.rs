//! A message in either direction: a body, and byte buffers beside it.
use serde::{Deserialize, Serialize};

/// A request or an event with its buffers, which are transferred and not copied through JSON. `B` is the type of a buffer: bytes, or on the page also a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message<T, B = Vec<u8>> {
    /// The number of this question, or of the question that this answers. 0 for reports that nobody asked for.
    pub question: u32,
    /// The question or answer: a `Request` or an `Event`; inside them an `Ask` or an `Answer`.
    pub body: T,
    /// Arrays beside the body. The request or event says what each one holds, and in which order.
    pub buffers: Vec<B>,
}

impl<T, B> Message<T, B> {
    /// A message without buffers, with question number 0.
    pub fn new(body: T) -> Self {
        Message::with(body, vec![])
    }
    /// A message with buffers, with question number 0.
    pub fn with(body: T, buffers: Vec<B>) -> Self {
        Message { question: 0, body, buffers }
    }
    /// The same message with this question number.
    pub fn numbered(self, question: u32) -> Self {
        Message { question, ..self }
    }
    /// The same question number and buffers with another body.
    pub fn map<U>(self, into: impl FnOnce(T) -> U) -> Message<U, B> {
        Message { question: self.question, body: into(self.body), buffers: self.buffers }
    }
}

/// A named array in a buffer. `dims` is in PyTorch's order, without the batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Array {
    /// A layer's path or a parameter's name.
    pub name: String,
    /// The description of the layer that made it, as in the table of the architecture.
    pub description: String,
    /// The shape: C, H, W for an activation that is an image, O, I, H, W for kernels.
    pub dims: Vec<usize>,
}
