//! The benchmark of `script/bench`: the speed lab and, if they are installed, other libraries, case by case in the same browser.
mod peers;
mod report;

use peers::Peers;
use reader::{
    browser::{Own, WebGpu},
    host::{self, Host},
    page::Page,
    visit,
};
use report::{Measured, Session, Source};
use serde_json::{Value, json};
use std::{env, fs, path::PathBuf};

/// The lab's cases. Slow ones come last.
const CASES: [&str; 9] = [
    "conv3x3_64_56",
    "conv1x1_64_256_56",
    "conv3x3_256_14",
    "dw3x3_96_112",
    "conv7x7s2_3_64_224",
    "lenet5_b64",
    "mobilenet_v2",
    "efficientnet_b0",
    "resnet18",
];
/// The largest time of one case on one device, in seconds.
const PATIENCE: u64 = 600;
/// The lines between which the numbers stand in the notes.
const MARKS: [&str; 2] = ["<!-- measured by script/bench: begin -->", "<!-- measured by script/bench: end -->"];

fn said(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[tokio::main]
async fn main() {
    let runs: usize = said("BENCH_RUNS").map_or(5, |n| n.parse().expect("BENCH_RUNS is a number"));
    let wanted = said("BENCH_CASES");
    let cases = CASES.into_iter().filter(|case| wanted.as_ref().is_none_or(|names| names.split(',').any(|name| name == *case)));
    let peers = said("BENCH_PEERS").map(|folder| Peers::new(PathBuf::from(folder), said("BENCH_ONLY")));
    let mut session = Session::begin();
    for case in cases {
        for device in ["cpu", "gpu"] {
            let host = Host::kind(host::dist()).await;
            let (row, browser, date) = visit(WebGpu::Software, host, move |page| measure(page, case, device, runs)).await;
            eprintln!("{row}");
            session.seen(&browser, &date);
            session.found.push(ours(&row));
        }
        if let Some(peers) = &peers {
            session.found.extend(peers.measure(case, runs));
        }
        session.end();
        // A part of the cases is only printed. The notes get complete runs, and of an interrupted run the finished cases.
        if wanted.is_none() {
            keep(&session.report());
        }
    }
    println!("{}", session.report());
}

/// The lab's row for one case on one device, in a fresh browser; and the browser's name and the date.
async fn measure(page: Page, case: &str, device: &str, runs: usize) -> (Value, String, String) {
    page.open(&format!("/lab/speed?cases={case}&device={device}&runs={runs}&start=1")).await;
    page.until(case, PATIENCE, "return document.querySelector('#speed')?.dataset.state === 'done'").await;
    let script = "const row = document.querySelector('#results tbody tr'); return {...row.dataset, place: row.cells[1].textContent}";
    let row = page.js(script, vec![]).await;
    let version = json!({"cmd": "Browser.getVersion", "params": {}});
    let version = page.client.issue_cmd(Own("goog/cdp/execute", version)).await.expect("the browser's version");
    let date = page.js("return new Date().toISOString().slice(0, 16).replace('T', ' ')", vec![]).await;
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (row, word(&version["product"]), word(&date))
}

fn ours(row: &Value) -> Measured {
    let word = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let number = |key: &str| row[key].as_str().and_then(|text| text.parse().ok());
    Measured {
        source: if row["device"] == "gpu" { Source::OurGpu(word("place")) } else { Source::OurCpu },
        case: word("case"),
        times: number("medianMs").zip(number("firstMs")),
        error: word("error"),
        way: word("rung"),
        gflops: number("gflops"),
        naive: number("naiveMs"),
    }
}

fn keep(text: &str) {
    let path = said("BENCH_NOTES").unwrap_or_else(|| "docs/benchmarks.md".into());
    let notes = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let [begin, end] = MARKS.map(|mark| notes.find(mark).unwrap_or_else(|| panic!("{path}: expected a line {mark}")));
    let notes = format!("{}\n\n{text}\n{}", &notes[..begin + MARKS[0].len()], &notes[end..]);
    fs::write(&path, notes).unwrap_or_else(|e| panic!("{path}: {e}"));
    eprintln!("bench: wrote {path}");
}
