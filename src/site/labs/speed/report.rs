//! The results as text: a Markdown table or JSON.
use super::rows::{Column, Row, digits};
use crate::site::machine::Machine;
use serde_json::{Value, json};

/// Where and when the measurement was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setting {
    /// The date as ISO 8601.
    pub date: String,
    pub browser: String,
    /// The number of logical processors that the browser reports.
    pub processors: u32,
    pub machine: Machine,
}

pub fn markdown(rows: &[Row], setting: &Setting) -> String {
    let Setting { date, browser, processors, machine } = setting;
    let heads: Vec<&str> = Column::ALL.iter().map(|column| column.title()).collect();
    let mut text = format!("| case | device | {} | way |\n| --- | --- |{} --- |\n", heads.join(" | "), " ---: |".repeat(heads.len()));
    for row in rows {
        let start = format!("| {} | {} |", row.job.case.title, machine.device_name(row.job.device));
        let rest = match &row.outcome {
            Ok(found) => {
                let number = |column: Column| column.of(found).map_or_else(|| "–".into(), digits);
                format!("{} | {}", Column::ALL.map(number).join(" | "), found.times.rung)
            }
            Err(why) => format!("{}not measured: {}", "– | ".repeat(heads.len()), why.replace('|', "/")),
        };
        text += &format!("{start} {rest} |\n");
    }
    text + &format!("\nReceptive, {date}; {processors} processors; {}; {browser}\n", machine.gpu_name())
}

pub fn json(rows: &[Row], setting: &Setting) -> String {
    let Setting { date, browser, processors, machine } = setting;
    let row = |row: &Row| -> Value {
        let device = row.job.device;
        match &row.outcome {
            Ok(found) => json!({
                "case": row.job.case.name, "device": device, "median_ms": found.times.median(), "runs_ms": found.times.runs,
                "gflops": found.times.gflops(), "multiply_adds": found.times.macs, "first_run_ms": found.times.first,
                "first_ms": found.from_worker, "way": found.times.rung,
                "naive": found.times.naive.as_ref().map(|(way, time)| json!({"way": way, "median_ms": time})),
            }),
            Err(why) => json!({"case": row.job.case.name, "device": device, "error": why}),
        }
    };
    let text = json!({
        "date": date, "browser": browser, "processors": processors, "adapter": machine.adapter,
        "build": crate::BUILD, "rows": rows.iter().map(row).collect::<Vec<_>>(),
    });
    format!("{text:#}\n")
}

#[cfg(test)]
mod tests {
    use super::super::rows::tests::{failed, row};
    use super::*;

    #[test]
    fn a_table_has_every_row_and_says_what_failed() {
        let text = markdown(&[row(0, &[2.0], Some(30.0)), failed(1)], &Setting { processors: 2, ..Setting::default() });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0].matches('|').count(), lines[1].matches('|').count());
        assert_eq!(lines[2], "| 3×3, 64 → 64 channels, 56×56 | CPU | 2.00 | 1.00 | 20.0 | 250 | 30.0 | tiled product |");
        assert!(lines[3].ends_with("| – | – | – | – | – | not measured: there is no GPU adapter here |"), "{}", lines[3]);
        assert_eq!(lines[3].matches('|').count(), lines[2].matches('|').count());
    }

    #[test]
    fn json_is_read_again() {
        let text = json(&[row(0, &[2.0, 4.0], None), failed(1)], &Setting::default());
        let read: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read["rows"][0]["median_ms"], 3.0);
        assert_eq!(read["rows"][0]["device"], "cpu");
        assert_eq!(read["rows"][0]["naive"], Value::Null);
        assert_eq!(read["rows"][1]["error"], "there is no GPU adapter here");
    }
}
