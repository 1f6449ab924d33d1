//! The shell: the workbench's jobs from a command line.
mod shell;

use clap::{Parser, Subcommand};
use receptive::error::{Result, is_guarded};
use shell::device::DeviceName;
use std::{path::PathBuf, process::ExitCode};

/// Trains, checks and lists the networks of the book.
#[derive(Parser)]
#[command(name = "receptive", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Trains a network on MNIST.
    Train(shell::train::Arguments),
    /// Holds the engine against records of reference numbers; exit 1 unless all hold.
    Verify {
        #[arg(long, value_enum, default_value = "cpu")]
        device: DeviceName,
        #[arg(required = true)]
        records: Vec<PathBuf>,
    },
    /// Runs a network on one image that the records' rule makes.
    Forward(shell::forward::Arguments),
    /// Measures convolutions, networks and a training step, as the lab of speed does.
    Speed {
        /// Names of cases; none: all.
        cases: Vec<String>,
        #[arg(long, value_enum, default_value = "cpu")]
        device: DeviceName,
        #[arg(long, default_value_t = 5, value_parser = shell::numbers::RUNS, allow_hyphen_values = true)]
        runs: usize,
        /// One JSON line a case.
        #[arg(long)]
        json: bool,
    },
    /// Says what a network sees in photos: the five likeliest classes.
    Classify(shell::classify::Arguments),
    /// Turns a weight file of PyTorch, or of other names, into safetensors that fit a network.
    Convert(shell::convert::Arguments),
    /// Opens a network: all its layers with their costs, one layer, or one number of it down to the products that made it.
    Inspect(shell::inspect::Arguments),
    /// Lists the networks with what a dry run counts.
    Models {
        #[arg(long)]
        json: bool,
    },
}

/// A guarded panic is not printed, since it is reported as the error of its file.
fn keep_guarded_panics_quiet() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !is_guarded() {
            tell(panic);
        }
    }));
}

fn main() -> ExitCode {
    keep_guarded_panics_quiet();
    // If the reader of our output stops reading, as `head` does, the program ends quietly.
    sigpipe::reset();
    let done: Result<ExitCode> = match Arguments::parse().command {
        Command::Train(arguments) => shell::train::run(&arguments),
        Command::Verify { device, records } => shell::verify::run(device, &records).map(held),
        Command::Forward(arguments) => shell::forward::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Speed { cases, device, runs, json } => shell::speed::run(&cases, device, runs, json).map(|()| ExitCode::SUCCESS),
        Command::Classify(arguments) => shell::classify::run(&arguments).map(held),
        Command::Convert(arguments) => shell::convert::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Inspect(arguments) => shell::inspect::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Models { json } => shell::models::run(json).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| {
        eprintln!("receptive: {error}");
        ExitCode::from(2)
    })
}

/// Of a command that looks at several things.
fn held(all: bool) -> ExitCode {
    if all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
