//! The convolution desk: every product of a convolution, forward and backward, one step at a time, in the reader's own numbers.
mod compute;
mod edits;
mod geometry;
mod limits;
mod pair;
mod photo;
mod presets;
mod settings;
mod terms;
mod timeline;
