//! The house rules that the compiler does not know: floors, shaders, the length of a file, its first sentence.
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where a floor begins in the crate, and how high it lies. A module names its own floor and lower ones only; two floors of one height do not know each other.
const FLOORS: &[(&str, usize)] = &[
    ("error", 0),
    ("book", 1),
    ("engine::gpu", 1),
    ("engine::tensor", 2),
    ("engine::autograd", 3),
    ("engine::ops", 4),
    ("nets::files", 1),
    ("nets::nn", 5),
    ("nets::data", 6),
    ("nets::models", 7),
    ("nets::vision", 6),
    ("nets::train", 7),
    ("nets::insight", 8),
    ("workbench", 9),
    // What the pages stand on besides widgets: the page's end of the workbench, fetching, the address bar.
    ("site", 10),
    ("site::widgets", 11),
    ("site::figures", 12),
    ("site::lectures", 13),
    ("site::labs", 13),
    ("site::contents", 14),
    ("site::home", 15),
    ("site::theme_switch", 14),
    ("site::app", 16),
];
const LONGEST: usize = 400;

/// The floor of a module path: the longest entry that it begins with.
fn floor(module: &[String]) -> Option<(&'static str, usize)> {
    let begins = |floor: &str| floor.split("::").enumerate().all(|(i, part)| module.get(i).is_some_and(|m| m == part));
    FLOORS.iter().copied().filter(|(name, _)| begins(name)).max_by_key(|(name, _)| name.len())
}

/// `src/engine/gpu/kernel.rs` is the module engine, gpu, kernel; `src/engine/gpu/mod.rs` is engine, gpu.
fn module_of(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> = file.with_extension("").iter().skip(1).map(|p| p.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|p| p == "mod") {
        parts.pop();
    }
    parts
}

/// Every path of the source that starts at `crate` or `super`, with its line; braces of a `use` are opened.
fn paths(source: &str) -> Vec<(usize, Vec<String>)> {
    // Comments become spaces, so that places stay the same.
    let code: Vec<char> = source
        .lines()
        .flat_map(|line| {
            let end = line.find("//").unwrap_or(line.len());
            line[..end].chars().chain(line[end..].chars().map(|_| ' ')).chain(['\n']).collect::<Vec<_>>()
        })
        .collect();
    let mut found = vec![];
    let (mut at, mut line) = (0, 1);
    while at < code.len() {
        let word = word_at(&code, at);
        if matches!(word.as_str(), "crate" | "super") && follows(&code, at + word.len()) {
            let mut all = vec![];
            let end = open(&code, at, &[], &mut all);
            found.extend(all.into_iter().map(|path| (line, path)));
            line += code[at..end].iter().filter(|c| **c == '\n').count();
            at = end;
        } else {
            let step = word.chars().count().max(1);
            line += usize::from(code[at] == '\n');
            at += step;
        }
    }
    found
}

