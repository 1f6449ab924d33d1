//! Damaged files of every kind that is read, one after the other, in processes of their own: none may panic, end the process, take more than five seconds or
//! more than 600 MB. `script/fuzz` does the same for as long as one likes.
mod checkpoints;
mod damage;
pub mod pictures;
mod samples;

use crate::counted;
use pollster::block_on;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use receptive::{
    engine::tensor::Device,
    nets::data::{Mnist, read_weights, unpacked},
    vision::Photo,
    workbench::jobs::verify::verify,
};
use samples::{KINDS, Samples};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    env, fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

/// How many are read in a run of the tests.
const CASES: u64 = 6_000;
/// How many one process reads.
const BATCH: u64 = 2000;
const LONGEST: Duration = Duration::from_secs(5);
const MOST_MEMORY: u64 = 600_000_000;
/// Keeps the random numbers of neighbouring cases apart: 2⁶⁴ over the golden ratio.
const APART: u64 = 0x9e37_79b9_7f4a_7c15;

fn set(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// Kind and bytes of a case: the same for the same seed and number.
fn case(samples: &Samples, seed: u64, number: u64) -> (&'static str, Vec<u8>) {
    let kind = KINDS[(number % KINDS.len() as u64) as usize];
    (kind, samples.damaged(kind, &mut Pcg64Mcg::seed_from_u64(seed ^ number.wrapping_add(1).wrapping_mul(APART))))
}

/// Reads it as the programs would; whether there was something in it.
fn read(kind: &str, bytes: &[u8]) -> bool {
    match kind {
        "safetensors" | "zip" | "legacy" => read_weights("damaged", bytes).is_ok(),
        "idx" | "gz" => unpacked("damaged", bytes.to_vec()).and_then(|plain| Mnist::default().accept("damaged", &plain)).is_ok(),
        "kept" => checkpoints::read(bytes),
        "json" => block_on(verify("damaged", &String::from_utf8_lossy(bytes), &Device::Cpu))
            .is_ok_and(|verdicts| verdicts.iter().any(|v| v.holds())),
        _ => Photo::decode("damaged", bytes).is_ok(),
    }
}

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What a process of its own does: says which case it begins, and what was wrong with one.
#[test]
#[ignore = "a part of the test below, which starts it"]
fn reads_a_batch() {
    let (seed, first, last) = (set("FUZZ_SEED", 1), set("FUZZ_FIRST", 0), set("FUZZ_LAST", 0));
    // A panic counts even where it is caught, for in the browser it would not be.
    std::panic::set_hook(Box::new(|panic| PANIC.set(Some(panic.to_string().replace('\n', " ")))));
    let samples = Samples::new();
    let mut whole = BTreeMap::new();
    for number in first..last {
        let (kind, bytes) = case(&samples, seed, number);
        eprintln!("begins {number}");
        let (good, taken) = counted::most(|| std::panic::catch_unwind(|| read(kind, &bytes)));
        *whole.entry(kind).or_insert(0) += u64::from(matches!(good, Ok(true)));
        if let Some(panic) = PANIC.take() {
            eprintln!("fault {number} panic: {panic}");
        }
        if taken > MOST_MEMORY {
            eprintln!("fault {number} memory: {} MB", taken / 1_000_000);
        }
    }
    for (kind, count) in whole {
        eprintln!("whole {kind} {count}");
    }
    eprintln!("done");
}

/// A process that reads a batch, and the lines that it says.
struct Batch {
    child: Child,
    lines: Receiver<String>,
}

impl Batch {
    fn start(seed: u64, first: u64, last: u64) -> Batch {
        let mut child = Command::new(env::current_exe().expect("this program's own path"))
            .args(["--exact", "fuzz::reads_a_batch", "--ignored", "--nocapture", "--test-threads=1"])
            .envs([("FUZZ_SEED", seed), ("FUZZ_FIRST", first), ("FUZZ_LAST", last)].map(|(key, value)| (key, value.to_string())))
            .env("RUST_BACKTRACE", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a process of this program");
        let (say, lines) = channel();
        let errors = BufReader::new(child.stderr.take().expect("a pipe"));
        thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| say.send(line)));
        Batch { child, lines }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was found: a case's number and what was wrong with it; and how many of each kind were read in spite of their damage.
#[derive(Default)]
struct Found {
    faults: Vec<(u64, String)>,
    whole: BTreeMap<String, u64>,
}

impl Found {
    /// Reads a batch, on from behind the case that ended a process.
    fn batch(&mut self, seed: u64, mut first: u64, last: u64) {
        // The case that took too long: once more, and longer, for the machine may have been busy with something else.
        let mut again = None;
        while first < last {
            let batch = Batch::start(seed, first, last);
            let mut now = None;
            // Starting takes time, too.
            let mut patience = 12 * LONGEST;
            let ended = loop {
                match batch.lines.recv_timeout(patience) {
                    Ok(line) if line == "done" => return,
                    Ok(line) => {
                        let words: Vec<&str> = line.splitn(3, ' ').collect();
                        match words[..] {
                            ["begins", number] => {
                                now = number.parse().ok();
                                patience = if again.is_some() && now == again { 4 * LONGEST } else { LONGEST };
                            }
                            ["fault", number, what] => self.faults.extend(number.parse().map(|number| (number, what.to_string()))),
                            ["whole", kind, count] => *self.whole.entry(kind.into()).or_default() += count.parse().unwrap_or(0),
                            _ => {}
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => break format!("still reading after {patience:?}"),
                    Err(RecvTimeoutError::Disconnected) => break "the process ended".into(),
                }
            };
            let number: u64 = now.unwrap_or_else(|| panic!("a batch did not begin: {ended}"));
            let slow = ended.starts_with("still");
            if slow && again != Some(number) {
                (again, first) = (Some(number), number);
                continue;
            }
            self.faults.push((number, ended));
            first = number + 1;
        }
    }
}

#[test]
fn what_is_not_damaged_is_read() {
    let samples = Samples::new();
    for kind in KINDS {
        for (at, bytes) in samples.whole(kind).iter().enumerate() {
            assert!(read(kind, bytes), "{kind} number {at}");
        }
    }
}

#[test]
fn a_bounded_number_of_damaged_files_is_read_or_refused() {
    let (seed, cases) = (set("FUZZ_SEED", 1), set("FUZZ_CASES", CASES));
    let (mut found, began) = (Found::default(), Instant::now());
    let samples = Samples::new();
    let mut told = 0;
    for first in (0..cases).step_by(BATCH as usize) {
        let last = cases.min(first + BATCH);
        found.batch(seed, first, last);
        println!("fuzz: {last} cases of seed {seed} in {:.0} s, {} faults", began.elapsed().as_secs_f64(), found.faults.len());
        for (number, what) in &found.faults[told..] {
            let (kind, bytes) = case(&samples, seed, *number);
            let path = format!("target/fuzz/{seed}-{number}.{kind}");
            let saved = fs::create_dir_all("target/fuzz").and_then(|()| fs::write(&path, bytes));
            println!("fuzz: {path}: {what}{}", saved.err().map_or(String::new(), |error| format!(" (not saved: {error})")));
        }
        told = found.faults.len();
    }
    println!("fuzz: read in spite of their damage: {:?}", found.whole);
    assert!(found.faults.is_empty(), "seed {seed}: {:#?}", found.faults);
    // A fuzz whose files are all refused at their first byte would find nothing.
    for kind in KINDS {
        assert!(cases < CASES || found.whole.get(kind).is_some_and(|count| *count > 0), "no damaged {kind} was read: {:?}", found.whole);
    }
}
