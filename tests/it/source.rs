//! Rust's source text for the house rules: its tokens, the paths that it names, and where its files are.
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A token: a word, `::`, or one sign. A string or a number is one sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub line: usize,
    pub text: String,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The text without comments, strings and numbers.
pub fn tokens(source: &str) -> Vec<Token> {
    let code: Vec<char> = source.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, vec![]);
    while at < code.len() {
        let end = token_end(&code, at);
        let text: String = code[at..end].iter().collect();
        let quoted = text.ends_with(['"', '\'', '#']) && text.len() > 1 || text.starts_with(|c: char| c.is_ascii_digit());
        if quoted {
            found.push(Token { line, text: "\"".into() });
        } else if !text.starts_with("//") && !text.starts_with("/*") && !text.starts_with(char::is_whitespace) {
            found.push(Token { line, text });
        }
        line += code[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    found
}

fn token_end(code: &[char], at: usize) -> usize {
    let until = |from: usize, end: &str| {
        let end: Vec<char> = end.chars().collect();
        (from..code.len()).find(|i| code[*i..].starts_with(&end)).map_or(code.len(), |i| i + end.len())
    };
    let word = at + code[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
    let next = |i: usize| code.get(at + i).copied().unwrap_or(' ');
    match code[at] {
        '/' if next(1) == '/' => until(at, "\n") - 1,
        '/' if next(1) == '*' => until(at, "*/"),
        'r' | 'b' if matches!(code.get(word), Some('"' | '#')) && word - at <= 2 => {
            let hashes: String = code[word..].iter().take_while(|c| **c == '#').collect();
            match code.get(word + hashes.len()) {
                Some('"') if code[at..word].contains(&'r') => until(word + hashes.len() + 1, &format!("\"{hashes}")),
                Some('"') => string_end(code, word),
                _ => word,
            }
        }
        '"' => string_end(code, at),
        '\'' if next(1) == '\\' => until(at + 3, "'"),
        '\'' if next(2) == '\'' => at + 3,
        ':' if next(1) == ':' => at + 2,
        _ => word.max(at + 1),
    }
}

fn string_end(code: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < code.len() && code[at] != '"' {
        at += 1 + usize::from(code[at] == '\\');
    }
    (at + 1).min(code.len())
}

/// A path in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub line: usize,
    pub path: Vec<String>,
    /// The name under which a `use` brings it in; `*` for everything, and none in the middle of code.
    pub bound: Option<String>,
    /// Whether that `use` re-exports it.
    pub public: bool,
    /// The modules of this file around it.
    pub inside: Vec<String>,
}

/// Every path and every single word, in order. Braces of a `use` are expanded. A word after a dot is a field or a method, and is left out.
pub fn read(code: &[Token]) -> Vec<Named> {
    let mut found = vec![];
    let (mut at, mut depth, mut public) = (0, 0, false);
    let mut inside: Vec<(String, usize)> = vec![];
    let text = |i: usize| code.get(i).map_or("", |token| token.text.as_str());
    while at < code.len() {
        let before = if at == 0 { "" } else { text(at - 1) };
        match text(at) {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inside.retain(|(_, around)| *around <= depth);
            }
            "pub" => {
                at = visibility_end(code, at);
                public = text(at) == "use";
                continue;
            }
            "mod" if text(at + 2) == "{" => inside.push((text(at + 1).into(), depth + 1)),
            _ => {}
        }
        let inside = || inside.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        if code[at].is("use") {
            let mut all = vec![];
            at = open(code, at + 1, &[], &mut all);
            found.extend(all.into_iter().map(|(line, path, bound)| Named { line, path, bound: Some(bound), public, inside: inside() }));
            public = false;
        } else if code[at].is_word() && !matches!(before, "." | "fn" | "mod" | "'") && text(at + 1) != ":" {
            let (line, mut path) = (code[at].line, vec![text(at).to_string()]);
            at += 1;
            while text(at) == "::" && code.get(at + 1).is_some_and(Token::is_word) {
                path.push(text(at + 1).into());
                at += 2;
            }
            found.push(Named { line, path, bound: None, public: false, inside: inside() });
        } else {
            at += 1;
        }
    }
    found
}

/// The position after `pub`, `pub(super)` or `pub(in crate::site)`.
fn visibility_end(code: &[Token], at: usize) -> usize {
    let closes = || code[at..].iter().position(|token| token.is(")")).map_or(code.len(), |end| at + end + 1);
    if code.get(at + 1).is_some_and(|token| token.is("(")) { closes() } else { at + 1 }
}

/// Reads one path, or the tree of a `use`, from `at` on. Returns its end.
fn open(code: &[Token], mut at: usize, before: &[String], all: &mut Vec<(usize, Vec<String>, String)>) -> usize {
    let text = |i: usize| code.get(i).map_or("", |token| token.text.as_str());
    let mut path = before.to_vec();
    let line = code.get(at).map_or(0, |token| token.line);
    at += usize::from(text(at) == "::");
    loop {
        match text(at) {
            "{" => {
                at += 1;
                while !matches!(text(at), "}" | "") {
                    at = if text(at) == "," { at + 1 } else { open(code, at, &path, all) };
                }
                return at + 1;
            }
            "*" => {
                all.push((line, path, "*".into()));
                return at + 1;
            }
            "self" if !path.is_empty() => {}
            word => path.push(word.into()),
        }
        at += 1;
        if text(at) != "::" {
            break;
        }
        at += 1;
    }
    let alias = text(at) == "as";
    let bound = if alias { text(at + 1).to_string() } else { path.last().cloned().unwrap_or_default() };
    all.push((line, path, bound));
    at + 2 * usize::from(alias)
}

pub fn sources(extension: &str) -> Vec<PathBuf> {
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

pub fn text(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()))
}

pub fn report(broken: Vec<String>) {
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
