//! A frame's share of painting: so many cells change in one frame, and what is more waits for the next, so that no control holds up the page.
use crate::site::scope::Scope;
use leptos::prelude::request_animation_frame;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Cells that one frame may change. Chromium takes 0.05–0.1 ms for the style of one.
const SHARE: usize = 200;

type Work = Rc<dyn Fn()>;

thread_local! {
    static LEFT: Cell<usize> = const { Cell::new(SHARE) };
    static WAITING: RefCell<Vec<Work>> = const { RefCell::new(vec![]) };
    /// Whether the next frame is asked for.
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// How many of these cells this frame may still change.
pub fn share(cells: usize) -> usize {
    let taken = LEFT.get().min(cells);
    LEFT.set(LEFT.get() - taken);
    if taken > 0 {
        ask();
    }
    taken
}

/// Whether this frame may still make so many cells at once: any number if nothing was done in it yet.
pub fn whole(cells: usize) -> bool {
    let wanted = cells.min(SHARE);
    LEFT.get() >= wanted && share(wanted) == wanted
}

/// Does this for a part of the page in the next frame, after what has been waiting for longer.
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
        // Taken out first: what is not done with its share comes again.
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
