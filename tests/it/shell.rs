//! The shell from outside: what it saves, what Ctrl-C leaves, and which numbers it takes.
use crate::session::files;
use receptive::nets::{
    data::{Precision, read_safetensors, write_safetensors},
    nn::State,
};
use std::{
    env,
    fs::{self, File, Permissions},
    io::{BufRead, BufReader},
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

const SHELL: &str = env!("CARGO_BIN_EXE_receptive");
const WEIGHTS: &str = "assets/weights/lenet5.safetensors";

/// A folder with digits that are learned in seconds, which goes with the test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = Folder(env::temp_dir().join(format!("receptive-shell-{name}-{}", std::process::id())));
        for (name, bytes) in files() {
            folder.write(&format!("digits/{name}"), &bytes);
        }
        fs::create_dir_all(folder.at("out")).expect("a folder");
        folder
    }
    fn at(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }
    fn write(&self, path: &str, bytes: &[u8]) -> PathBuf {
        let file = self.at(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("the folder");
        fs::write(&file, bytes).expect("the file");
        file
    }
    /// What stands in `out`.
    fn out(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(self.at("out")).expect("the folder").flatten().map(|entry| entry.file_name().to_string_lossy().into()).collect();
        names.sort();
        names
    }
    /// A training of seconds.
    fn training(&self) -> Command {
        let mut command = Command::new(SHELL);
        command.args(["train", "--model", "lenet5", "--batch", "32", "--data"]).arg(self.at("digits"));
        command
    }
    /// Each command that saves, with this file as its target.
    fn saving(&self, file: &Path) -> [Command; 3] {
        let mut commands = [self.training(), Command::new(SHELL), Command::new(SHELL)];
        commands[0].arg("--save").arg(file);
        commands[1].args(["forward", "lenet5", "--save"]).arg(file);
        commands[2].args(["convert", "--model", "lenet5", WEIGHTS]).arg(file);
        commands
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// It says these words on one line, ends with 2, and has computed nothing that it would show.
fn is_refused(command: &mut Command, words: &[&str]) {
    let output = command.output().expect("the program runs");
    let said = said(&output);
    assert!(said.lines().any(|line| words.iter().all(|word| line.contains(word))), "{command:?}: expected {words:?}, found {said}");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stdout)), (Some(2), "".into()), "{command:?}");
}

fn works(command: &mut Command) -> Output {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    output
}

fn is_whole(file: &Path) {
    let bytes = fs::read(file).expect("the file");
    let state = read_safetensors("saved", &bytes).expect("safetensors");
    assert_eq!(state["conv1.weight"].1.len(), 6 * 25);
}

#[test]
fn where_nothing_can_be_saved_it_is_told_before_the_work_and_nothing_changes() {
    let folder = Folder::new("places");
    let old = folder.write("out/old", b"old");
    fs::set_permissions(&old, Permissions::from_mode(0o444)).expect("permissions");
    symlink(folder.at("out/ring"), folder.at("out/ring")).expect("a link");
    let before = folder.out();
    for (place, words) in [
        ("nowhere/new", &["nowhere/new", "there is no folder"][..]),
        ("out/old/new", &["out/old/new", "Not a directory"]),
        ("out/old", &["out/old", "write-protected"]),
        ("out/new/", &["out/new/", "a folder"]),
        ("out", &["out", "a folder"]),
        ("out/ring", &["out/ring", "a link that leads to no file"]),
        ("/dev/full", &["/dev/full", "a device"]),
    ] {
        folder.saving(&folder.at(place)).iter_mut().for_each(|command| is_refused(command, words));
    }
    assert_eq!((folder.out(), fs::read(&old).expect("the file")), (before, b"old".into()));
}

#[test]
fn a_folder_that_takes_no_files_is_told_before_the_work() {
    let folder = Folder::new("closed");
    fs::set_permissions(folder.at("out"), Permissions::from_mode(0o555)).expect("permissions");
    if File::create(folder.at("out/trial")).is_ok() {
        eprintln!("left out: root writes into any folder");
        return;
    }
    folder.saving(&folder.at("out/new")).iter_mut().for_each(|command| is_refused(command, &["out/new", "Permission denied"]));
}

/// A limit on the size of files stands for a full disk: both refuse what is written when the room is used up.
#[test]
fn where_there_is_no_room_it_is_told_before_the_training_and_what_was_there_stays() {
    let folder = Folder::new("room");
    let old = folder.write("out/old", b"old");
    for command in folder.saving(&old) {
        let mut limited = Command::new("sh");
        // In blocks of 512 bytes, or of 1024; the weights take 247 kB.
        limited.args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh", SHELL]).args(command.get_args());
        is_refused(&mut limited, &["out/old", "cannot be saved", "no room for its 24"]);
        assert_eq!((folder.out(), fs::read(&old).expect("the file")), (vec!["old".into()], b"old".into()));
    }
}

