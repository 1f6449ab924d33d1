//! The results as Markdown: place and date, all medians, and our time over theirs beside its bar.
use std::{collections::BTreeSet, fmt::Write, fs};

#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    OurCpu,
    /// Our GPU path, with the adapter's name.
    OurGpu(String),
    /// A library and its backend.
    Peer(String),
}

pub struct Measured {
    pub source: Source,
    pub case: String,
    /// Milliseconds: the median; and the time from the creation of the worker, or the import of the library, to the first result.
    pub times: Option<(f64, f64)>,
    pub error: String,
    pub way: String,
    pub gflops: Option<f64>,
    pub naive: Option<f64>,
}

#[derive(Default)]
pub struct Session {
    pub found: Vec<Measured>,
    browser: String,
    date: String,
    /// The one-minute load averages before and after.
    load: [f64; 2],
}

/// The time that a bar compares.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Median,
    First,
}

/// Our source, theirs, and the largest acceptable ratio.
struct Bar {
    gpu: bool,
    what: What,
    peers: fn(&str) -> bool,
    most: f64,
}

fn webgpu(library: &str) -> bool {
    library.ends_with("webgpu")
}

/// The bars of one case: the GPU path against the best other library with WebGPU, the CPU path against XNNPACK on one thread, and the
/// training step against jax-js.
fn bars(case: &str) -> Vec<Bar> {
    let bar = |gpu, what, peers, most| Bar { gpu, what, peers, most };
    let wasm: fn(&str) -> bool = |library| library == "tfjs-wasm-1t";
    let gpu = |most| bar(true, What::Median, webgpu, most);
    match case {
        "conv3x3_64_56" | "conv3x3_256_14" => vec![gpu(0.5), bar(false, What::Median, wasm, 1.5)],
        "conv1x1_64_256_56" => vec![gpu(0.9), bar(false, What::Median, wasm, 1.5)],
        "dw3x3_96_112" | "conv7x7s2_3_64_224" => vec![gpu(0.7), bar(false, What::Median, wasm, 1.5)],
        "lenet5_b64" => vec![gpu(0.6), bar(false, What::Median, |library| library == "jax-wasm", 0.15)],
        _ => vec![
            gpu(0.5),
            bar(true, What::Median, |library| library == "tfjs-webgl", 1.0),
            bar(true, What::First, webgpu, 0.8),
            bar(false, What::Median, wasm, 1.5),
            bar(false, What::First, wasm, 1.5),
        ],
    }
}

fn digits(value: f64) -> String {
    let places = [(99.5, 0), (9.95, 1)].iter().find(|(least, _)| value >= *least).map_or(2, |(_, places)| *places);
    format!("{value:.places$}")
}

fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(f64::NAN)
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| std::env::consts::ARCH.to_string(), |(_, name)| name.to_string())
}

impl Session {
    pub fn begin() -> Session {
        Session { load: [load(); 2], ..Session::default() }
    }
    pub fn end(&mut self) {
        self.load[1] = load();
    }
    pub fn seen(&mut self, browser: &str, date: &str) {
        (self.browser, self.date) = (browser.into(), date.into());
    }
    fn cases(&self) -> Vec<&str> {
        let mut cases: Vec<&str> = self.found.iter().map(|m| m.case.as_str()).collect();
        cases.dedup();
        cases
    }
    fn sources(&self) -> Vec<&Source> {
        let mut sources: Vec<&Source> = vec![];
        self.found.iter().for_each(|m| {
            if !sources.contains(&&m.source) {
                sources.push(&m.source);
            }
        });
        sources
    }
    fn of(&self, case: &str, source: &Source) -> Option<&Measured> {
        self.found.iter().find(|m| m.case == case && m.source == *source)
    }

    pub fn report(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let [before, after] = self.load;
        let mut text = format!(
            "{} UTC, {}, headless; {cores} cores of {}; load average {before:.2} before and {after:.2} after{}.\n\n",
            self.date,
            self.browser,
            processor(),
            // The measurement itself keeps one core busy, sometimes two.
            if before > 1.0 || after > cores as f64 + 0.5 {
                ": the machine was shared, and even ratios are rough, being of two moments of it"
            } else {
                ""
            },
        );
        self.medians(&mut text);
        self.ratios(&mut text);
        self.ladder(&mut text);
        text
    }

