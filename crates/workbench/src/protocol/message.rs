//! What goes one way or the other: a body, and byte buffers beside it.
use serde::{Deserialize, Serialize};

/// A request or an event with its buffers, which are transferred, not copied through JSON. `B` is what a buffer is: bytes, or on the page also a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message<T, B = Vec<u8>> {
    /// The number of the question that it is, or that it answers; 0 for what is said without being asked.
    pub question: u32,
    /// What is asked, or what is answered: a `Request` or an `Event` outside, an `Ask` or an `Answer` within them.
    pub body: T,
    /// Arrays beside the body; what each holds, and in which order, stands at the request or the event.
    pub buffers: Vec<B>,
}

impl<T, B> Message<T, B> {
    /// Without buffers, as question 0.
    pub fn new(body: T) -> Self {
        Message::with(body, vec![])
    }
    /// With buffers, as question 0.
    pub fn with(body: T, buffers: Vec<B>) -> Self {
        Message { question: 0, body, buffers }
    }
    /// The same as this question, or as an answer to it.
    pub fn numbered(self, question: u32) -> Self {
        Message { question, ..self }
    }
    /// The same question and buffers about something else.
    pub fn map<U>(self, into: impl FnOnce(T) -> U) -> Message<U, B> {
        Message { question: self.question, body: into(self.body), buffers: self.buffers }
    }
}

/// A named array of a buffer: `dims` in PyTorch's order without the batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Array {
    /// A layer's path or a parameter's name.
    pub name: String,
    /// What made it, as a reader of the architecture table should see it.
    pub description: String,
    /// The shape: C, H, W of an activation that is an image, O, I, H, W of kernels.
    pub dims: Vec<usize>,
}
