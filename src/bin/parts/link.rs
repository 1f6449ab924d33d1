//! The JavaScript that wasm-split writes: it says which of its programs each part of the page needs.
use std::collections::{BTreeMap, BTreeSet};

pub struct Link {
    /// The parts of the page, with the files of the programs that each needs.
    pub needs: BTreeMap<String, Vec<String>>,
    /// Further arguments of every program, as text of a JavaScript object. In debug builds it is a number by which programs of another build are recognised.
    extras: String,
}

impl Link {
    pub fn read(script: &str) -> Result<Link, String> {
        let expected = |what: &str| format!("__wasm_split.js: expected {what}, found none; is it another version's?");
        let extras = between(script, "sharedImports = { __wasm_split: {", "}").ok_or_else(|| expected("what programs share"))?;
        let mut needs = BTreeMap::new();
        for piece in script.split("export const __wasm_split_load_").skip(1) {
            let (part, rest) = piece.split_once(" =").ok_or_else(|| expected("a part's loader"))?;
            let (rest, _) = rest.split_once("]));").ok_or_else(|| expected("the end of a part's loader"))?;
            let (own, shared) = rest.rsplit_once('[').ok_or_else(|| expected("a list of shared programs"))?;
            // A part may consist only of shared programs.
            let own = between(own, "URL(\"./", "\"").map(str::to_string);
            let shared = shared.split(", ").filter_map(|name| Some(format!("{}.wasm", name.strip_prefix("__")?)));
            needs.insert(part.to_string(), own.into_iter().chain(shared).collect());
        }
        if needs.is_empty() {
            return Err(expected("parts"));
        }
        Ok(Link { needs, extras: extras.trim().to_string() })
    }

    /// The files of all programs, each once.
    pub fn programs(&self) -> Vec<&str> {
        let programs: BTreeSet<&str> = self.needs.values().flatten().map(String::as_str).collect();
        programs.into_iter().collect()
    }

    /// The page's JavaScript with our loader in place of wasm-split's. wasm-bindgen imports the loader once for each part, under different names.
    pub fn with_loader(&self, page: &str, end_of_names: &str, loader: &str) -> Result<String, String> {
        let name = |line: &str| -> Option<String> {
            let name = line.strip_prefix("import * as ")?.strip_suffix(" from \"./__wasm_split.js\"")?;
            Some(name.to_string())
        };
        let parts: Vec<&String> = self.needs.keys().collect();
        let loader = loader
            .replace("\"PARTS\"", &format!("{parts:?}"))
            .replace("\"END\"", &format!("{end_of_names:?}"))
            .replace("\"EXTRAS\"", &format!("{{ {} }}", self.extras));
        if page.lines().filter_map(name).count() == 0 {
            return Err("expected an import of __wasm_split.js in the page's JavaScript, found none".into());
        }
        let line = |line: &str| name(line).map_or_else(|| format!("{line}\n"), |name| format!("const {name} = partLoaders;\n"));
        Ok(loader + &page.lines().map(line).collect::<String>())
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}
