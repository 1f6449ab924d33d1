//! The convolution desk: every product of a convolution, forward and backward, one step at a time, in the reader's own numbers.
mod addresses;
mod check;
mod code;
mod compute;
mod edits;
mod facts;
mod geometry;
mod limits;
mod matrix;
mod pair;
mod photo;
mod presets;
mod settings;
mod terms;
mod timeline;
