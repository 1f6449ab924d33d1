//! A read-back that is under way. It may be awaited, left, and awaited again, so that requests are handled in between.
use engine::{
    Result,
    tensor::{Tensor, read_all},
};
use std::{future::Future, pin::Pin};

type Values = Result<Vec<Vec<f32>>>;

pub(super) struct Reading<T> {
    pub about: T,
    /// When it was begun, in the host's seconds.
    pub began: f64,
    values: Pin<Box<dyn Future<Output = Values>>>,
}

impl<T> Reading<T> {
    pub(super) fn new(about: T, tensors: Vec<Tensor>, began: f64) -> Self {
        Reading { about, began, values: Box::pin(async move { read_all(&tensors.iter().collect::<Vec<_>>()).await }) }
    }
    /// The values of each tensor. It must not be called again after it has returned.
    pub(super) async fn values(&mut self) -> Values {
        self.values.as_mut().await
    }
}
