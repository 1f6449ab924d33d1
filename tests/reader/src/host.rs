//! A static host for the built site, with more or fewer features. It counts its requests.
use axum::{
    Router,
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION},
    },
    middleware::{Next, from_fn},
    response::IntoResponse,
    routing::get,
};
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::runtime::{Builder, Runtime};
use tower_http::services::{ServeDir, ServeFile};

pub struct Host {
    pub address: String,
    router: Router,
    /// The path of every request so far.
    asked: Arc<Mutex<Vec<String>>>,
    /// A runtime of its own, so that it can be stopped with all open connections.
    runtime: Mutex<Option<Runtime>>,
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The folder that trunk built: DIST, or ./dist.
pub fn dist() -> PathBuf {
    built(std::env::var_os("DIST").map_or_else(|| "dist".into(), PathBuf::from), "trunk build --release")
}

/// The same site, built to be served under /x/.
pub fn dist_under_x() -> PathBuf {
    built("target/under-x".into(), "trunk build --release --public-url /x/ --dist target/under-x")
}

fn built(folder: PathBuf, command: &str) -> PathBuf {
    assert!(folder.join("index.html").is_file(), "no site in {}: run  {command}  first", folder.display());
    folder
}

/// Checks that the digits are there, for tests that train.
pub fn with_digits(folder: PathBuf) -> PathBuf {
    assert!(folder.join("data/mnist").is_dir(), "the built site has no MNIST: run script/data and build it again");
    folder
}

impl Host {
    /// A host at /, which answers an unknown path with the page, as a host for single-page apps does.
    pub async fn kind(folder: PathBuf) -> Host {
        Self::start(Self::files(folder)).await
    }

    /// As `kind`, on a slow line: every response begins after this time, and nothing is cached.
    pub async fn slow(folder: PathBuf, wait: Duration) -> Host {
        let late = move |request: Request, next: Next| async move {
            tokio::time::sleep(wait).await;
            let mut answer = next.run(request).await;
            answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer
        };
        let idle = get(|| async { ([(CONTENT_TYPE, "text/javascript")], "// Keeps nothing.").into_response() });
        Self::start(Self::files(folder).route("/service-worker.js", idle).layer(from_fn(late))).await
    }

    /// A host under /x/, which answers an unknown path with 404.html and status 404.
    pub async fn plain_under_x(folder: PathBuf) -> Host {
        let missing = ServeFile::new(folder.join("404.html"));
        // A folder's address without its slash leads to the one with it. What is nested does not know under what.
        let whole = async |request: Request, next: Next| {
            let mut answer = next.run(request).await;
            if let Some(path) = answer.headers().get(LOCATION).and_then(|path| path.to_str().ok()).filter(|path| !path.starts_with("/x/")) {
                let path = HeaderValue::try_from(format!("/x{path}")).expect("an address");
                answer.headers_mut().insert(LOCATION, path);
            }
            answer
        };
        Self::start(Router::new().nest_service("/x", ServeDir::new(folder).not_found_service(missing)).layer(from_fn(whole))).await
    }

    /// A host at / that does not know WebAssembly and serves it with the content type `kind`. An unknown path gets 404.html if the folder
    /// has it, otherwise a line of text.
    pub async fn ignorant(folder: PathBuf, kind: &'static str) -> Host {
        let retype = move |request: Request, next: Next| async move {
            let is_program = request.uri().path().ends_with(".wasm");
            let mut answer = next.run(request).await;
            if is_program && answer.status().is_success() {
                answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            }
            answer
        };
        let page = folder.join("404.html");
        let files = match page.is_file() {
            true => Router::new().fallback_service(ServeDir::new(folder).not_found_service(ServeFile::new(page))),
            false => Router::new().fallback_service(ServeDir::new(folder)),
        };
        Self::start(files.layer(from_fn(retype))).await
    }

    /// As `kind`, without the service worker: every request comes from a page or its workers.
    pub async fn without_service_worker(folder: PathBuf) -> Host {
        Self::start(Self::files(folder).route("/service-worker.js", get(|| async { StatusCode::NOT_FOUND }))).await
    }

    /// As `kind`, with `text` in place of the file at `path`.
    pub async fn with_file(folder: PathBuf, path: &str, kind: &'static str, text: String) -> Host {
        let planted = get(move || async move { ([(CONTENT_TYPE, kind)], text.clone()).into_response() });
        Self::start(Self::files(folder).route(path, planted)).await
    }

    fn files(folder: PathBuf) -> Router {
        let page = ServeFile::new(folder.join("index.html"));
        Router::new().fallback_service(ServeDir::new(folder).fallback(page))
    }

    async fn start(router: Router) -> Host {
        let asked = Arc::new(Mutex::new(vec![]));
        let log = asked.clone();
        let note = move |request: Request, next: Next| {
            log.lock().expect("no panic while noting").push(request.uri().to_string());
            next.run(request)
        };
        let router = router.layer(from_fn(note));
        let (address, runtime) = Self::serve("127.0.0.1:0".into(), router.clone()).await;
        Host { address: format!("http://{address}"), router, asked, runtime: Mutex::new(Some(runtime)) }
    }

    async fn serve(at: String, router: Router) -> (SocketAddr, Runtime) {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let bound = runtime.spawn(tokio::net::TcpListener::bind(at)).await.expect("a task");
        let listener = bound.expect("a free port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(async move { axum::serve(listener, router).await.expect("the host serves") });
        (address, runtime)
    }

    /// The requests since the last call.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("no panic while noting"))
    }

    /// From now on nobody answers at its address.
    pub fn stop(&self) {
        let runtime = self.runtime.lock().expect("no panic while stopping").take();
        runtime.into_iter().for_each(Runtime::shutdown_background);
    }

    /// Answers again at the address where it was stopped.
    pub async fn resume(&self) {
        let (_, runtime) = Self::serve(self.address.trim_start_matches("http://").into(), self.router.clone()).await;
        *self.runtime.lock().expect("no panic while stopping") = Some(runtime);
    }
}
