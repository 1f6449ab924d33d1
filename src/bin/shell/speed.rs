//! `receptive speed`: the cases of the lab of speed, natively, by the workbench's own session.
use super::{device::DeviceName, host::Shell};
use receptive::{
    error::{Error, Result},
    workbench::{
        Queue, Session, jobs,
        protocol::{
            DeviceChoice, Event, Message, Request,
            speed::{CASES, Plan, Times},
        },
    },
};

/// Measures the named cases, or all, and prints a line for each as soon as it is known.
pub fn run(cases: &[String], device: DeviceName, runs: usize, json: bool) -> Result<()> {
    let device = if device == DeviceName::Gpu { DeviceChoice::Gpu } else { DeviceChoice::Cpu };
    let all: Vec<String> = CASES.iter().map(|case| case.name.to_string()).collect();
    let host = Shell::new();
    pollster::block_on(async {
        let mut session = Session::new(jobs::ALL);
        if device == DeviceChoice::Gpu {
            session.handle(Message::new(Request::Machine), &host).await?;
            if let Some(Event::Machine { adapter: Some(adapter), .. }) = host.event().map(|event| event.body) {
                eprintln!("{}: {}", if adapter.software { "software adapter" } else { "GPU" }, adapter.name);
            }
        }
        for case in if cases.is_empty() { &all } else { cases } {
            let plan = Plan { case: case.clone(), device, runs };
            session.handle(Message::new(Request::Measure(plan)), &host).await?;
            while session.is_busy() {
                session.advance(&host).await?;
                host.pause().await;
            }
            print(&measured(&host)?, json);
        }
        Ok(())
    })
}

fn measured(host: &Shell) -> Result<Times> {
    while let Some(event) = host.event() {
        match event.body {
            Event::Measured(times) => return Ok(times),
            Event::Failed { message, .. } => return Err(Error::Device(message)),
            _ => {}
        }
    }
    Err(Error::data("session", "expected a measurement"))
}

fn print(times: &Times, json: bool) {
    let (median, gflops) = (times.median(), times.gflops());
    if json {
        println!(
            "{}",
            serde_json::json!({ "case": times.case, "device": times.device, "median_ms": median, "runs_ms": times.runs, "gflops": gflops,
                "first_run_ms": times.first, "way": times.rung, "naive": times.naive })
        );
        return;
    }
    let naive = times.naive.as_ref().map(|(way, time)| format!("; {way} {time:.2} ms")).unwrap_or_default();
    println!("{:<20} {median:>10.3} ms {gflops:>9.1} GFLOP/s   first {:>9.2} ms   {}{naive}", times.case, times.first, times.rung);
}
