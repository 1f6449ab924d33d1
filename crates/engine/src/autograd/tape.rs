//! The tape: operations in the order they ran.
use super::Op;
use crate::tensor::{Shape, Tensor};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

/// One line of the tape: an operation that ran, or a leaf.
pub struct Entry {
    /// The operation. None for a leaf, which is an input or a parameter.
    pub op: Option<Box<dyn Op>>,
    /// The lines that made the inputs. None for a constant.
    pub inputs: Vec<Option<usize>>,
    /// The values of the inputs, which the backward pass needs. Empty for a leaf.
    pub x: Vec<Tensor>,
    /// The value of the output; for a leaf its own value.
    pub y: Tensor,
}

impl Entry {
    /// The number of multiply-adds.
    pub fn macs(&self) -> u64 {
        self.op.as_ref().map_or(0, |op| op.macs(&self.x.iter().map(Tensor::shape).collect::<Vec<&Shape>>(), self.y.shape()))
    }
}

#[derive(Default)]
pub(super) struct Lines {
    /// Set if the gradients of parameters are not needed.
    frozen: bool,
    pub(super) entries: Vec<Entry>,
    pub(super) params: BTreeMap<String, usize>,
}

/// The autograd graph of one forward pass, as a list of operations. Clones share the list. Each variable on the tape holds such a clone, so
/// the recorded values live as long as any of them.
#[derive(Clone, Default)]
pub struct Tape(pub(super) Rc<RefCell<Lines>>);

impl Tape {
    /// A tape on which parameters are constants (torch's requires_grad = False). Only the gradients of inputs and activations are computed, for half the work.
    pub fn frozen() -> Tape {
        Tape(Rc::new(RefCell::new(Lines { frozen: true, ..Lines::default() })))
    }
    pub(super) fn is_frozen(&self) -> bool {
        self.0.borrow().frozen
    }
    pub(super) fn push(&self, entry: Entry) -> usize {
        let entries = &mut self.0.borrow_mut().entries;
        entries.push(entry);
        entries.len() - 1
    }
    /// The line of a leaf. A parameter has one line, however often it is read.
    pub(super) fn leaf(&self, param: Option<&str>, value: &Tensor) -> usize {
        let known = param.and_then(|name| self.0.borrow().params.get(name).copied());
        known.unwrap_or_else(|| {
            let line = self.push(Entry { op: None, inputs: vec![], x: vec![], y: value.clone() });
            if let Some(name) = param {
                self.0.borrow_mut().params.insert(name.into(), line);
            }
            line
        })
    }
    /// Reads the lines, to show or count them.
    pub fn read<R>(&self, look: impl FnOnce(&[Entry]) -> R) -> R {
        look(&self.0.borrow().entries)
    }
    /// The multiply-adds of everything that ran.
    pub fn macs(&self) -> u64 {
        self.read(|entries| entries.iter().map(Entry::macs).sum())
    }
}
