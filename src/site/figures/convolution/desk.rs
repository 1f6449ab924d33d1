//! The state of the figure: the settings, what follows from them, and what the reader points at.
use super::{
    compute::{Convolution, Grid, Term},
    settings::Settings,
};
use crate::{error::Result, site::url::UrlState};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pointed {
    Input(usize),
    Weight(usize),
    Output(usize),
}

#[derive(Clone, Copy)]
pub struct Desk {
    pub settings: UrlState<Settings>,
    pub convolution: Memo<Convolution>,
    pub output: Memo<Result<Grid>>,
    /// What is under the pointer at the moment.
    pub pointed: RwSignal<Option<Pointed>>,
    /// The row and column of the chosen cell in the output.
    pub place: Memo<[usize; 2]>,
    pub terms: Memo<Vec<Term>>,
    /// For each cell of the input, and of the output, whether it belongs to what is under the pointer.
    pub lit_input: Memo<Vec<bool>>,
    pub lit_output: Memo<Vec<bool>>,
}

impl Desk {
    pub fn here() -> Self {
        let settings = UrlState::<Settings>::here();
        let pointed = RwSignal::new(None);
        let convolution = Memo::new(move |_| settings.with(Settings::convolution));
        let output = Memo::new(move |_| convolution.with(Convolution::output));
        let size = move || settings.with(Settings::output_size);
        let place = Memo::new(move |_| {
            let cell = match pointed.get() {
                Some(Pointed::Output(cell)) => cell.min(size() * size() - 1),
                _ => settings.with(|s| s.cell),
            };
            [cell / size(), cell % size()]
        });
        let terms = Memo::new(move |_| {
            let [row, column] = place.get();
            convolution.with(|c| c.terms(row, column))
        });
        // For every cell of the output, the cells of the input that it reads.
        let reads = Memo::new(move |_| {
            let size = size();
            let terms = |cell: usize| convolution.with(|c| c.terms(cell / size, cell % size));
            let indices = |cell| terms(cell).iter().map(|term| term.index).collect::<Vec<_>>();
            (0..size * size).map(indices).collect::<Vec<_>>()
        });
        let lit_input = Memo::new(move |_| {
            let mut lit = vec![false; convolution.with(|c| c.input.values.len())];
            if let Some(Pointed::Weight(tap)) = pointed.get() {
                reads.with(|reads| reads.iter().filter_map(|cell| cell.get(tap).copied().flatten()).for_each(|index| lit[index] = true));
            }
            lit
        });
        let lit_output = Memo::new(move |_| match pointed.get() {
            Some(Pointed::Input(index)) => reads.with(|reads| reads.iter().map(|cell| cell.contains(&Some(index))).collect()),
            Some(Pointed::Weight(_)) => vec![true; size() * size()],
            _ => vec![],
        });
        Desk { settings, convolution, output, pointed, place, terms, lit_input, lit_output }
    }

    /// Moves the chosen cell by `by`, row by row. Returns false at the end, where it stays.
    pub fn step(&self, by: isize) -> bool {
        let (cell, cells) = self.settings.with_untracked(|s| (s.cell, s.output_size().pow(2)));
        let next = cell.checked_add_signed(by).filter(|&next| next < cells);
        if let Some(next) = next {
            self.look_at(next);
        }
        next.is_some()
    }

    /// Chooses a cell, without an entry in the history.
    pub fn look_at(&self, cell: usize) {
        self.pointed.set(None);
        self.settings.preview(|s| s.cell = cell);
    }

    /// Writes the chosen cell into the address.
    pub fn keep(&self) {
        let cell = self.settings.with_untracked(|s| s.cell);
        self.settings.replace(|s| s.cell = cell);
    }
}
