//! The ids of a bench's elements: several benches may stand on one page.
use crate::site::url::FigureInstance;

/// The id of an element of the bench that stands here.
pub fn id(own: &str) -> String {
    FigureInstance::id(&format!("filters-{own}"))
}
