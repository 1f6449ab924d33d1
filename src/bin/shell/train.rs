//! `receptive train`: the workbench's own session, driven epoch by epoch.
use super::{device::DeviceName, digits, host::Shell};
use clap::ValueEnum;
use receptive::{
    error::{Error, Result},
    workbench::{
        Host, Session, jobs,
        protocol::{DeviceChoice, Event, Message, OptimiserChoice, Request, TrainOptions},
    },
};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum OptimiserName {
    Sgd,
    Adam,
}

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long, default_value = "lenet5")]
    model: String,
    #[arg(long, default_value_t = 1)]
    epochs: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, value_enum, default_value = "cpu")]
    device: DeviceName,
    #[arg(long, value_enum, default_value = "sgd")]
    optimiser: OptimiserName,
    #[arg(long, default_value_t = 0.02)]
    rate: f32,
    /// The rate falls to this share of itself over the run, along half a cosine.
    #[arg(long, default_value_t = 1.0)]
    final_rate: f32,
    #[arg(long, default_value_t = 0.0)]
    weight_decay: f32,
    #[arg(long, default_value_t = 64)]
    batch: usize,
    /// Training digits to learn from, drawn with the seed; 0: all.
    #[arg(long, default_value_t = 0)]
    digits: usize,
    /// The probability with which outputs of the hidden dense layers are dropped.
    #[arg(long, default_value_t = 0.0)]
    dropout: f32,
    /// The most by which digits are shifted before each step, in pixels.
    #[arg(long, default_value_t = 0.0)]
    shift: f32,
    /// The most by which they are turned, in degrees.
    #[arg(long, default_value_t = 0.0)]
    turn: f32,
    /// The folder of MNIST's four files, under their published names or those of unpackers, plain or gzip.
    #[arg(long, default_value = "assets/data/mnist")]
    data: PathBuf,
    /// Where to write the weights as safetensors.
    #[arg(long)]
    save: Option<PathBuf>,
    /// One JSON line an epoch.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let options = TrainOptions {
        model: arguments.model.clone(),
        device: if arguments.device == DeviceName::Gpu { DeviceChoice::Gpu } else { DeviceChoice::Cpu },
        optimiser: if arguments.optimiser == OptimiserName::Adam { OptimiserChoice::Adam } else { OptimiserChoice::Sgd },
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
        session.handle(Message::new(Request::Start(options)), &host).await?;
        let steps = started(&host)?;
        for epoch in 1..=arguments.epochs {
            train_epoch(&mut session, &host, arguments, epoch, steps).await?;
        }
        if let Some(path) = &arguments.save {
            session.handle(Message::new(Request::Save), &host).await?;
            save(&host, path)?;
        }
        Ok(())
    })
}

fn started(host: &Shell) -> Result<usize> {
    while let Some(event) = host.event() {
        if let Event::Started { steps_an_epoch, .. } = event.body {
            return Ok(steps_an_epoch);
        }
    }
    Err(Error::data("session", "expected it to start"))
}

async fn train_epoch(session: &mut Session, host: &Shell, arguments: &Arguments, epoch: usize, steps: usize) -> Result<()> {
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
                _ => {}
            }
        }
        tested
    };
    for step in 0..steps {
        let done = ((epoch - 1) * steps + step) as f32 / (arguments.epochs * steps) as f32;
        let share = arguments.final_rate + (1.0 - arguments.final_rate) * 0.5 * (1.0 + (done * std::f32::consts::PI).cos());
        session.handle(Message::new(Request::Rate(arguments.rate * share)), host).await?;
        session.handle(Message::new(Request::Step), host).await?;
        session.advance(host).await?;
        take(host);
    }
    session.handle(Message::new(Request::Evaluate), host).await?;
    while session.is_busy() {
        session.advance(host).await?;
    }
    let (accuracy, learned) = take(host).ok_or_else(|| Error::data("session", "expected a test of the network"))?;
    let (loss, seconds) = (sum / f64::from(count.max(1) as u32), host.now() - started);
    if arguments.json {
        println!(
            "{}",
            serde_json::json!({ "epoch": epoch, "train_loss": loss, "test_accuracy": accuracy, "learned": learned, "seconds": seconds })
        );
    } else {
        let own = learned.map(|own| format!("   of the digits learned from {:.2} %", 100.0 * own.accuracy)).unwrap_or_default();
        println!("epoch {epoch:>3}   training loss {loss:.4}   test accuracy {:.2} %{own}   {seconds:.1} s", 100.0 * accuracy);
    }
    Ok(())
}

fn save(host: &Shell, path: &Path) -> Result<()> {
    while let Some(event) = host.event() {
        if let (Event::Saved { .. }, Some(bytes)) = (&event.body, event.buffers.first()) {
            return fs::write(path, bytes).map_err(|e| Error::data(path.display().to_string(), e.to_string()));
        }
    }
    Err(Error::data("session", "expected weights to save"))
}
