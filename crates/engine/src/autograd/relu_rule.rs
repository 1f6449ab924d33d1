//! How a backward pass goes through a ReLU: by its gradient, or by one of two rules that only serve to show.

/// What a ReLU gives back for the gradient dy of its output. A ReLU with a ceiling counts as one; every other operation always gives its gradient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReluRule {
    /// The gradient: dy where the input was positive (and below a ceiling), 0 elsewhere.
    #[default]
    Gradient,
    /// Guided backpropagation: the gradient where it is positive, 0 elsewhere. Source: Springenberg et al. 2014.
    Guided,
    /// Deconvnet: max(dy, 0), whatever the input was, so the ReLU itself is applied on the way back. Source: Zeiler & Fergus 2013.
    Deconvnet,
}
