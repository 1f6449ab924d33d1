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

/// An entry in the table of lectures.
pub struct Lecture {
    /// Its address is `/lecture/<slug>`, its text `<slug>.md` in this folder.
    pub slug: &'static str,
    /// Its number in the whole book.
    pub number: usize,
    /// The part of the book to which it belongs.
    pub part: Part,
    /// Its title.
    pub title: &'static str,
    /// Its summary in the contents.
    pub summary: &'static str,
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
    Lecture {
        slug: "filters",
        number: 2,
        part: Part::Layers,
        title: "Filters made by hand",
        summary: "Edges, blur, scale and orientation, each a small table of numbers; and how a machine finds such tables by itself.",
    },
    Lecture {
        slug: "convolution",
        number: 4,
        part: Part::Layers,
        title: "Convolution",
        summary: "One sum of products, at every place: the flip, stride and dilation, channels, bias, and where the numbers lie in memory.",
    },
    Lecture {
        slug: "arithmetic",
        number: 5,
        part: Part::Layers,
        title: "The arithmetic of convolution",
        summary: "How large the output is, what each layer costs, and what padding, groups and transposition do to both.",
    },
    Lecture {
        slug: "receptive-fields",
        number: 7,
        part: Part::Layers,
        title: "What a unit sees",
        summary: "How far a unit's view reaches through strides, dilation and depth, and how little of it the unit uses.",
    },
    Lecture {
        slug: "backward",
        number: 8,
        part: Part::Layers,
        title: "The way back",
        summary: "How much each number matters to the loss: the gradients of a convolution and of the links around it, the tape, and a check that needs no trust.",
    },
    Lecture {
        slug: "lenet",
        number: 10,
        part: Part::Networks,
        title: "LeNet",
        summary: "Five layers that read digits: how they fit together, what they cost, how the first ones of 1998 differed, and what training does to them.",
    },
    Lecture {
        slug: "resnet",
        number: 17,
        part: Part::Networks,
        title: "Residual networks",
        summary: "Why deeper was worse, on the very pictures that were learned; and how a sum around every block made a hundred layers learn.",
    },
];
