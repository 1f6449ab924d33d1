//! Widgets: the parts that figures and labs share; they know nothing of networks.
pub mod choice;
