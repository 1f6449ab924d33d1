//! `receptive train`: the workbench's own session, driven epoch by epoch.
use super::{device::DeviceName, digits, host::Shell, interrupt, numbers, saving::Place};
use clap::ValueEnum;
use receptive::{
    error::{Error, Result},
    workbench::{
        Host, Session, jobs,
        protocol::{DeviceChoice, Event, Message, OptimiserChoice, Request, TrainOptions, run},
    },
};
use std::{path::PathBuf, process::ExitCode};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum OptimiserName {
    Sgd,
    Adam,
}

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long, default_value = "lenet5")]
    model: String,
    #[arg(long, default_value_t = 1, value_parser = numbers::EPOCHS, allow_hyphen_values = true)]
    epochs: usize,
    #[arg(long, default_value_t = 1, value_parser = numbers::SEED, allow_hyphen_values = true)]
    seed: u64,
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceName,
    #[arg(long, value_enum, default_value = "sgd")]
    optimiser: OptimiserName,
    /// The learning rate; 0.001 for Adam where none is given.
    #[arg(long, default_value_t = OptimiserChoice::Sgd.usual_rate(), default_value_if("optimiser", "adam", "0.001"), value_parser = numbers::RATE, allow_hyphen_values = true)]
    rate: f32,
    /// The rate falls to this share of itself over the run, along half a cosine.
    #[arg(long, default_value_t = 1.0, value_parser = numbers::FINAL_RATE, allow_hyphen_values = true)]
    final_rate: f32,
    #[arg(long, default_value_t = 0.0, value_parser = numbers::WEIGHT_DECAY, allow_hyphen_values = true)]
    weight_decay: f32,
    #[arg(long, default_value_t = 64, value_parser = numbers::BATCH, allow_hyphen_values = true)]
    batch: usize,
    /// Training digits to learn from, drawn with the seed; 0: all.
    #[arg(long, default_value_t = 0, value_parser = numbers::DIGITS, allow_hyphen_values = true)]
    digits: usize,
    /// The probability with which outputs of the hidden dense layers are dropped.
    #[arg(long, default_value_t = 0.0, value_parser = numbers::DROPOUT, allow_hyphen_values = true)]
    dropout: f32,
    /// The most by which digits are shifted before each step, in pixels.
    #[arg(long, default_value_t = 0.0, value_parser = numbers::SHIFT, allow_hyphen_values = true)]
    shift: f32,
    /// The most by which they are turned, in degrees.
    #[arg(long, default_value_t = 0.0, value_parser = numbers::TURN, allow_hyphen_values = true)]
    turn: f32,
    /// The folder of MNIST's four files, under their published names or those of unpackers, plain or gzip.
    #[arg(long, default_value = "assets/data/mnist")]
    data: PathBuf,
    /// Where to write the weights as safetensors, at the end or after Ctrl-C.
    #[arg(long)]
    save: Option<PathBuf>,
    /// One JSON line an epoch.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    fn optimiser(&self) -> OptimiserChoice {
        match self.optimiser {
            OptimiserName::Sgd => OptimiserChoice::Sgd,
            OptimiserName::Adam => OptimiserChoice::Adam,
        }
    }
}

pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let place = arguments.save.as_deref().map(Place::new).transpose()?;
    let options = TrainOptions {
        model: arguments.model.clone(),
        device: if arguments.device == DeviceName::Gpu { DeviceChoice::Gpu } else { DeviceChoice::Cpu },
        optimiser: arguments.optimiser(),
        rate: arguments.rate,
        weight_decay: arguments.weight_decay,
        batch: arguments.batch,
        seed: arguments.seed,
        digits: arguments.digits,
        dropout: arguments.dropout,
        shift: arguments.shift,
        turn: arguments.turn,
    };
    let host = Shell::new();
    pollster::block_on(async {
        let mut session = Session::new(jobs::ALL);
        for (name, bytes) in digits::read(&arguments.data)? {
            session.handle(Message::with(Request::Data { name: name.into() }, vec![bytes]), &host).await?;
        }
        session.handle(Message::new(Request::Train(run::Ask::Start(options))), &host).await?;
        let steps = started(&host)?;
        if let Some(place) = &place {
            // What is saved in the end takes as much room.
            place.try_out(&weights(&mut session, &host).await?)?;
        }
        interrupt::wait_for_it();
        let mut taken = 0;
        for epoch in 1..=arguments.epochs {
            let (more, loss) = train_epoch(&mut session, &host, arguments, epoch, steps).await?;
            taken += more;
            if more > 0 && !loss.is_finite() {
                return Err(diverged(arguments, epoch));
            }
            if interrupt::heard() {
                break;
            }
        }
        // Before its first step nothing is worth more than what was there.
        if let Some(place) = place.filter(|_| taken > 0) {
            place.save(&weights(&mut session, &host).await?)?;
        }
        Ok(if interrupt::heard() { stopped(arguments, taken) } else { ExitCode::SUCCESS })
    })
}

