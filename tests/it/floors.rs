//! The house rules that the compiler does not know: floors, shaders, the length of a file, its first sentence.
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where a floor begins, and how high it lies. A module names its own floor and lower ones only; two floors of one height do not know each other.
/// Between crates the compiler holds it: what this test reads is the paths within one.
const FLOORS: &[(&str, usize)] = &[
    ("engine::error", 0),
    ("engine::gpu", 1),
    ("engine::tensor", 2),
    ("engine::autograd", 3),
    ("engine::ops", 4),
    ("vision::files", 1),
    ("vision", 5),
    ("nets::nn", 5),
    ("nets::data", 6),
    ("nets::models", 7),
    ("nets::train", 7),
    ("nets::insight", 8),
    ("workbench::protocol", 9),
    ("workbench", 10),
    ("wire", 10),
    // What the pages stand on besides widgets: the page's end of the workbench, fetching, the address bar.
    ("site", 11),
    ("site::widgets", 12),
    ("site::figures", 13),
    ("site::lectures", 14),
    ("site::labs", 14),
    ("site::contents", 15),
    ("site::home", 16),
    ("site::theme_switch", 15),
    ("site::app", 17),
];
const LONGEST: usize = 400;

/// The floor of a module path: the longest entry that it begins with.
fn floor(module: &[String]) -> Option<(&'static str, usize)> {
    let begins = |floor: &str| floor.split("::").enumerate().all(|(i, part)| module.get(i).is_some_and(|m| m == part));
    FLOORS.iter().copied().filter(|(name, _)| begins(name)).max_by_key(|(name, _)| name.len())
}

/// `crates/engine/src/gpu/kernel.rs` is the module engine, gpu, kernel; `crates/engine/src/gpu/mod.rs` is engine, gpu; `src/site/app.rs` is site, app.
fn module_of(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> = file.with_extension("").iter().map(|p| p.to_string_lossy().into_owned()).filter(|p| p != "src").collect();
    parts.drain(..usize::from(parts[0] == "crates"));
    if parts.last().is_some_and(|p| p == "mod" || p == "lib") {
        parts.pop();
    }
    parts
}

/// What `crate` stands for in this file: one of the crates by name, or the root of the site's, which has none.
fn crate_of(file: &Path) -> Vec<String> {
    let mut parts = file.iter().map(|p| p.to_string_lossy().into_owned());
    if parts.next().is_some_and(|p| p == "crates") { parts.next().into_iter().collect() } else { vec![] }
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

/// A path from its root: `super` of a module is the one around it.
fn resolve(file: &Path, path: &[String]) -> Vec<String> {
    let module = module_of(file);
    let up = path.iter().take_while(|part| *part == "super").count();
    let (base, rest) = match path {
        [first, rest @ ..] if first == "crate" => (crate_of(file), rest),
        _ => (module[..module.len().saturating_sub(up)].to_vec(), &path[up..]),
    };
    base.into_iter().chain(rest.iter().cloned()).collect()
}

/// A sentence for each line of this file that names a higher floor.
fn violations(file: &Path, source: &str) -> Vec<String> {
    let Some((here, height)) = floor(&module_of(file)) else { return vec![] };
    let mut broken: Vec<String> = paths(source)
        .into_iter()
        .filter_map(|(line, path)| {
            let (there, higher) = floor(&resolve(file, &path))?;
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
    ["src", "crates"].into_iter().for_each(|folder| walk(Path::new(folder), extension, &mut found));
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
    // The site's door only lists what is behind it.
    let door = Path::new("src/site/mod.rs");
    report(sources("rs").iter().filter(|file| file.as_path() != door).flat_map(|file| violations(file, &text(file))).collect());
}

#[test]
fn a_planted_violation_is_caught() {
    let caught = |file: &str, source: &str| violations(Path::new(file), source);
    let ops = "crates/engine/src/ops/relu.rs";
    assert_eq!(caught(ops, "use crate::{gpu::Dispatch, tensor::Tensor};\nuse super::super::autograd::Var;\n"), Vec::<String>::new());
    let tape = "crates/engine/src/autograd/tape.rs";
    let two_lines = caught(tape, "//! crate::ops is only named here.\nuse crate::{\n    error::Result,\n    ops::MatMul as _,\n};\n");
    assert_eq!(
        two_lines,
        ["crates/engine/src/autograd/tape.rs:2: the floor engine::autograd names engine::ops, which does not lie below it"]
    );
    let gpu = caught("crates/engine/src/gpu/mod.rs", "fn f() {}\n\nfn g() { super::tensor::zeros() }\n");
    assert_eq!(gpu.len(), 1, "super:: in the middle of code");
    assert_eq!(caught("crates/nets/src/train/rule.rs", "use crate::models::model;\n").len(), 1, "a neighbour of the same height");
    assert_eq!(caught("crates/nets/src/nn/seq.rs", "use crate::insight::unit;\nuse engine::ops::Sum;\n").len(), 1);
    assert_eq!(
        caught("crates/workbench/src/protocol.rs", "use super::Host;\nuse crate::Session;\n").len(),
        2,
        "what the page has, of the jobs"
    );
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

/// Ways to be called back later, and the only files of the site that may use them: all else goes through a `Scope`, so that no answer meets a page that is gone.
const LATER: &[&str] =
    &["spawn_local", "set_timeout", "set_interval", "request_animation_frame", "Suspend::", "JsFuture::from(window().fetch"];
const WHO_MAY_WAIT: &[&str] = &[
    "src/site/scope.rs",
    // For the whole app, however long it lives.
    "src/site/offline.rs",
    // Asks for a frame for everybody, and keeps the scope of each.
    "src/site/widgets/brush.rs",
    // Has to hear of a camera that nobody waits for any more, to close it.
    "src/site/widgets/camera.rs",
    "src/site/fetch.rs",
];

fn waits_alone(file: &Path, source: &str) -> Vec<String> {
    let may = !file.starts_with("src/site") || WHO_MAY_WAIT.iter().any(|one| file == Path::new(one));
    let code = |line: &str| line[..line.find("//").unwrap_or(line.len())].to_string();
    let found = source.lines().enumerate().filter(|(_, line)| !may && LATER.iter().any(|way| code(line).contains(way)));
    found.map(|(at, line)| format!("{}:{}: waits without a Scope: {}", file.display(), at + 1, line.trim())).collect()
}

#[test]
fn whoever_waits_on_a_page_waits_in_its_scope() {
    let planted = "use leptos::task::spawn_local;\n// set_timeout is only named here\nset_timeout(move || seen.set(true), REST);\n";
    assert_eq!(waits_alone(Path::new("src/site/labs/train/view.rs"), planted).len(), 2);
    assert_eq!(waits_alone(Path::new("src/site/scope.rs"), planted).len(), 0);
    report(sources("rs").iter().flat_map(|file| waits_alone(file, &text(file))).collect());
}
