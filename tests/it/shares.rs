//! The shares of the browser's tests for several machines (script/test --shard): together they are all tests, and no test is in two shares.
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// The output of script/share for these lines. None if it refuses.
fn share(which: &str, lines: &[String]) -> Option<Vec<String>> {
    let mut command = Command::new("script/share");
    let piped = command.arg(which).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut program = piped.spawn().expect("script/share starts");
    // If it refuses, it does not read its input.
    drop(program.stdin.take().expect("its input is piped").write_all(lines.concat().as_bytes()));
    let done = program.wait_with_output().expect("script/share ends");
    let text = String::from_utf8(done.stdout).expect("lines");
    done.status.success().then(|| text.split_inclusive('\n').map(String::from).collect())
}

#[test]
fn each_line_is_in_one_share() {
    let lines: Vec<String> = (0..23).map(|line| format!("module::test_{line}\n")).collect();
    for count in 1..=25 {
        let shares: Vec<Vec<String>> = (1..=count).map(|number| share(&format!("{number}/{count}"), &lines).expect("a share")).collect();
        let mut together = shares.concat();
        together.sort_by_key(|line| lines.iter().position(|l| l == line));
        assert_eq!(together, lines, "{count} shares");
        let sizes = shares.iter().map(Vec::len);
        assert!(sizes.clone().max().zip(sizes.min()).is_some_and(|(most, least)| most - least <= 1), "{count} shares are of one size");
    }
}

#[test]
fn what_is_no_share_is_refused() {
    for which in ["", "1", "0/3", "4/3", "-1/3", "a/b", "1/x", "1/", "1/2/3", "1.5/3"] {
        assert_eq!(share(which, &["one\n".into()]), None, "{which:?}");
    }
}