#[test]
fn a_saved_file_keeps_permissions_and_the_link_that_leads_to_it() {
    let folder = Folder::new("links");
    let old = folder.write("elsewhere/old", b"old");
    let link = folder.at("out/link");
    symlink("../elsewhere/old", &link).expect("a link");
    for mut command in folder.saving(&link) {
        fs::write(&old, b"old").expect("the file");
        fs::set_permissions(&old, Permissions::from_mode(0o640)).expect("permissions");
        works(&mut command);
        is_whole(&old);
        assert_eq!(fs::metadata(&old).expect("the file").permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_link(&link).expect("still a link"), Path::new("../elsewhere/old"));
        assert_eq!((folder.out(), fs::read_dir(folder.at("elsewhere")).expect("the folder").count()), (vec!["link".into()], 1));
    }
    // A link may name what is still to come.
    fs::remove_file(&old).expect("the file");
    works(&mut folder.saving(&link)[2]);
    is_whole(&old);
    assert!(link.is_symlink());
}

/// Begins a training that would take hours, and ends it by Ctrl-C after its first epoch.
fn interrupted(folder: &Folder, more: &[&str]) -> (Option<i32>, String, String) {
    let mut command = folder.training();
    command.args(["--epochs", "100000"]).args(more).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("its output is piped"));
    let mut first = String::new();
    lines.read_line(&mut first).expect("its first epoch");
    works(Command::new("sh").args(["-c", "kill -INT \"$1\"", "sh", &child.id().to_string()]));
    let rest: Vec<String> = lines.lines().map_while(Result::ok).collect();
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), rest.last().cloned().unwrap_or(first), said(&output))
}

#[test]
fn ctrl_c_saves_what_was_trained_and_says_so() {
    let folder = Folder::new("interrupted");
    let new = folder.write("out/new", b"old");
    let (code, last, said) = interrupted(&folder, &["--save", &new.to_string_lossy()]);
    assert_eq!(code, Some(130), "{said}");
    assert!(last.contains("training loss"), "{last}");
    let step: u64 = said.split_once("after step ").and_then(|(_, rest)| rest.split(';').next()?.trim().parse().ok()).expect(&said);
    assert!(step >= 20 && said.contains(&new.display().to_string()), "{said}");
    is_whole(&new);
    // The file itself says the same step.
    let header = String::from_utf8_lossy(&fs::read(&new).expect("the file")[8..400]).into_owned();
    assert!(header.contains(&format!("\"step\":\"{step}\"")), "{header}");
    assert_eq!(folder.out(), ["new"]);
}

#[test]
fn ctrl_c_ends_with_the_numbers_so_far_where_nothing_is_to_be_saved() {
    let folder = Folder::new("unsaved");
    let (code, last, said) = interrupted(&folder, &["--json"]);
    assert_eq!(code, Some(130), "{said}");
    let last: serde_json::Value = serde_json::from_str(&last).expect("JSON");
    assert!(last["train_loss"].is_f64() && last["epoch"].is_u64(), "{last}");
    assert!(said.contains("stopped by Ctrl-C after step ") && folder.out().is_empty(), "{said}");
}

#[test]
fn a_training_that_diverges_is_told_and_what_was_there_stays() {
    let folder = Folder::new("diverges");
    let old = folder.write("out/old", b"old");
    let mut command = Command::new(SHELL);
    command.args(["train", "--model", "lenet5_relu", "--rate", "1000", "--data"]).arg(folder.at("digits")).arg("--save").arg(&old);
    let output = command.output().expect("the program runs");
    let words = said(&output);
    assert!(output.status.code() == Some(2) && words.contains("a loss that is a number") && words.contains("old is as it was"), "{words}");
    assert_eq!((fs::read(&old).expect("the file"), folder.out()), (b"old".to_vec(), vec!["old".to_string()]));
}

