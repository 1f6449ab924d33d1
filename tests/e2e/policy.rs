//! Only the site's own scripts run in a page. A script that was injected does nothing.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    visit,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_injected_script_does_not_run() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        for path in ["/", "/lecture/convolution", "/lab/train"] {
            page.open(path).await;
            assert_eq!(page.console_errors().await, Vec::<String>::new(), "the site's own scripts on {path}");
            let inject = "window.refused = [];
                addEventListener('securitypolicyviolation', event => window.refused.push(event.effectiveDirective));
                const script = document.createElement('script');
                script.textContent = 'window.injected = true';
                document.body.append(script);
                document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"window.handled = true\">');";
            page.js(inject, vec![]).await;
            page.until("both to be refused", 10, "return window.refused.length >= 2").await;
            let ran = page.js("return [window.injected ?? false, window.handled ?? false]", vec![]).await;
            assert_eq!(ran, serde_json::json!([false, false]), "on {path}");
            // The browser reports both.
            assert_eq!(page.console_errors().await.len(), 2, "on {path}");
        }
    })
    .await;
}
