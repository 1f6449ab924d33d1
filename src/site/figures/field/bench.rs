//! The state of the figure: the settings, the unit under the pointer, and the answer for the chosen unit.
use super::{
    compute::{self, Answer},
    settings::{LONGEST, Layer, Settings, Stack},
};
use crate::{
    error::Result,
    site::url::{Controls, UrlState},
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Bench {
    pub settings: UrlState<Settings>,
    /// The row and unit under the pointer at the moment.
    pub pointed: RwSignal<Option<[usize; 2]>>,
    /// The settings with that unit chosen.
    pub asked: Memo<Settings>,
    pub answer: Memo<Result<Answer>>,
    /// Why the layers are not what the reader asked for, and the layers and padding for which this was said.
    refused: RwSignal<Option<(Stack, bool, String)>>,
}

/// Which number of a layer.
#[derive(Clone, Copy)]
pub struct Number {
    pub name: &'static str,
    pub ends: [usize; 2],
    pub get: fn(&Layer) -> usize,
    pub set: fn(&mut Layer, usize),
}

impl Bench {
    pub fn here() -> Bench {
        let settings = UrlState::<Settings>::here();
        let pointed = RwSignal::new(None::<[usize; 2]>);
        let asked = Memo::new(move |_| {
            let mut asked = settings.get();
            if let Some(unit) = pointed.get() {
                asked.ask(unit);
            }
            asked
        });
        let answer = Memo::new(move |_| asked.with(compute::answer));
        let refused = RwSignal::new(None::<(Stack, bool, String)>);
        // A message about other layers is not shown again when they come back.
        Effect::new(move |_| {
            let other =
                refused.with(|said| said.as_ref().is_some_and(|(stack, pad, _)| settings.with(|s| s.stack != *stack || s.pad != *pad)));
            if other {
                refused.set(None);
            }
        });
        Bench { settings, pointed, asked, answer, refused }
    }

    /// Why the layers are not what was asked for. Empty if they are.
    pub fn reason(&self) -> String {
        self.refused.with(|refused| refused.as_ref().map_or(String::new(), |(.., why)| why.clone()))
    }
    fn say(&self, why: Option<String>) {
        self.refused.set(why.map(|why| self.settings.with_untracked(|s| (s.stack.clone(), s.pad, why))));
    }

    /// Sets a number of a layer to `asked`, or to the largest value below it that leaves every layer a unit.
    pub fn turn(&self, at: usize, number: Number, asked: usize) {
        let Number { name, ends: [least, most], set, .. } = number;
        let fits = |value: &usize| {
            let mut changed = self.settings.get_untracked();
            set(&mut changed.stack.0[at], *value);
            changed.least().is_some()
        };
        let within = asked.clamp(least, most);
        let Some(value) = (least..=within).rev().find(fits) else { return };
        self.settings.commit(|s| set(&mut s.stack.0[at], value));
        let why = if value != within {
            Some(format!(
                "With {name} {within} in layer {}, some layer would have no unit left, even on {LONGEST} cells, the longest input: {value} is the most that fits.",
                at + 1
            ))
        } else {
            (within != asked).then(|| format!("A layer's {name} is here {least} at least and {most} at most."))
        };
        self.say(why);
    }

    /// Makes a layer a pooling or a convolution, unless another layer would lose all its units.
    pub fn make(&self, at: usize, pool: bool) {
        let mut changed = self.settings.get_untracked();
        changed.stack.0[at].pool = pool;
        let fits = changed.clone().fitted().stack.0.len() == changed.stack.0.len();
        if fits {
            self.settings.commit(|s| s.stack = changed.stack);
        }
        let kind = if pool { "pooling" } else { "convolution" };
        self.say(
            (!fits)
                .then(|| format!("With a {kind} there, some layer would have no unit left, even on {LONGEST} cells, the longest input.")),
        );
    }

    /// Moves to a neighbour in the row, or to the nearest unit in another row.
    pub fn walk(&self, along: isize, up: isize) {
        self.pointed.set(None);
        self.settings.commit(|s| {
            let ([row, unit], rows) = (s.unit(), s.rows());
            let next = row.saturating_add_signed(up).clamp(1, rows.len() - 1);
            let unit = if next == row {
                unit.saturating_add_signed(along).min(rows[row].units - 1)
            } else {
                // The unit at the same relative position.
                let share = unit as f64 / (rows[row].units - 1).max(1) as f64;
                (share * (rows[next].units - 1) as f64).round() as usize
            };
            s.ask([next, unit]);
        });
    }
}
