//! The house rules that the compiler does not check: floors, shaders, the length of a file, its first sentence.
use crate::source::{Named, read, report, sources, text, tokens};
use std::path::{Path, PathBuf};

/// Where a floor begins, and its height. A module names only its own floor and lower ones. Two floors of the same height do not know each
/// other. Between crates the compiler checks this; this test reads the paths within a crate.
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
    // The parts of the site under the pages, besides widgets: clients of the workbench, fetching, the address.
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

/// The floor of a module path: the longest entry with which it begins.
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

/// The crate that `crate` stands for in this file: a named crate, or the site's root, which has no name.
fn crate_of(file: &Path) -> Vec<String> {
    let mut parts = file.iter().map(|p| p.to_string_lossy().into_owned());
    if parts.next().is_some_and(|p| p == "crates") { parts.next().into_iter().collect() } else { vec![] }
}

/// An absolute path, in which `super` is replaced by the module around.
fn resolve(file: &Path, Named { path, inside, .. }: &Named) -> Vec<String> {
    let module = [module_of(file), inside.clone()].concat();
    let up = path.iter().take_while(|part| *part == "super").count();
    let (base, rest) = match &path[..] {
        [first, rest @ ..] if first == "crate" => (crate_of(file), rest),
        _ => (module[..module.len().saturating_sub(up)].to_vec(), &path[up..]),
    };
    base.into_iter().chain(rest.iter().cloned()).collect()
}

/// A sentence for each line of this file that names a higher floor.
fn violations(file: &Path, source: &str) -> Vec<String> {
    let Some((here, height)) = floor(&module_of(file)) else { return vec![] };
    let mut broken: Vec<String> = read(&tokens(source))
        .into_iter()
        .filter(|named| matches!(named.path[0].as_str(), "crate" | "super"))
        .filter_map(|named| {
            let (there, higher) = floor(&resolve(file, &named))?;
            let wrong = higher > height || higher == height && there != here;
            wrong.then(|| format!("{}:{}: the floor {here} names {there}, which does not lie below it", file.display(), named.line))
        })
        .collect();
    broken.dedup();
    broken
}

#[test]
fn a_module_names_its_own_floor_and_lower_ones_only() {
    // This file only lists the site's modules.
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
        ["crates/engine/src/autograd/tape.rs:4: the floor engine::autograd names engine::ops, which does not lie below it"]
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

/// Functions that call back later, and the only files of the site that may use them. Everything else uses a `Scope`, so that no answer
/// meets state that is gone.
const LATER: &[&str] =
    &["spawn_local", "set_timeout", "set_interval", "request_animation_frame", "Suspend::", "JsFuture::from(window().fetch"];
const WHO_MAY_WAIT: &[&str] = &[
    "src/site/scope.rs",
    // It serves the whole app, which lives as long as the page.
    "src/site/offline.rs",
    // It requests a frame for all, and keeps the scope of each.
    "src/site/widgets/brush.rs",
    // It must learn of a camera that nobody waits for any more, to close it.
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