#[test]
fn what_16_bits_do_not_hold_is_refused_by_name_and_so_is_what_is_no_number() {
    let folder = Folder::new("half");
    let weights: State = read_safetensors("lenet5", &fs::read(WEIGHTS).expect("the committed weights")).expect("safetensors");
    for (value, half, words) in [
        (65_520.0, true, Some(["weight \"conv2.weight\"", "at most 65504", "65520"])),
        (-1e9, true, Some(["weight \"conv2.weight\"", "at most 65504", "-1000000000"])),
        (f32::NAN, false, Some(["weight \"conv2.weight\"", "finite", "NaN"])),
        (f32::NEG_INFINITY, true, Some(["weight \"conv2.weight\"", "finite", "-inf"])),
        // What is nearest to 65519 is 65504.
        (65_519.0, true, None),
        (65_520.0, false, None),
    ] {
        let mut changed = weights.clone();
        changed.get_mut("conv2.weight").expect("its weights").1[7] = value;
        let from = folder.write("from", &write_safetensors(&changed, Precision::Single, &[]).expect("a file"));
        let old = folder.write("out/old", b"old");
        let mut command = Command::new(SHELL);
        command.args(["convert", "--model", "lenet5"]).args(half.then_some("--half")).args([&from, &old]);
        match words {
            Some(words) => {
                is_refused(&mut command, &words);
                assert_eq!(fs::read(&old).expect("the file"), b"old", "{value}");
            }
            None => drop(works(&mut command)),
        }
    }
}

/// Flags of a command that take a number, as its help names them: their defaults are numbers.
fn numbers(command: &str) -> Vec<String> {
    let help = works(Command::new(SHELL).args([command, "-h"])).stdout;
    let help = String::from_utf8_lossy(&help).into_owned();
    let number = |line: &str| {
        let flag = line.trim_start().split_once(' ')?.0;
        line.split_once("[default: ")?.1.split_once(']')?.0.parse::<f64>().ok()?;
        Some(flag.to_string()).filter(|flag| flag.starts_with("--"))
    };
    help.lines().filter_map(number).collect()
}

#[test]
fn every_number_of_the_command_line_has_its_ends() {
    for (command, rest, count) in [("train", &[][..], 10), ("forward", &["lenet5"], 1), ("speed", &["lenet5_b64"], 1)] {
        let flags = numbers(command);
        assert_eq!(flags.len(), count, "{flags:?}");
        for flag in &flags {
            for bad in ["nan", "inf", "-inf", "-1", "-0.001", "1e39", "99999999999999999999", "two", ""] {
                is_refused(Command::new(SHELL).arg(command).args(rest).args([flag, bad]), &[flag, " from ", &format!("found {bad:?}")]);
            }
        }
    }
    is_refused(Command::new(SHELL).args(["train", "--weight-decay", "-0.0002"]), &["--weight-decay", "from 0 to 1000", "-0.0002"]);
    is_refused(Command::new(SHELL).args(["train", "--epochs", "0"]), &["--epochs", "from 1 to 100000", "\"0\""]);
}

#[test]
fn a_network_is_opened_down_to_one_number() {
    let told = |rest: &[&str]| {
        let output = works(Command::new(SHELL).arg("inspect").args(rest));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let table = told(&["lenet5"]);
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("layer ") && lines[1].starts_with("input "), "{table}");
    let total: Vec<&str> = lines[lines.len() - 1].split_whitespace().collect();
    assert_eq!(total[..3], ["total", "61706", "416520"]);
    let csv = told(&["lenet5", "--csv", "--times"]);
    assert!(csv.lines().all(|line| line.split(',').count() >= 8) && csv.lines().count() == lines.len() - 1, "{csv}");
    let layer = told(&["lenet5", "--weights", WEIGHTS, "--layer", "conv2"]);
    assert!(layer.contains("16×10×10") && layer.contains("weight 16×6×5×5"), "{layer}");
    let gradient = told(&["lenet5", "--weights", WEIGHTS, "--layer", "conv2", "--class", "3"]);
    assert!(gradient.contains("class 3's logit"), "{gradient}");
    let cell = told(&["lenet5", "--weights", WEIGHTS, "--layer", "conv2", "--cell", "7,4,2"]);
    assert_eq!(cell.lines().filter(|line| line.starts_with("  channel")).count(), 6, "{cell}");
    assert!(cell.contains("conv2, channel 7, row 4, column 2") && cell.contains("tanh x"), "{cell}");
    let torch = told(&["lenet5", "--torch"]);
    assert!(torch.contains("    \"fc2\": nn.Linear(120, 84),  # 84, 10164 parameters; reads "), "{torch}");
    for (rest, words) in [
        (&["--layer", "conv9"][..], &["conv9", "conv1"][..]),
        (&["--layer", "conv1", "--class", "10"], &["below 10", "found 10"]),
        (&["--layer", "conv1", "--cell", "6,0,0"], &["below 6", "found channel 6"]),
        (&["--layer", "conv1", "--cell", "6,0"], &["channel,row,column", "6,0"]),
        (&["--cell", "6,0,0"], &["--layer"]),
        (&["--layer", "conv1", "--photo", "tests/golden/images/cmyk_8x8.jpg"], &["lenet5", "digits"]),
    ] {
        is_refused(Command::new(SHELL).args(["inspect", "lenet5"]).args(rest), words);
    }
}
