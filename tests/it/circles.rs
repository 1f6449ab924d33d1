//! The house rule that files name each other in one direction only, so that there is no circle of files. A path is followed to the file
//! where the item stands, through all re-exports. Methods, which are called without a path, are not followed.
use crate::source::{Named, Token, read, report, sources, text, tokens};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// The largest number of re-exports that are followed, since imports of everything may form a ring.
const DEEPEST: usize = 8;

/// A module's path. Its first part is the program or the crate.
type Place = Vec<String>;

/// A file as a module: its items, and what it names.
struct Module {
    file: PathBuf,
    /// The names of its own items.
    own: BTreeSet<String>,
    names: Vec<Named>,
    /// The names that its `use`s bring in; `*` for everything in a module.
    bound: BTreeMap<String, Vec<Named>>,
}

/// All modules of a source tree, without tests.
#[derive(Default)]
struct Tree(BTreeMap<Place, Module>);

/// What a name stands for.
enum Found {
    File(PathBuf),
    Module(Place),
}

impl Tree {
    fn of(files: &BTreeMap<PathBuf, String>) -> Tree {
        let mut tree = Tree::default();
        for root in files.keys().filter(|file| is_root(file)) {
            tree.add(files, root.clone(), vec![root.display().to_string()]);
        }
        tree
    }

    fn add(&mut self, files: &BTreeMap<PathBuf, String>, file: PathBuf, place: Place) {
        let Some(source) = files.get(&file) else { return };
        let code = without_tests(tokens(source));
        let named_after = !is_root(&file) && file.file_stem().is_some_and(|stem| stem != "mod");
        let folder = if named_after { file.with_extension("") } else { file.parent().unwrap_or(Path::new("")).to_path_buf() };
        for child in code.windows(3).filter(|t| t[0].is("mod") && t[2].is(";")).map(|t| &t[1].text) {
            let beside = [folder.join(format!("{child}.rs")), folder.join(child).join("mod.rs")];
            let there = beside.into_iter().find(|path| files.contains_key(path));
            self.add(files, there.unwrap_or_default(), [&place[..], std::slice::from_ref(child)].concat());
        }
        let names = read(&code);
        let mut bound: BTreeMap<String, Vec<Named>> = BTreeMap::new();
        for named in &names {
            if let Some(name) = &named.bound {
                bound.entry(name.clone()).or_default().push(named.clone());
            }
        }
        self.0.insert(place, Module { file, own: own(&code), names, bound });
    }

    /// Everything that a name stands for in a module. It may be several things, such as a module and a function.
    fn look_up(&self, place: &Place, name: &str, depth: usize) -> Vec<Found> {
        let Some(module) = self.0.get(place).filter(|_| depth > 0) else { return vec![] };
        let mut found = vec![];
        let child = [&place[..], &[name.to_string()]].concat();
        if self.0.contains_key(&child) {
            found.push(Found::Module(child));
        }
        if module.own.contains(name) {
            found.push(Found::File(module.file.clone()));
            return found;
        }
        if let Some(bound) = module.bound.get(name) {
            // The word itself, if a crate is brought in by it.
            found.extend(bound.iter().filter(|named| named.path.len() > 1).flat_map(|named| self.resolve(place, named, depth - 1)));
            return found;
        }
        for all in module.bound.get("*").into_iter().flatten() {
            for one in self.resolve(place, all, depth - 1) {
                if let Found::Module(there) = one {
                    found.extend(self.look_up(&there, name, depth - 1));
                }
            }
        }
        found
    }

    /// What a path in a module stands for.
    fn resolve(&self, place: &Place, named: &Named, depth: usize) -> Vec<Found> {
        let around = [&place[..], &named.inside[..]].concat();
        let up = named.path.iter().take_while(|part| *part == "super").count();
        match &named.path[..] {
            [first, rest @ ..] if first == "crate" => self.walk(place[..1].to_vec(), rest, depth),
            [first, rest @ ..] if first == "self" => self.walk(around, rest, depth),
            path if up > 0 => self.walk(around[..around.len().saturating_sub(up).max(1)].to_vec(), &path[up..], depth),
            path => self.walk(place.clone(), path, depth),
        }
    }

    /// What is at the end of a path that starts in this module.
    fn walk(&self, from: Place, path: &[String], depth: usize) -> Vec<Found> {
        let [first, rest @ ..] = path else { return vec![Found::Module(from)] };
        // A module within a file counts as that file.
        if !self.0.contains_key(&from) {
            let around = (1..from.len()).rev().map(|n| &from[..n]).find_map(|place| self.0.get(place));
            return around.map(|module| Found::File(module.file.clone())).into_iter().collect();
        }
        let found = self.look_up(&from, first, depth);
        // Only a module, or a type of a file, contains items. A function may have the same name.
        let modules = found.iter().any(|one| matches!(one, Found::Module(_)));
        let on = |one| match one {
            Found::Module(there) if !rest.is_empty() => self.walk(there, rest, depth),
            Found::File(_) if modules && !rest.is_empty() => vec![],
            one => vec![one],
        };
        found.into_iter().flat_map(on).collect()
    }

