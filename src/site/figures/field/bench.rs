//! The state of the figure: what is set, the unit under the pointer, and what follows for the unit that is asked.
use super::{
    compute::{self, Answer},
    settings::Settings,
};
use crate::{error::Result, site::url::UrlState};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Bench {
    pub settings: UrlState<Settings>,
    /// Row and unit under the pointer, for as long as it is there.
    pub pointed: RwSignal<Option<[usize; 2]>>,
    /// The settings with that unit asked.
    pub asked: Memo<Settings>,
    pub answer: Memo<Result<Answer>>,
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
        Bench { settings, pointed, asked, answer }
    }

    /// Moves to a neighbour in the row, or to the unit nearest to it in another row.
    pub fn walk(&self, along: isize, up: isize) {
        self.pointed.set(None);
        self.settings.commit(|s| {
            let ([row, unit], rows) = (s.unit(), s.rows());
            let next = row.saturating_add_signed(up).clamp(1, rows.len() - 1);
            let unit = if next == row {
                unit.saturating_add_signed(along).min(rows[row].units - 1)
            } else {
                // The same share of the way.
                let share = unit as f64 / (rows[row].units - 1).max(1) as f64;
                (share * (rows[next].units - 1) as f64).round() as usize
            };
            s.ask([next, unit]);
        });
    }
}
