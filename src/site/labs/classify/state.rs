//! The lab's data as plain values.
use crate::{
    site::widgets::canvas::Pixels,
    workbench::protocol::{
        DeviceChoice,
        photos::{Answer, Guess},
    },
};
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub device: DeviceChoice,
    pub top: Vec<Guess>,
    pub preparing: f32,
    pub reading: f32,
    /// Milliseconds from a new photo's file to these classes.
    pub from_file: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Pictures {
    pub answer: Answer,
    pub pictures: Vec<Arc<Pixels>>,
}
