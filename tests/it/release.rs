//! The release: every file of a build gets an address with the version of its content, and the page lists them.
use receptive::book::contents::ROUTES;
use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

const PAGE: &str = r#"<!doctype html><head><base href="https://book.example/x/" /><title>Receptive</title>
<meta name="description" content="A book." /><meta name="color-scheme" content="light dark" /><meta http-equiv="Content-Security-Policy" content="script-src 'self'; img-src 'self'" />
<link rel="preload" href="fonts/a.woff2" as="font" /><link rel="stylesheet" href="/x/one-0123456789abcdef.css"/>
<link rel="stylesheet" href="/x/two-0123456789abcde.css"/><script type="module">import '/x/site-fedcba9876543210.js';</script>
<script type="application/json" id="files"></script><script>theme()</script><script src="other.js"></script></head>
<body><div id="early"></div><script id="early-check">check()</script></body>"#;
/// A lecture of one block.
const LECTURE: &str = r##"{"headings":[{"id":"a","title":"A & B"}],"blocks":[{"Text":"<h2 id=\"a\">A</h2><p>Text, <a href=\"#work-b\">B</a></p>"}],"works":[]}"##;
const FILES: &[(&str, &str)] = &[
    ("index.html", PAGE),
    ("one-0123456789abcdef.css", "@font-face { src: url(\"fonts/a.woff2\") }\n"),
    ("two-0123456789abcde.css", "p { color: red }\n"),
    ("site-fedcba9876543210.js", "start()"),
    ("service-worker.js", "// kept\nconst RELEASE = \"\";\nconst FILES = [];\nconst DATA = [];\nwork();\n"),
    ("fonts/a.woff2", "font"),
    ("fonts/LICENSE.txt", "free"),
    ("worker.js", "work()"),
    ("lectures/one.json", "{}"),
    ("data/photo.png", "photo"),
    ("data/weights.json", "[]"),
];

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = Folder(std::env::temp_dir().join(format!("receptive-{name}-{}", std::process::id())));
        for (path, text) in FILES {
            folder.write(path, text);
        }
        for slug in ROUTES.iter().filter_map(|route| route.path.strip_prefix("lecture/")) {
            folder.write(&format!("lectures/{slug}.json"), LECTURE);
        }
        folder
    }
    fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("the folder");
        fs::write(file, text).expect("the file");
    }
    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
    fn release(&self) -> Output {
        Command::new(env!("CARGO_BIN_EXE_release")).arg(&self.0).output().expect("the program runs")
    }
    fn released(&self) -> [String; 3] {
        let output = self.release();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        ["index.html", "book.css", "service-worker.js"].map(|path| self.read(path))
    }
}