fn word_at(code: &[char], at: usize) -> String {
    code[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect()
}

fn skip(code: &[char], mut at: usize) -> usize {
    while code.get(at).is_some_and(|c| c.is_whitespace()) {
        at += 1;
    }
    at
}

fn follows(code: &[char], at: usize) -> bool {
    code.get(at..at + 2) == Some(&[':', ':'])
}

/// Reads one path, or the tree of a `use`, from `at`; returns where it ends.
fn open(code: &[char], at: usize, before: &[String], all: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = skip(code, at);
    loop {
        if code.get(at) == Some(&'{') {
            at += 1;
            loop {
                at = skip(code, at);
                match code.get(at) {
                    None => return at,
                    Some('}') => return at + 1,
                    Some(',') => at += 1,
                    Some(_) => {
                        let end = open(code, at, &path, all);
                        at = skip_alias(code, end.max(at + usize::from(end == at)));
                    }
                }
            }
        }
        let word = word_at(code, at);
        at += word.chars().count();
        if !word.is_empty() {
            path.push(word);
        }
        if !follows(code, at) {
            all.push(path);
            return at;
        }
        at += 2;
    }
}

/// Past ` as name` and past a `*`, to the comma or brace that ends an item.
fn skip_alias(code: &[char], mut at: usize) -> usize {
    while code.get(at).is_some_and(|c| !matches!(c, ',' | '}')) {
        at += 1;
    }
    at
}

/// A path from the root of the crate: `super` of a module is the one around it.
fn resolve(module: &[String], path: &[String]) -> Vec<String> {
    let up = path.iter().take_while(|part| *part == "super").count();
    let kept = if path.first().is_some_and(|p| p == "crate") { 0 } else { module.len().saturating_sub(up) };
    module[..kept].iter().chain(path.iter().skip(up.max(usize::from(kept == 0 && up == 0)))).cloned().collect()
}

/// A sentence for each line of this file that names a higher floor.
fn violations(file: &Path, source: &str) -> Vec<String> {
    let module = module_of(file);
    let Some((here, height)) = floor(&module) else { return vec![] };
    let mut broken: Vec<String> = paths(source)
        .into_iter()
        .filter_map(|(line, path)| {
            let (there, higher) = floor(&resolve(&module, &path))?;
            let wrong = higher > height || higher == height && there != here;
            wrong.then(|| format!("{}:{line}: the floor {here} names {there}, which does not lie below it", file.display()))
        })
        .collect();
    broken.dedup();
    broken
}

fn sources(extension: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    let mut found = vec![];
    walk(Path::new("src"), extension, &mut found);
    found.sort();
    assert!(extension != "rs" || !found.is_empty(), "no sources under src: run the tests from the package's folder");
    found
}

fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

fn report(broken: Vec<String>) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn a_module_names_its_own_floor_and_lower_ones_only() {
    // The doors of engine, nets and site only list what is behind them.
    let doors = ["src/engine/mod.rs", "src/nets/mod.rs", "src/site/mod.rs"];
    report(
        sources("rs").iter().filter(|f| !doors.iter().any(|d| f.as_path() == Path::new(d))).flat_map(|f| violations(f, &text(f))).collect(),
    );
}

#[test]
fn a_planted_violation_is_caught() {
    let caught = |file: &str, source: &str| violations(Path::new(file), source);
    let ops = "src/engine/ops/relu.rs";
    assert_eq!(
        caught(ops, "use crate::engine::{gpu::Dispatch, tensor::Tensor};\nuse super::super::autograd::Var;\n"),
        Vec::<String>::new()
    );
    let two_lines = caught(ops, "//! crate::site is only named here.\nuse crate::{\n    error::Result,\n    nets::nn::Module as _,\n};\n");
    assert_eq!(two_lines, ["src/engine/ops/relu.rs:2: the floor engine::ops names nets::nn, which does not lie below it"]);
    assert_eq!(
        caught("src/engine/gpu/mod.rs", "fn f() {}\n\nfn g() { super::tensor::zeros() }\n").len(),
        1,
        "super:: in the middle of code"
    );
    assert_eq!(caught("src/nets/data/idx.rs", "use crate::nets::models::MODELS;\n").len(), 1, "a neighbour of the same height");
    assert_eq!(caught("src/site/widgets/slider.rs", "use crate::site::{url, app::{self, *}};\n").len(), 1, "nested braces");
    assert_eq!(caught("src/site/labs/train.rs", "use super::super::widgets::*;\nuse crate::workbench::protocol::Request;\n").len(), 0);
}

#[test]
fn every_shader_is_included_by_a_file_beside_it() {
    let included = |shader: &PathBuf| {
        let name = format!("{:?}", shader.file_name().unwrap_or_default());
        sources("rs").iter().any(|rust| rust.parent() == shader.parent() && text(rust).contains(&name))
    };
    report(
        sources("wgsl")
            .iter()
            .filter(|s| !included(s))
            .map(|s| format!("{}: no .rs file beside it includes this shader", s.display()))
            .collect(),
    );
}

#[test]
fn files_stay_short_and_say_what_they_are_for() {
    let mut broken = vec![];
    for file in sources("rs").into_iter().chain(sources("wgsl")) {
        let source = text(&file);
        let lines = source.lines().count();
        if lines > LONGEST {
            broken.push(format!("{}: {lines} lines where {LONGEST} are the most; split it by concept", file.display()));
        }
        if file.extension().is_some_and(|e| e == "rs") && !source.starts_with("//! ") {
            broken.push(format!("{}:1: expected a //! sentence that says what the file is responsible for", file.display()));
        }
    }
    report(broken);
}
