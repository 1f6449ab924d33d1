//! Widgets: the parts that figures and labs share; they know nothing of networks.
mod brush;
pub mod camera;
pub mod canvas;
pub mod cells;
pub mod centre;
pub mod chart;
pub mod choice;
pub mod controls;
pub mod curves;
pub mod decode;
pub mod erased;
mod marks;
pub mod number;
pub mod pad;
pub mod picture;
pub mod save;
pub mod sheets;
pub mod thumbnail;