    /// The files that each file names, and the first place where it does so.
    fn edges(&self) -> BTreeMap<&Path, BTreeMap<PathBuf, (usize, String)>> {
        let mut edges: BTreeMap<&Path, BTreeMap<PathBuf, (usize, String)>> = BTreeMap::new();
        for (place, module) in &self.0 {
            let named = edges.entry(&module.file).or_default();
            let mut met = BTreeSet::new();
            for name in module.names.iter().filter(|name| met.insert((&name.path, &name.inside, name.public))) {
                let found = self.resolve(place, name, DEEPEST);
                // If a module is brought in, the names used from it count.
                let as_module = name.bound.is_some() && found.iter().any(|one| matches!(one, Found::Module(_)));
                for found in found.into_iter().filter(|_| !as_module) {
                    let Found::File(file) = found else { continue };
                    // A module may re-export what its children have: this is how Rust lays files out.
                    let hands_on = name.public
                        && self.0.range(place.clone()..).take_while(|(at, _)| at.starts_with(place)).any(|(_, child)| child.file == file);
                    if file != module.file && !hands_on {
                        named.entry(file).or_insert((name.line, name.path.join("::")));
                    }
                }
            }
        }
        edges
    }
}

/// Whether the file is the root of a program or crate: `src/main.rs`, a crate's `src/lib.rs`, `src/bin/book.rs`, `src/bin/release/main.rs`.
fn is_root(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default();
    name == "lib.rs" || name == "main.rs" || file.parent().is_some_and(|folder| folder.ends_with("src/bin"))
}

/// The code without what is compiled only for tests.
fn without_tests(code: Vec<Token>) -> Vec<Token> {
    let mut kept = vec![];
    let mut at = 0;
    while at < code.len() {
        let is = |i: usize, text: &str| code.get(at + i).is_some_and(|token| token.is(text));
        if is(0, "#") && is(1, "[") && is(2, "cfg") {
            let end = closing(&code, at + 1);
            let words: Vec<&str> = code[at..end].iter().map(|token| token.text.as_str()).collect();
            if words.contains(&"test") && !words.contains(&"not") {
                at = item_end(&code, end);
                continue;
            }
        }
        kept.push(code[at].clone());
        at += 1;
    }
    kept
}

/// The position after the bracket that closes the one at `at`.
fn closing(code: &[Token], at: usize) -> usize {
    let mut depth = 0;
    for (i, token) in code.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    code.len()
}

/// The position after the item that begins at `at`: after its semicolon, or after the body of a function, type or module.
fn item_end(code: &[Token], mut at: usize) -> usize {
    let (mut value, mut item) = (false, false);
    while at < code.len() {
        match code[at].text.as_str() {
            "use" | "const" | "static" | "let" => value = true,
            "fn" => (value, item) = (false, true),
            "struct" | "enum" | "impl" | "trait" | "mod" => item = true,
            // The end of a field or an arm.
            "," if !item => return at + 1,
            ";" => return at + 1,
            "}" => return at,
            "{" if !value => return closing(code, at),
            _ => {}
        }
        at = if matches!(code[at].text.as_str(), "(" | "[" | "{") { closing(code, at) } else { at + 1 };
    }
    at
}

/// The names of a file's own items.
fn own(code: &[Token]) -> BTreeSet<String> {
    const ITEMS: &[&str] = &["fn", "struct", "enum", "union", "trait", "type", "const", "static", "mod"];
    let mut names = BTreeSet::new();
    let (mut at, mut kept) = (0, false);
    while at < code.len() {
        let token = &code[at];
        if token.is("{") || token.is("(") {
            at = closing(code, at);
            continue;
        }
        if ITEMS.contains(&token.text.as_str()) && !(at > 0 && code[at - 1].is("'")) {
            // The items of `mod name;` are in another file.
            kept = !(token.is("mod") && code.get(at + 2).is_some_and(|end| end.is(";")));
        } else if token.is("macro_rules") {
            names.extend(code.get(at + 2).map(|name| name.text.clone()));
        } else if kept && token.is_word() && !token.is("mut") {
            names.insert(token.text.clone());
            kept = false;
        } else if !token.is_word() {
            kept = false;
        }
        at += 1;
    }
    names
}

