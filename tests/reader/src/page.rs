//! A reader's actions on a page, each in one word. Every wait has a limit, and its error says what was awaited.
use crate::{
    browser::{Browser, Own},
    host::Host,
};
use fantoccini::{Client, Locator, elements::Element};
use serde_json::{Value, json};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// The time between two checks of a condition.
const PAUSE: Duration = Duration::from_millis(50);

pub struct Page {
    pub client: Client,
    pub host: Host,
    pub outside: Arc<Mutex<Vec<String>>>,
    pub downloads: PathBuf,
}

impl Page {
    pub fn new(browser: &Browser, host: Host) -> Page {
        Page { client: browser.client.clone(), host, outside: browser.outside.clone(), downloads: browser.downloads.clone() }
    }

    /// Opens an address of the site, and waits until the app is shown.
    pub async fn open(&self, path: &str) {
        let address = format!("{}{path}", self.host.address);
        self.client.goto(&address).await.unwrap_or_else(|e| panic!("{address}: {e}"));
        self.until(
            "the program's page",
            60,
            "return !document.querySelector('#early[data-path]') && document.querySelector('main h1')?.textContent",
        )
        .await;
    }

    pub async fn js(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap_or_else(|e| panic!("{script}\n{e}"))
    }

    /// Waits until the script returns a true value, and returns that. A script that fails is run again, since its element may not be there yet.
    pub async fn until(&self, what: &str, seconds: u64, script: &str) -> Value {
        let end = Instant::now() + Duration::from_secs(seconds);
        loop {
            let (value, fault) = match self.client.execute(script, vec![]).await {
                Ok(value) => (value, String::new()),
                Err(error) => (Value::Null, format!("; the script: {error}")),
            };
            if !matches!(value, Value::Null | Value::Bool(false)) && value != json!("") && value != json!(0) {
                return value;
            }
            if Instant::now() > end {
                let messages = self.js("return document.querySelector('#messages')?.textContent ?? ''", vec![]).await;
                panic!(
                    "waited {seconds} s in vain for {what}{fault}; the page's messages: {messages}; console: {:?}",
                    self.console_errors().await
                );
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether the script returns a true value within this time.
    pub async fn comes(&self, seconds: u64, script: &str) -> bool {
        let end = Instant::now() + Duration::from_secs(seconds);
        while Instant::now() < end {
            if self.js(script, vec![]).await == json!(true) {
                return true;
            }
            tokio::time::sleep(PAUSE).await;
        }
        false
    }

    pub async fn find(&self, selector: &str) -> Element {
        self.client.find(Locator::Css(selector)).await.unwrap_or_else(|e| panic!("{selector}: {e}"))
    }

    pub async fn click(&self, selector: &str) {
        self.until(
            &format!("{selector} to be ready"),
            60,
            // In the middle of the window, where neither the bar at the top nor a message at the bottom covers it.
            &format!("const e = document.querySelector('{selector}'); e?.scrollIntoView({{block: 'center', behavior: 'instant'}}); return e && !e.disabled && e.checkVisibility()"),
        )
        .await;
        self.find(selector).await.click().await.unwrap_or_else(|e| panic!("{selector}: {e}"));
    }

    /// Sets a control's value as a hand would, with its events.
    pub async fn choose(&self, selector: &str, value: &str) {
        self.until(selector, 20, &format!("return document.querySelector('{selector}') !== null")).await;
        let script = "const e = document.querySelector(arguments[0]);
            e.value = arguments[1]; for (const kind of ['input', 'change']) e.dispatchEvent(new Event(kind, {bubbles: true})); return e.value";
        let now = self.js(script, vec![json!(selector), json!(value)]).await;
        assert_eq!(now, json!(value), "{selector} should take the value");
    }

    pub async fn value(&self, selector: &str) -> Value {
        self.js("return document.querySelector(arguments[0]).value", vec![json!(selector)]).await
    }

    /// The number in an element's data-value, once it has one.
    pub async fn number(&self, selector: &str, seconds: u64) -> f64 {
        let script = format!("const v = document.querySelector('{selector}')?.dataset.value; return v && isFinite(+v) ? [+v] : false");
        self.until(&format!("a number in {selector}"), seconds, &script).await[0].as_f64().expect("a number")
    }

    /// Waits until the number satisfies a comparison in JavaScript, such as "< 0.5".
    pub async fn number_is(&self, selector: &str, comparison: &str, seconds: u64) {
        let script = format!("const v = document.querySelector('{selector}')?.dataset.value; return !!v && +v {comparison}");
        self.until(&format!("{selector} {comparison}"), seconds, &script).await;
    }

    /// Gives the page a file, as if it were dropped on it.
    pub async fn drop_file(&self, name: &str, bytes: &[u8]) {
        let script = "const files = new DataTransfer(); files.items.add(new File([new Uint8Array(arguments[1])], arguments[0]));
            const target = document.querySelector('main article') ?? document.querySelector('main');
            for (const kind of ['dragenter', 'dragover', 'drop'])
                target.dispatchEvent(new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true}));";
        self.js(script, vec![json!(name), json!(bytes)]).await;
    }

    /// Waits for a message on the page that contains all of these words.
    pub async fn message_with(&self, words: &[&str]) {
        let script =
            format!("const t = document.querySelector('#messages')?.textContent ?? ''; return {}.every(w => t.includes(w))", json!(words));
        self.until(&format!("a message with {words:?}"), 60, &script).await;
    }

    /// From now on the longest task of the page is recorded.
    pub async fn watch_tasks(&self) {
        let script = "window.longest = 0; window.tasks?.disconnect();
            window.tasks = new PerformanceObserver(list => list.getEntries().forEach(e => window.longest = Math.max(window.longest, e.duration)));
            window.tasks.observe({type: 'longtask'})";
        self.js(script, vec![]).await;
    }

    /// The longest time in milliseconds for which the page's thread was blocked, since `watch_tasks`; 0 if it is less than 50.
    pub async fn longest_task(&self) -> f64 {
        self.js("return window.longest", vec![]).await.as_f64().expect("milliseconds")
    }

    /// The errors in the console that a reader should never cause.
    pub async fn console_errors(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Own("se/log", json!({"type": "browser"}))).await.expect("chromedriver's log");
        let entries = log.as_array().cloned().unwrap_or_default();
        entries.iter().filter(|e| e["level"] == "SEVERE").map(|e| e["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Sends a command of the browser's own protocol that WebDriver does not have.
    async fn emulate(&self, what: &str, parameters: Value) {
        let command = json!({"cmd": format!("Emulation.{what}"), "params": parameters});
        self.client.issue_cmd(Own("goog/cdp/execute", command)).await.unwrap_or_else(|e| panic!("{what}: {e}"));
    }

    /// Sets another width, and the height of a phone.
    pub async fn width(&self, width: u32) {
        self.window(width, 844).await;
    }

    /// Sets another size. Below 720 px it is a phone's, which a desktop window cannot have.
    pub async fn window(&self, width: u32, height: u32) {
        let phone = width < 720;
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": if phone { 2 } else { 1 }, "mobile": phone});
        self.emulate("setDeviceMetricsOverride", metrics).await;
    }

    /// Sets a preference of the system, such as ("prefers-color-scheme", "dark").
    pub async fn prefers(&self, feature: &str, value: &str) {
        self.emulate("setEmulatedMedia", json!({"features": [{"name": feature, "value": value}]})).await;
    }
}