/// Such weights are worth less than what was there.
fn diverged(arguments: &Arguments, epoch: usize) -> Error {
    let kept = arguments.save.as_ref().map_or(String::new(), |path| format!("; {} is as it was", path.display()));
    let rate = arguments.rate;
    Error::data("training", format!("expected a loss that is a number, found none in epoch {epoch}: a --rate below {rate} may help{kept}"))
}

/// Says where Ctrl-C has ended it, and what is saved.
fn stopped(arguments: &Arguments, taken: usize) -> ExitCode {
    let saved = arguments.save.as_ref().map(|path| path.display());
    let saved = match (saved, taken) {
        (None, _) => String::new(),
        (Some(file), 0) => format!("; nothing was learned yet, and {file} is as it was"),
        (Some(file), _) => format!("; the weights of that step are saved in {file}"),
    };
    eprintln!("receptive: stopped by Ctrl-C after step {taken}{saved}");
    ExitCode::from(interrupt::EXIT)
}

fn started(host: &Shell) -> Result<usize> {
    while let Some(event) = host.event() {
        if let Event::Train(run::Answer::Started { steps_an_epoch, .. }) = event.body {
            return Ok(steps_an_epoch);
        }
    }
    Err(Error::data("session", "expected it to start"))
}

/// Steps that were taken, fewer than an epoch has where Ctrl-C came; and their mean loss. Refuses a step or a test that fails.
async fn train_epoch(session: &mut Session, host: &Shell, arguments: &Arguments, epoch: usize, steps: usize) -> Result<(usize, f64)> {
    let started = host.now();
    let (mut sum, mut count) = (0.0, 0);
    let mut take = |host: &Shell| {
        let mut tested = None;
        while let Some(event) = host.event() {
            match event.body {
                Event::Steps { losses, .. } => {
                    sum += losses.iter().map(|l| f64::from(*l)).sum::<f64>();
                    count += losses.len();
                }
                Event::Evaluated { accuracy, learned, .. } => tested = Some((accuracy, learned)),
                Event::Failed { request, message } => return Err(Error::data(request, message)),
                _ => {}
            }
        }
        Ok(tested)
    };
    let mut taken = 0;
    while taken < steps && !interrupt::heard() {
        let done = ((epoch - 1) * steps + taken) as f32 / (arguments.epochs * steps) as f32;
        let share = arguments.final_rate + (1.0 - arguments.final_rate) * 0.5 * (1.0 + (done * std::f32::consts::PI).cos());
        session.handle(Message::new(Request::Train(run::Ask::Rate(arguments.rate * share))), host).await?;
        session.handle(Message::new(Request::Train(run::Ask::Step)), host).await?;
        session.advance(host).await?;
        take(host)?;
        taken += 1;
    }
    let whole = taken == steps;
    if whole {
        session.handle(Message::new(Request::Evaluate), host).await?;
    }
    while session.is_busy() {
        session.advance(host).await?;
    }
    let tested = take(host)?;
    let (loss, seconds) = (sum / f64::from(count.max(1) as u32), host.now() - started);
    if !whole {
        tell_part(arguments, epoch, [taken, steps], loss, seconds);
        return Ok((taken, loss));
    }
    let (accuracy, learned) = tested.ok_or_else(|| Error::data("session", "expected a test of the network"))?;
    if arguments.json {
        println!(
            "{}",
            serde_json::json!({ "epoch": epoch, "train_loss": loss, "test_accuracy": accuracy, "learned": learned, "seconds": seconds })
        );
    } else {
        let own = learned.map(|own| format!("   of the digits learned from {:.2} %", 100.0 * own.accuracy)).unwrap_or_default();
        println!("epoch {epoch:>3}   training loss {loss:.4}   test accuracy {:.2} %{own}   {seconds:.1} s", 100.0 * accuracy);
    }
    Ok((taken, loss))
}

/// The numbers of an epoch that was broken off: it has no test.
fn tell_part(arguments: &Arguments, epoch: usize, [taken, steps]: [usize; 2], loss: f64, seconds: f64) {
    if taken == 0 {
        return;
    }
    if arguments.json {
        println!("{}", serde_json::json!({ "epoch": epoch, "steps": taken, "of_steps": steps, "train_loss": loss, "seconds": seconds }));
    } else {
        println!("epoch {epoch:>3}   training loss {loss:.4}   after {taken} of {steps} steps   {seconds:.1} s");
    }
}

/// The weights as they stand, as a file.
async fn weights(session: &mut Session, host: &Shell) -> Result<Vec<u8>> {
    session.handle(Message::new(Request::Save), host).await?;
    while let Some(mut event) = host.event() {
        if let (Event::Saved { .. }, Some(bytes)) = (&event.body, event.buffers.pop()) {
            return Ok(bytes);
        }
    }
    Err(Error::data("session", "expected weights to save"))
}