    fn medians(&self, text: &mut String) {
        let sources = self.sources();
        let name = |source: &&Source| match source {
            Source::OurCpu => "**Receptive**, CPU".to_string(),
            Source::OurGpu(adapter) => format!("**Receptive**, {adapter}"),
            Source::Peer(library) => library.clone(),
        };
        let names: Vec<String> = sources.iter().map(name).collect();
        let _ = writeln!(text, "Medians in ms; in parentheses from the worker's creation, or the library's import, to the first result.\n");
        let _ = writeln!(text, "| case | {} |\n| --- |{}", names.join(" | "), " ---: |".repeat(names.len()));
        for case in self.cases() {
            let cell = |source: &&Source| match self.of(case, source) {
                None => "–".to_string(),
                Some(Measured { times: Some((median, first)), .. }) => format!("{} ({})", digits(*median), digits(*first)),
                Some(_) => "failed".into(),
            };
            let _ = writeln!(text, "| {case} | {} |", sources.iter().map(cell).collect::<Vec<_>>().join(" | "));
        }
        let failures: BTreeSet<String> =
            self.found.iter().filter(|m| m.times.is_none()).map(|m| format!("{:?}: {}", m.source, m.error)).collect();
        for failure in failures {
            eprintln!("bench: failed: {failure}");
        }
        text.push('\n');
    }

    fn ratios(&self, text: &mut String) {
        let rows: Vec<String> =
            self.cases().into_iter().flat_map(|case| bars(case).into_iter().filter_map(move |bar| self.ratio(case, &bar))).collect();
        if rows.is_empty() {
            return;
        }
        let _ = writeln!(text, "Our time over theirs, and the bar that it is to stay under; a ratio in bold is over it.\n");
        let _ = writeln!(text, "| case | path | time | best peer | ratio | bar |\n| --- | --- | --- | --- | ---: | ---: |");
        let _ = writeln!(text, "{}\n", rows.join("\n"));
    }

    fn ratio(&self, case: &str, bar: &Bar) -> Option<String> {
        let time = |m: &Measured| m.times.map(|(median, first)| if bar.what == What::Median { median } else { first });
        let mine = |m: &&Measured| matches!(m.source, Source::OurGpu(_)) == bar.gpu && !matches!(m.source, Source::Peer(_));
        let here = || self.found.iter().filter(|m| m.case == case);
        let ours = here().find(mine).and_then(time)?;
        let theirs = here().filter_map(|m| match &m.source {
            Source::Peer(library) if (bar.peers)(library) => Some((library, time(m)?)),
            _ => None,
        });
        let (library, theirs) = theirs.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let ratio = ours / theirs;
        let shown = if ratio > bar.most { format!("**{ratio:.2}**") } else { format!("{ratio:.2}") };
        let (path, what) = (if bar.gpu { "GPU" } else { "CPU" }, if bar.what == What::Median { "median" } else { "first result" });
        Some(format!("| {case} | {path} | {what} | {library} | {shown} | {:.2} |", bar.most))
    }

    fn ladder(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "The ways that were chosen, and what they gain over the plainest: a convolution one output at a time, a network layer by layer.\n"
        );
        let _ = writeln!(text, "| case | device | way | GFLOP/s | plainest way, ms | gain |\n| --- | --- | --- | ---: | ---: | ---: |");
        for m in &self.found {
            let device = match &m.source {
                Source::OurCpu => "CPU",
                Source::OurGpu(adapter) => adapter.as_str(),
                Source::Peer(_) => continue,
            };
            let (Some((median, _)), Some(gflops)) = (m.times, m.gflops) else { continue };
            let (naive, gain) =
                m.naive.map_or(("–".into(), "–".into()), |naive| (digits(naive), format!("{}×", digits(naive / median))));
            let _ = writeln!(text, "| {} | {device} | {} | {} | {naive} | {gain} |", m.case, m.way, digits(gflops));
        }
    }
}