/// A paragraph for each circle: its files, and which names which.
fn circles(files: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let tree = Tree::of(files);
    let edges = tree.edges();
    let reach = |from: &Path| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(file) = next.pop() {
            next.extend(edges[file].keys().map(PathBuf::as_path).filter(|there| seen.insert(there.to_path_buf())));
        }
        seen
    };
    let reached: BTreeMap<&Path, BTreeSet<PathBuf>> = edges.keys().map(|file| (*file, reach(file))).collect();
    let mut told: BTreeSet<&Path> = BTreeSet::new();
    let mut found = vec![];
    for file in edges.keys() {
        let circle: Vec<&Path> =
            edges.keys().copied().filter(|there| reached[file].contains(*there) && reached[there].contains(*file)).collect();
        if circle.len() < 2 || !told.insert(file) {
            continue;
        }
        told.extend(circle.iter());
        let mut lines = vec![format!("a circle of {} files:", circle.len())];
        for from in &circle {
            for (to, (line, path)) in edges[from].iter().filter(|(to, _)| circle.contains(&to.as_path())) {
                lines.push(format!("  {}:{line} names {} ({path})", from.display(), to.display()));
            }
        }
        found.push(lines.join("\n"));
    }
    found
}

#[test]
fn no_circle_of_files_is_left() {
    let all = sources("rs").into_iter().map(|file| (file.clone(), text(&file))).collect();
    report(circles(&all));
}

#[test]
fn planted_circles_are_caught() {
    let planted = |files: &[(&str, &str)]| {
        let files = files.iter().map(|(file, source)| (Path::new("crates/engine/src").join(file), source.to_string()));
        circles(&files.collect())
    };
    let lib = ("lib.rs", "mod a;\npub mod b;\npub use b::B;\nfn door() {}\n");
    let a = ("a.rs", "use super::b::B;\npub struct A(B);\n");
    let none: [String; 0] = [];
    let two = "a circle of 2 files:\n  crates/engine/src/a.rs:1 names crates/engine/src/b.rs (super::b::B)\n  crates/engine/src/b.rs:2 names crates/engine/src/a.rs (crate::a::A)";
    assert_eq!(planted(&[lib, a, ("b.rs", "pub struct B;\nfn f(_: crate::a::A) {}\n")]), [two], "in the middle of code");
    assert_eq!(planted(&[lib, a, ("b.rs", "//! crate::a\npub struct B;\nconst S: &str = \"// crate::a::A\";\n")]), none);
    assert_eq!(planted(&[lib, a, ("b.rs", "pub struct B;\n#[cfg(test)]\nmod tests {\n use super::super::a::A;\n}\n")]), none);
    assert_eq!(planted(&[lib, a, ("b.rs", "pub struct B;\n#[cfg(test)]\nfn f<T, U>(_: T, _: U) -> crate::a::A {}\n")]), none);
    // An item that the parent re-exports belongs to the child; an item in the parent belongs to the parent.
    assert_eq!(planted(&[lib, ("a.rs", "pub struct A(super::B);\n"), ("b.rs", "use super::a::A;\npub struct B;\n")]).len(), 1);
    assert_eq!(planted(&[lib, ("a.rs", "use super::door;\n"), ("b.rs", "use super::door;\npub struct B;\n")]), none);
    let uses = "mod a;\npub mod b;\npub use b::B;\nfn door() -> B { b::open() }\n";
    assert_eq!(
        planted(&[("lib.rs", uses), ("a.rs", ""), ("b.rs", "use super::door;\npub struct B;\npub fn open() -> B { B }\n")]).len(),
        1
    );
    // Everything of the parent by a star; deeper folders; a module within a file; a function with a module's name.
    assert_eq!(planted(&[lib, ("a.rs", "use super::*;\nfn f(_: B) {}\n"), ("b.rs", "use super::a::f;\npub struct B;\n")]).len(), 1);
    let deep = ("b/mod.rs", "mod c;\npub use c::C as B;\n");
    assert_eq!(planted(&[lib, a, deep, ("b/c.rs", "use super::super::a::A;\npub struct C;\n")]).len(), 1);
    assert_eq!(planted(&[lib, a, ("b.rs", "pub struct B;\nmod own {\n use super::super::a::A;\n}\n")]).len(), 1);
    assert_eq!(planted(&[lib, a, ("b.rs", "pub struct B;\nmod own {\n use super::B;\n}\n")]), none);
    let named_alike = ("lib.rs", "mod a;\npub mod b;\npub mod c;\nfn c() {}\n");
    assert_eq!(planted(&[named_alike, ("a.rs", ""), ("b.rs", "use super::c;\nfn f() { c::g() }\n"), ("c.rs", "pub fn g() {}\n")]), none);
}
