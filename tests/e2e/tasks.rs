//! Tasks that lectures set for labs: the lab shows its progress, judges by its own numbers, and the lecture shows that it is solved.
use crate::{
    browser::WebGpu,
    host::{self, Host},
    page::Page,
    visit,
};

async fn verdict_has(page: &Page, words: &str, seconds: u64) {
    let script = format!("return document.querySelector('#verdict')?.textContent.includes('{words}')");
    page.until(&format!("a verdict with {words:?}"), seconds, &script).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_training_that_diverges_solves_its_task() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        page.open("/lecture/lenet").await;
        page.click("#task-diverge .button").await;
        verdict_has(&page, "judged from step 100", 60).await;
        assert_eq!(page.js("return document.querySelector('#task-diverge')", vec![]).await, serde_json::Value::Null);
        page.choose("#rate", "-0.1").await;
        page.click("#play").await;
        verdict_has(&page, "✓ Right", 240).await;
        page.click("#pause").await;
        page.click("#task a").await;
        page.until("the lecture that knows", 30, "return document.querySelector('#task-diverge .kind')?.textContent.includes('solved')")
            .await;
        // The task disappears when the reader leaves it, and an unknown task never appears.
        page.open("/lab/train?task=diverge").await;
        page.click("#leave-task").await;
        page.until("no task", 10, "return !document.querySelector('#task') && !location.search.includes('task')").await;
        page.open("/lab/train?task=nothing").await;
        page.until("the lab", 30, "return document.querySelector('#play') && !document.querySelector('#task')").await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_asked_is_told() {
    visit(WebGpu::Absent, Host::kind(host::with_digits(host::dist())).await, |page| async move {
        page.open("/lab/train?model=lenet5&task=epoch").await;
        verdict_has(&page, "seed 1: no test yet", 60).await;
        page.choose("#digits", "500").await;
        verdict_has(&page, "learn from all", 20).await;
        page.open("/lab/train?digits=500&task=gap").await;
        verdict_has(&page, "Step 0 of 280", 60).await;
        page.choose("#shift", "2").await;
        verdict_has(&page, "First a run with the settings as they come", 20).await;
        page.open("/lab/gradient-flow?depth=32&task=match").await;
        verdict_has(&page, "Step 0 of 600", 60).await;
        page.choose("#depth", "8").await;
        verdict_has(&page, "These have 8 layers", 20).await;
        assert_eq!(page.console_errors().await, Vec::<String>::new());
    })
    .await;
}
