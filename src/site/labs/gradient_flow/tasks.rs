//! The task of the depth lab.
use crate::site::labs::task::Task;

pub const TASKS: &[Task] = &[Task {
    id: "match",
    lecture: "resnet",
    asked: "Find twins of 32 layers whose plain one keeps up: between steps 500 and 600, of 100 digits it gets at most 7 more wrong than the residual one, and the residual one at most 30. This must hold with two seeds and the same settings.",
}];
