//! Painting in slices: a frame changes a limited number of cells, and the rest waits for the next frame, so that no control blocks the page.
use crate::site::scope::Scope;
use leptos::prelude::request_animation_frame;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// The number of cells that one frame may change. Chromium takes 0.05–0.1 ms for the style of one cell.
const SHARE: usize = 200;

type Work = Rc<dyn Fn()>;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(SHARE) };
    static WAITING: RefCell<Vec<Work>> = const { RefCell::new(vec![]) };
    /// Whether the next frame has been requested.
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// The number of these cells that this frame may still change.
pub fn share(cells: usize) -> usize {
    let taken = LEFT.get().min(cells);
    LEFT.set(LEFT.get() - taken);
    if taken > 0 {
        ask();
    }
    taken
}

/// Whether this frame may still create this number of cells at once. If nothing was done in it yet, any number is allowed.
pub fn whole(cells: usize) -> bool {
    let wanted = cells.min(SHARE);
    LEFT.get() >= wanted && share(wanted) == wanted
}

/// Runs `work` in the next frame, after work that has waited longer, unless its part of the page is gone.
pub fn later(scope: Scope, work: impl Fn() + 'static) {
    let work = move || {
        scope.run(&work);
    };
    WAITING.with_borrow_mut(|waiting| waiting.push(Rc::new(work)));
    ask();
}

fn ask() {
    if ASKED.replace(true) {
        return;
    }
    request_animation_frame(|| {
        ASKED.set(false);
        LEFT.set(SHARE);
        // The list is taken out first, because work that is not finished is added again.
        let mut works = WAITING.take().into_iter();
        while LEFT.get() > 0
            && let Some(work) = works.next()
        {
            work();
        }
        let rest: Vec<Work> = works.collect();
        if !rest.is_empty() {
            WAITING.with_borrow_mut(|waiting| waiting.splice(0..0, rest).for_each(drop));
            ask();
        }
    });
}
