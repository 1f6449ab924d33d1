//! The site teaches: widgets, figures, lectures, labs and the app around them.
