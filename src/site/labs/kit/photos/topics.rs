//! The topics of questions about photos and networks, and what exactly is wished of each.
use web_sys::File;

/// The topic of a question. At most one question of each topic is under way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The counts of all networks.
    Zoo,
    /// The photo that the settings name.
    Photo,
    /// A file that the reader has chosen. It may not be readable: until it is decoded, the settings keep their value.
    Own,
    /// A network by its name, or a reader's weight file by its name.
    Load(String),
    /// The list of class names.
    Names,
    /// The classes that a network sees.
    Classify(String),
    /// A photo on which networks are compared.
    Compare,
    /// The steps of preprocessing.
    Steps,
    /// The attribution.
    Why,
    /// The receptive field of a unit.
    Unit,
    /// The receptive fields of layers.
    Fields,
    /// The graph of a network.
    Graph,
    /// The time of each node.
    Times,
    /// The logits of a network, for its likeliest class.
    Logits,
    /// A layer on the photo.
    Layer,
    /// One number of a layer.
    Cell,
}

/// A wish: which question of its topic it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wish {
    /// Everything on which the answer depends. For a photo it is the name in the settings; for the reader's own photo the name of the photo before.
    pub key: String,
    /// The reader's own photo, and when it arrived (milliseconds).
    pub file: Option<(File, f64)>,
}

impl<S: Into<String>> From<S> for Wish {
    fn from(key: S) -> Wish {
        Wish { key: key.into(), file: None }
    }
}
