//! Lectures: one Markdown file each, named in the address and listed once, here.
mod answer;
mod conventions;
pub mod exercise;
mod lecture;
mod prediction;
mod reader;
pub mod search;
mod task;

pub use lecture::show;

use crate::book::contents::{Route, route};

/// An entry in the table of lectures.
pub struct Lecture {
    /// Its address is `/lecture/<slug>`, its text `<slug>.md` in this folder.
    pub slug: &'static str,
    /// Its number in the whole book.
    pub number: usize,
    /// The part of the book to which it belongs.
    pub part: Part,
    /// Its title and its summary.
    pub route: &'static Route,
}

/// The parts of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Pictures, filters, convolution and its gradients.
    Layers,
    /// LeNet and the networks after it.
    Networks,
}

impl Part {
    /// Its heading in the contents.
    pub fn title(self) -> &'static str {
        match self {
            Part::Layers => "From the eye to the layer",
            Part::Networks => "The networks",
        }
    }
}

/// Every lecture that has been written, in the book's order.
pub const LECTURES: &[Lecture] = &[
    Lecture { slug: "filters", number: 2, part: Part::Layers, route: route("lecture/filters") },
    Lecture { slug: "convolution", number: 4, part: Part::Layers, route: route("lecture/convolution") },
    Lecture { slug: "arithmetic", number: 5, part: Part::Layers, route: route("lecture/arithmetic") },
    Lecture { slug: "receptive-fields", number: 7, part: Part::Layers, route: route("lecture/receptive-fields") },
    Lecture { slug: "backward", number: 8, part: Part::Layers, route: route("lecture/backward") },
    Lecture { slug: "lenet", number: 10, part: Part::Networks, route: route("lecture/lenet") },
    Lecture { slug: "resnet", number: 17, part: Part::Networks, route: route("lecture/resnet") },
];
