//! Measurements of time are repeated a few times. A busy machine may delay anything once, but slow code is slow every time.

pub const TRIES: usize = 3;

/// Measurements in milliseconds, of which one must be less than a bound.
pub struct Tries {
    bound: f64,
    least: f64,
    left: usize,
}

impl Tries {
    pub fn below(bound: f64) -> Tries {
        Tries { bound, least: f64::INFINITY, left: TRIES }
    }
    /// Whether another measurement is due.
    pub fn again(&mut self) -> bool {
        let due = self.least >= self.bound && self.left > 0;
        self.left -= usize::from(due);
        due
    }
    pub fn took(&mut self, milliseconds: f64) {
        self.least = self.least.min(milliseconds);
    }
    pub fn assert(&self, what: &str) {
        assert!(self.least < self.bound, "{what} for {} ms in one piece, {TRIES} times over; the bound is {}", self.least, self.bound);
    }
}

#[test]
fn what_is_slow_every_time_fails() {
    let mut tries = Tries::below(100.0);
    while tries.again() {
        tries.took(150.0);
    }
    assert!(std::panic::catch_unwind(|| tries.assert("slow")).is_err());
    let (mut tries, mut times) = (Tries::below(100.0), [150.0, 50.0, 10.0].into_iter());
    while tries.again() {
        tries.took(times.next().expect("a time"));
    }
    assert_eq!((tries.least, times.len()), (50.0, 1));
}
