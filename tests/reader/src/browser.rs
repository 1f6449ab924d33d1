//! Chromium with chromedriver: with WebGPU on a software adapter or without WebGPU, and with a proxy that catches every request to another host.
use fantoccini::{Client, ClientBuilder, wd::WebDriverCompatibleCommand};
use serde_json::{Value, json};
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

#[derive(Clone, Copy, PartialEq)]
pub enum WebGpu {
    /// SwiftShader, a software adapter.
    Software,
    Absent,
}

const QUIET: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-default-apps",
    "--window-size=1280,900",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
];
const SOFTWARE_WEBGPU: &[&str] = &[
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
    "--use-vulkan=swiftshader",
    "--disable-vulkan-surface",
];

pub struct Browser {
    pub client: Client,
    driver: Child,
    /// The first line of every request to another host.
    pub outside: Arc<Mutex<Vec<String>>>,
    pub downloads: PathBuf,
}

impl Browser {
    pub async fn start(webgpu: WebGpu) -> Browser {
        let chromium = program("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"], "Chromium");
        let (driver, port) = driver();
        let (outside, trap) = trap();
        let downloads = env::temp_dir().join(format!("receptive-e2e-{port}"));
        fs::create_dir_all(&downloads).expect("a folder for downloads");
        let mut flags: Vec<String> = QUIET.iter().map(|f| f.to_string()).collect();
        flags.push(format!("--proxy-server=http://127.0.0.1:{trap}"));
        if webgpu == WebGpu::Software {
            flags.extend(SOFTWARE_WEBGPU.iter().map(|f| f.to_string()));
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": chromium, "args": flags, "prefs": {"download.default_directory": downloads}},
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector)
            .capabilities(capabilities.as_object().cloned().unwrap_or_default())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|e| panic!("chromedriver could not start {}: {e}", chromium.display()));
        Browser { client, driver, outside, downloads }
    }

    pub async fn close(self) {
        // The driver also ends its browser. A browser that has crashed cannot be closed, and need not be.
        drop(self.client.clone().close().await);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.driver.kill());
        drop(self.driver.wait());
        drop(fs::remove_dir_all(&self.downloads));
    }
}

fn program(variable: &str, names: &[&str], what: &str) -> PathBuf {
    if let Some(named) = env::var_os(variable) {
        return named.into();
    }
    let folders: Vec<PathBuf> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let found = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("{what} is missing: run  script/bootstrap --tests  or name it in {variable}"))
}

/// Starts chromedriver on a port of its own choice, which it prints. That port is free under IPv6, but another test's host may use it under
/// IPv4. Then chromedriver ends at once, and another attempt chooses another port.
fn driver() -> (Child, u16) {
    let program = program("CHROMEDRIVER", &["chromedriver"], "chromedriver");
    let mut said = vec![];
    for _ in 0..5 {
        let mut child = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| panic!("{}: {e}", program.display()));
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        for line in lines.by_ref().map_while(Result::ok) {
            if let Some(port) = line.split_once("successfully on port ").and_then(|(_, port)| port.trim_end_matches('.').parse().ok()) {
                // It continues to write, and a full pipe would block it.
                std::thread::spawn(move || lines.for_each(drop));
                return (child, port);
            }
            said.push(line);
        }
        drop(child.wait());
    }
    panic!("{} does not start; it said: {}", program.display(), said.join("\n"));
}

/// A proxy that refuses every request and records it. Chromium uses it for every host except this machine.
fn trap() -> (Arc<Mutex<Vec<String>>>, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let seen = Arc::new(Mutex::new(vec![]));
    let notes = seen.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut line = String::new();
            if BufReader::new(&stream).read_line(&mut line).is_ok() && !line.is_empty() {
                notes.lock().expect("no panic while noting").push(line.trim().to_owned());
            }
            drop(stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    (seen, port)
}

/// A command of chromedriver that WebDriver does not have.
#[derive(Debug)]
pub struct Own(pub &'static str, pub Value);

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }
    fn method_and_body(&self, _: &url::Url) -> (axum::http::Method, Option<String>) {
        (axum::http::Method::POST, Some(self.1.to_string()))
    }
}
