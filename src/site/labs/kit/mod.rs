//! What labs share: a worker's connection, digits, a training that is played, kept and set, and how all of it is shown.
pub mod bar;
pub mod chart;
pub mod connection;
pub mod digits;
pub mod drawn;
pub mod files;
pub mod kept;
pub mod messages;
pub mod notes;
pub mod panel;
#[cfg(all(test, feature = "shell"))]
pub mod rehearsal;
pub mod slots;
pub mod training;
