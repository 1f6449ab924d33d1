//! Numbers of the command line: the least and the most that each may be. Anything else is refused with its flag, both ends and what was given.
use clap::{Arg, Command, Error, builder::TypedValueParser};
use receptive::workbench::protocol::speed;
use std::{ffi::OsStr, fmt::Display, str::FromStr};

/// The least and the most that a number may be.
#[derive(Clone, Copy)]
pub struct Ends<T>(T, T);

pub const EPOCHS: Ends<usize> = Ends(1, 100_000);
pub const SEED: Ends<u64> = Ends(0, u64::MAX);
pub const RATE: Ends<f32> = Ends(0.0, 1000.0);
/// Of the rate.
pub const FINAL_RATE: Ends<f32> = Ends(0.0, 1.0);
pub const WEIGHT_DECAY: Ends<f32> = Ends(0.0, 1000.0);
/// 0: all of them.
pub const DIGITS: Ends<usize> = Ends(0, 1_000_000);
// What follows ends where the workbench ends it.
pub const BATCH: Ends<usize> = Ends(1, 4096);
pub const DROPOUT: Ends<f32> = Ends(0.0, 0.95);
pub const SHIFT: Ends<f32> = Ends(0.0, 28.0);
pub const TURN: Ends<f32> = Ends(0.0, 180.0);
pub const RUNS: Ends<usize> = Ends(speed::RUNS[0], speed::RUNS[1]);

/// A kind of number, by the word that a refusal has for it.
pub trait Number: FromStr + PartialOrd + Display + Copy + Send + Sync + 'static {
    const KIND: &'static str;
}
impl Number for f32 {
    const KIND: &'static str = "a number";
}
impl Number for u64 {
    const KIND: &'static str = "a whole number";
}
impl Number for usize {
    const KIND: &'static str = "a whole number";
}

impl<T: Number> TypedValueParser for Ends<T> {
    type Value = T;
    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<T, Error> {
        let Ends(least, most) = *self;
        let read = move |text: &str| {
            // What is no number at all is not between them, either.
            let number = text.parse().ok().filter(|number| (least..=most).contains(number));
            number.ok_or_else(|| format!("expected {} from {least} to {most}, found {text:?}", T::KIND))
        };
        read.parse_ref(command, argument, value)
    }
}
