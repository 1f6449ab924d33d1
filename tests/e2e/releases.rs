//! A new release replaces the old one while readers are there: no page mixes the two, and each page says what the reader must do.
use crate::{browser::WebGpu, folder::Folder, host::Host, page::Page, visit};
use std::{fs, path::Path, process::Command};

/// A text that only the new release contains.
const NEWS: &str = "This sentence came with the second release.";
const LECTURE: &str = "lectures/convolution.json";

/// The same folder as the next release has it: with another text, and programs from another source.
fn next_release(site: &Folder, name: &str) -> Folder {
    let next = site.copy(name);
    let lecture = next.path().join(LECTURE);
    let text = fs::read_to_string(&lecture).expect("the lecture");
    let at = text.find("<p>").expect("a paragraph") + 3;
    fs::write(&lecture, format!("{}{NEWS} {}", &text[..at], &text[at..])).expect("the lecture is written");
    // Every program contains the name of the source, and every program's file name contains a hash from trunk.
    let build = receptive::BUILD;
    let page = fs::read_dir(next.path()).expect("the folder").flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let page = page.filter(|name| name.starts_with("receptive-site-")).find_map(|name| name.strip_suffix(".js").map(str::to_string));
    let hash = page.expect("the page's program").trim_start_matches("receptive-site-").to_string();
    let pairs = [build, &hash].map(|digits| (digits.to_string(), digits.chars().rev().collect()));
    let found = next.replace_words(&pairs);
    assert!(found[0] >= 2, "page and worker are not built from the present source: run  trunk build --release  again");
    assert!(found[1] >= 3, "expected the hash of the page's program in the page, found it {} times", found[1]);
    // TOOLS, as in script/tool, is where this project's programs are on a machine that has not compiled them.
    let program = std::env::var_os("TOOLS").map_or(env!("CARGO_BIN_EXE_release").into(), |folder| Path::new(&folder).join("release"));
    let done = Command::new(program).arg(next.path()).status().expect("the program that makes a release");
    assert!(done.success());
    next
}

/// The name of the release to which a page belongs.
const RELEASE: &str = "return document.querySelector('#files').dataset.release";

/// Whether the service worker of this page's release is ready, with all its files.
const KEPT: &str = "const release = document.querySelector('#files').dataset.release;
    const names = (await caches.keys()).filter(name => name.endsWith(release));
    const home = names.length === 1 && await (await caches.open(names[0])).match(document.baseURI);
    const worker = (await navigator.serviceWorker.getRegistration())?.active;
    return !!home && worker?.state === 'activated' && navigator.serviceWorker.controller !== null";

async fn lab_works(page: &Page) {
    page.click("#play").await;
    page.number_is("#step-count", ">= 5", 120).await;
    page.click("#pause").await;
}

/// Goes from the start page by its link, as a reader does.
async fn go(page: &Page, path: &str) {
    page.js("document.querySelector('header a[href$=\"/\"]').click()", vec![]).await;
    let click = format!("const link = document.querySelector('main a[href$=\"{path}\"]'); link?.click(); return !!link");
    page.until(&format!("a link to {path}"), 30, &click).await;
    page.until(path, 30, &format!("return location.pathname.endsWith('{path}') && document.querySelector('main h1, main .message')")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_goes_on_and_a_reload_is_the_new_release() {
    let site = Folder::with_site("site");
    let next = next_release(&site, "next");
    let host = Host::kind(site.path()).await;
    visit(WebGpu::Absent, host, |page| async move {
        page.open("/").await;
        page.until("the first release to be kept", 60, KEPT).await;
        let first = page.js(RELEASE, vec![]).await;

        site.become_like(&next);
        // The old page: a lecture, a lab, its worker, all from its own release.
        go(&page, "/lecture/convolution").await;
        page.until("the text", 30, "return document.querySelector('.prose p')").await;
        let news = format!("return document.querySelector('.text').textContent.includes('{NEWS}')");
        assert_eq!(page.js(&news, vec![]).await, false, "the old page shows the new text");
        go(&page, "/lab/train").await;
        lab_works(&page).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new(), "on the old page");

        page.client.refresh().await.expect("a reload");
        page.until("the lab to be ready", 60, "const e = document.querySelector('#play'); return e && !e.disabled").await;
        let second = page.js(RELEASE, vec![]).await;
        assert_ne!(first, second, "a reload does not bring the new release");
        lab_works(&page).await;
        go(&page, "/lecture/convolution").await;
        page.until("the new text", 30, &news).await;
        page.until("the second release to be kept", 60, KEPT).await;
        // No page of the first release is open any more.
        page.until("the first release to go", 30, "return (await caches.keys()).filter(name => name !== 'receptive-data').length === 1")
            .await;
        assert_eq!(page.console_errors().await, Vec::<String>::new(), "on the new page");

        page.host.stop();
        page.open("/lab/train").await;
        assert_eq!(page.js(RELEASE, vec![]).await, second, "without a network");
        lab_works(&page).await;
        page.open("/lecture/convolution").await;
        page.until("the new text", 30, &news).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new(), "without a network");

        page.host.resume().await;
        page.open("/lab/train").await;
        assert_eq!(page.js(RELEASE, vec![]).await, second, "back on the network");
        lab_works(&page).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new(), "back on the network");
        drop((site, next));
    })
    .await;
}

/// A service worker that always answers with what it found first, whatever version is asked for.
const FORGETFUL: &str = "self.addEventListener('install', () => self.skipWaiting());
    self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
    self.addEventListener('fetch', event => { if (event.request.url.includes('worker')) event.respondWith(new Response('throw new Error()')); });";

#[tokio::test(flavor = "multi_thread")]
async fn a_service_worker_of_older_design_goes() {
    let site = Folder::with_site("older");
    // Only the page itself can help here.
    fs::remove_file(site.path().join("service-worker.js")).expect("the service worker");
    let host = Host::with_file(site.path(), "/forgetful.js", "text/javascript", FORGETFUL.into()).await;
    visit(WebGpu::Absent, host, |page| async move {
        page.open("/").await;
        page.js("return navigator.serviceWorker.register('/forgetful.js?build=1').then(() => true)", vec![]).await;
        page.until("the other one to rule", 20, "return navigator.serviceWorker.controller?.scriptURL.includes('?build=1')").await;
        page.open("/lab/train").await;
        page.until("it to go", 20, "return !navigator.serviceWorker.controller?.scriptURL.includes('?build=1')").await;
        lab_works(&page).await;
        drop(site);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_has_no_more_is_said() {
    let site = Folder::with_site("alone");
    let next = next_release(&site, "alone-next");
    let old_page = fs::read_to_string(site.path().join("index.html")).expect("the page");
    let host = Host::without_service_worker(site.path()).await;
    visit(WebGpu::Absent, host, |page| async move {
        page.open("/").await;
        site.become_like(&next);
        for path in ["/lab/zoo", "/lecture/convolution"] {
            go(&page, path).await;
            let said =
                "return document.querySelector('main .message.error')?.textContent.includes('new release of the book: please reload')";
            page.until("a sentence about the new release", 30, said).await;
        }
        // A page from an old cache, whose programs are gone.
        fs::write(site.path().join("old.html"), old_page).expect("the old page");
        page.client.goto(&format!("{}/old.html", page.host.address)).await.expect("the old page");
        page.until("the sentence", 30, "return document.querySelector('#stale')?.checkVisibility()").await;
        page.open("/lab/zoo").await;
        assert_eq!(page.js("return document.querySelector('#stale').checkVisibility()", vec![]).await, false);
        drop((site, next));
    })
    .await;
}
