//! The release in a subfolder of a simple host, which only has files, and 404.html for other paths.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    visit,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_site_works_under_x_on_a_plain_host() {
    visit(WebGpu::Absent, Host::plain_under_x(host::with_digits(host::dist_under_x())).await, |page| async move {
        page.open("/x/").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new(), "on /x/");
        let strays = "return [...document.querySelectorAll('a[href]')].map(a => new URL(a.href))
            .filter(u => u.origin === location.origin && !u.pathname.startsWith('/x/') && u.pathname !== '/x').map(u => u.pathname)";
        assert_eq!(page.js(strays, vec![]).await, serde_json::json!([]), "links that leave the folder");

        // A deep link is a file. An address that is none is answered by 404.html with status 404, and the page says so.
        page.open("/x/lab/none").await;
        assert_eq!(page.js("return fetch(location.href).then(answer => answer.status)", vec![]).await, 404);
        assert_eq!(page.js("return document.querySelector('main h1').textContent", vec![]).await, "No such page");
        page.open("/x/lab/train").await;
        assert_eq!(page.js("return fetch(location.href).then(answer => answer.status)", vec![]).await, 200);
        page.click("#play").await;
        page.number_is("#step-count", ">= 5", 120).await;
        let others: Vec<String> =
            page.console_errors().await.into_iter().filter(|e| !e.contains("status of 404") || !e.contains("/x/lab/none")).collect();
        assert_eq!(others, Vec::<String>::new(), "besides the 404 of the deep link itself");
    })
    .await;
}
