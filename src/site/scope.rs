//! Scopes: an answer, a timer or a frame arrives later than it was asked for. If the part of the page that it is meant for is gone, nothing happens.
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use std::{
    future::{Future, poll_fn},
    task::Poll,
    time::Duration,
};

/// A part of the page as a scope: a lab, a figure, the whole app. Everything in the site that waits goes through a scope
/// (`tests/it/floors.rs` checks this), so that no late answer meets state that is gone.
///
/// In native tests there is no browser: timers never fire, frames never come, and work goes on when `later::turn` is called.
#[derive(Clone, Copy)]
pub struct Scope(StoredValue<WeakOwner>);

impl Scope {
    /// The part that is being made. Its scope ends when the part is removed or made again.
    pub fn here() -> Scope {
        Scope(StoredValue::new(Owner::current().unwrap_or_default().downgrade()))
    }

    /// Runs `act` as a part of the scope: what it makes is removed together with the scope. None if the scope has ended, and `act` was not run.
    pub fn run<T>(self, act: impl FnOnce() -> T) -> Option<T> {
        let owner = self.0.try_get_value()?.upgrade()?;
        Some(owner.with(act))
    }

    /// Runs a future until it is done or the scope has ended.
    pub fn spawn(self, work: impl Future<Output = ()> + 'static) {
        let mut work = Box::pin(work);
        let work = poll_fn(move |context| self.run(|| work.as_mut().poll(context)).unwrap_or(Poll::Ready(())));
        #[cfg(target_arch = "wasm32")]
        leptos::task::spawn_local(work);
        #[cfg(not(target_arch = "wasm32"))]
        later::spawn(work);
    }

    /// Runs `act` after this time.
    pub fn after(self, wait: Duration, act: impl FnOnce() + 'static) {
        let late = move || {
            self.run(act);
        };
        if cfg!(target_arch = "wasm32") {
            set_timeout(late, wait);
        }
    }

    /// Runs `act` each time this interval has passed, until the handle is cleared or the scope has ended. None if the browser refuses.
    pub fn every(self, wait: Duration, act: impl Fn() + 'static) -> Option<IntervalHandle> {
        let again = move || {
            self.run(&act);
        };
        let handle = set_interval_with_handle(again, wait).ok()?;
        self.run(|| on_cleanup(move || handle.clear()));
        Some(handle)
    }

    /// Runs `act` before the next frame is painted.
    pub fn at_next_frame(self, act: impl FnOnce() + 'static) {
        let late = move || {
            self.run(act);
        };
        if cfg!(target_arch = "wasm32") {
            request_animation_frame(late);
        }
    }

    /// `act` as a callback for a worker or an observer. It does nothing once the scope has ended.
    pub fn guard<T>(self, act: impl Fn(T) + 'static) -> impl Fn(T) + 'static {
        move |value| {
            self.run(|| act(value));
        }
    }
}

/// Waiting work, where no browser drives it.
#[cfg(not(target_arch = "wasm32"))]
pub mod later {
    use std::{
        cell::RefCell,
        future::Future,
        pin::Pin,
        task::{Context, Waker},
    };

    type Work = Pin<Box<dyn Future<Output = ()>>>;

    thread_local! {
        static WAITING: RefCell<Vec<Work>> = const { RefCell::new(vec![]) };
    }

    pub(super) fn spawn(work: impl Future<Output = ()> + 'static) {
        WAITING.with_borrow_mut(|waiting| waiting.push(Box::pin(work)));
    }

    /// Runs all waiting work as far as possible.
    pub fn turn() {
        // The list is taken out first, because work may start other work.
        let mut work = WAITING.take();
        work.retain_mut(|work| work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        WAITING.with_borrow_mut(|waiting| waiting.extend(work));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::Cell, rc::Rc};

    #[test]
    fn what_comes_after_its_part_is_gone_does_nothing() {
        let page = Owner::new();
        let heard = Rc::new(Cell::new(0));
        let (scope, state) = page.with(|| (Scope::here(), RwSignal::new(0)));
        let answer = scope.guard({
            let heard = heard.clone();
            move |value: i32| {
                state.set(state.get_untracked() + value);
                heard.set(state.get_untracked());
            }
        });
        answer(2);
        answer(3);
        assert_eq!(heard.get(), 5);
        page.cleanup();
        answer(7);
        assert_eq!(heard.get(), 5);
        assert_eq!(scope.run(|| 1), None);
    }

    #[test]
    fn a_part_that_is_made_anew_hears_nothing_of_what_the_old_one_asked() {
        let page = Owner::new();
        let old = page.with(Scope::here);
        let new = page.with_cleanup(Scope::here);
        assert_eq!((old.run(|| 1), new.run(|| 1)), (None, Some(1)));
    }

    #[test]
    fn what_is_made_by_a_late_answer_goes_with_its_part() {
        let page = Owner::new();
        let scope = page.with(Scope::here);
        let made = scope.run(|| RwSignal::new(1)).expect("the page is there");
        assert_eq!(made.try_get_untracked(), Some(1));
        page.cleanup();
        assert_eq!(made.try_get_untracked(), None);
    }
}