#[test]
fn addresses_change_with_contents_only() {
    let folder = Folder::new("release");
    let [page, sheet, worker] = folder.released();
    // The sums are from sha256sum.
    let font = "fonts/a.woff2?v=795ea3efa43d0872";
    assert!(
        page.contains(&format!("href=\"{font}\"")) && sheet.contains(&format!("url(\"{font}\")")) && worker.contains(font),
        "{page}{sheet}{worker}"
    );
    assert!(sheet.ends_with("p { color: red }\n"), "{sheet}");
    assert!(page.matches("rel=\"stylesheet\"").count() == 1 && page.contains("href=\"/x/book.css?v="), "{page}");
    let fetched = page.split_once("id=\"files\"").expect("the list").1;
    assert!(fetched.contains("\"worker.js\":\"") && fetched.contains("\"lectures/one.json\":\"44136fa355b3678a\""), "{fetched}");
    for absent in ["site-", "a.woff2", "LICENSE", "index.html"] {
        assert!(!fetched.split("</script>").next().unwrap_or_default().contains(absent), "{absent} in {fetched}");
    }
    let [kept, data] =
        ["const FILES = ", "const DATA = "].map(|start| worker.lines().find(|line| line.starts_with(start)).expect("a list"));
    assert!(kept.contains("\"site-fedcba9876543210.js\"") && kept.contains("data/weights.json?v=") && !kept.contains("photo"), "{kept}");
    assert!(data.contains("data/photo.png?v=") && !data.contains("worker"), "{data}");
    let [start, end] = ["<div id=\"early\"", "<script id=\"early-check\">"].map(|mark| page.find(mark).expect("the early text"));
    let other = folder.read("404.html");
    assert_eq!(other.replace("<div id=\"early\"></div>\n    ", &page[start..end]), page, "the page of another address has no text");

    assert_eq!(folder.released(), [page.clone(), sheet.clone(), worker.clone()], "a second run changes nothing");
    folder.write("lectures/one.json", "{ }");
    let [changed, same_sheet, other_worker] = folder.released();
    assert_eq!(same_sheet, sheet);
    assert!(!changed.contains("44136fa355b3678a") && !other_worker.contains("44136fa355b3678a"), "{changed}");
    let name = |page: &str| page.split_once("data-release=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(name, _)| name.to_string());
    assert!(name(&page).is_some_and(|name| name.len() == 16 && worker.contains(&format!("const RELEASE = \"{name}\";"))), "{page}");
    assert_ne!(name(&changed), name(&page));
}

#[test]
fn every_page_is_a_file_with_its_title_and_its_text() {
    let folder = Folder::new("pages");
    folder.released();
    for route in ROUTES {
        let name = format!("{}/index.html", route.path);
        let page = folder.read(name.trim_start_matches('/'));
        let title = if route.path.is_empty() { "Receptive".into() } else { format!("{} · Receptive", route.title) };
        for part in [
            format!("<title>{title}</title>"),
            format!("<meta property=\"og:title\" content=\"{}\" />", route.title),
            format!("data-path=\"{}\"", route.path),
            format!("<h1>{}</h1>", route.title),
        ] {
            assert_eq!(page.matches(&part).count(), 1, "{name}: {part}");
        }
        assert_eq!(page.matches("name=\"description\"").count(), 1, "{name}");
    }
    let lecture = folder.read("lecture/resnet/index.html");
    assert!(
        lecture.contains("<a href=\"lecture/resnet#a\">A &amp; B</a>") && lecture.contains("<p>Text, <a href=\"lecture/resnet#work-b\">"),
        "{lecture}"
    );
    assert!(folder.read("sitemap.xml").contains("<loc>https://book.example/x/lab/train</loc>"));
    folder.released();
    assert_eq!(folder.read("lecture/resnet/index.html"), lecture, "a second run changes nothing");
}

#[test]
fn the_policy_names_the_scripts_of_the_page() {
    let folder = Folder::new("policy");
    let [page, ..] = folder.released();
    // printf %s 'theme()' | openssl dgst -sha256 -binary | base64
    assert!(page.contains("'sha256-Rfr3GgHZFiXm+TmNr+li+0sZ4J9FGllo8jsXcJF5XZ8='"), "{page}");
    assert_eq!(page.matches("'sha256-").count(), 3, "a list and a file need none: {page}");
    folder.write("index.html", &page.replace("theme()", "other()"));
    let [page, ..] = folder.released();
    assert!(!page.contains("'sha256-Rfr3GgHZFiXm+TmNr+li+0sZ4J9FGllo8jsXcJF5XZ8='") && page.matches("'sha256-").count() == 3, "{page}");
}

#[test]
fn what_is_missing_is_said() {
    for (file, without, word) in [
        ("index.html", "<script type=\"application/json\" id=\"files\"></script>", "id=\"files\""),
        ("index.html", "script-src 'self'; ", "script-src"),
        ("index.html", "<div id=\"early\"></div>", "id=\"early\""),
        ("service-worker.js", "const DATA = [];\n", "const DATA"),
    ] {
        let folder = Folder::new("missing");
        folder.write(file, &folder.read(file).replace(without, ""));
        let output = folder.release();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(file) && said.contains(word), "{said}");
    }
}
