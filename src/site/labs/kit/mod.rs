//! The kit that labs share: a connection to a worker, digits, a training with its settings and kept runs, and their views.
pub mod bar;
pub mod chart;
pub mod connection;
pub mod digits;
pub mod drawn;
pub mod earlier;
pub mod experiments;
pub mod files;
pub mod kept;
pub mod messages;
pub mod notes;
pub mod panel;
pub mod photos;
pub mod points;
#[cfg(all(test, feature = "shell"))]
pub mod rehearsal;
pub mod run;
pub mod slots;
pub mod training;
