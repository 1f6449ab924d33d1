//! What is saved lies on the disk before it takes the place of what was there: otherwise a machine that ends then leaves an empty file.
use std::{env, fs, process::Command};

#[test]
fn a_file_is_flushed_before_it_takes_its_place_and_its_folder_after() {
    let folder = env::temp_dir().join(format!("receptive-flushed-{}", std::process::id()));
    let out = folder.join("out");
    fs::create_dir_all(&out).expect("a folder");
    let (witness, record) = (folder.join("witness.so"), folder.join("record"));
    let compiler = env::var_os("RUSTC").unwrap_or("rustc".into());
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/flushed/witness.rs");
    let built = Command::new(compiler).args(["--edition", "2024", "--crate-type", "cdylib", source, "-o"]).arg(&witness).status();
    assert!(built.expect("the compiler runs").success());

    let saved = Command::new(env!("CARGO_BIN_EXE_receptive"))
        .args(["convert", "--model", "lenet5", "assets/weights/lenet5.safetensors"])
        .arg(out.join("weights"))
        .env("LD_PRELOAD", &witness)
        .env("WITNESSED", &record)
        .output()
        .expect("the program runs");
    let seen = fs::read_to_string(&record).unwrap_or_default();
    drop(fs::remove_dir_all(&folder));
    assert!(saved.status.success(), "{}", String::from_utf8_lossy(&saved.stderr));
    let seen: Vec<&str> = seen.lines().collect();
    let at = seen.iter().position(|line| *line == "rename weights").unwrap_or_else(|| panic!("a rename, found {seen:?}"));
    let is_draft = |line: &&str| line.starts_with("flush .receptive-") && line.ends_with(".part");
    assert!(seen[..at].last().is_some_and(is_draft), "the draft flushed before: {seen:?}");
    assert_eq!(seen[at + 1..], ["flush out"], "the folder flushed after");
}
