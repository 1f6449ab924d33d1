//! The longest time for which the desk blocks the page, at its largest size.
use crate::{
    browser::WebGpu,
    desk::{control, open},
    host::{self, Host},
    tries::Tries,
    visit,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_setting_does_not_hold_up_the_page() {
    visit(WebGpu::Absent, Host::kind(host::dist()).await, |page| async move {
        let largest = "/lab/convolution?input=16&channels=8&out=8&kernel=7&padding=3";
        let controls = [
            ("", "step"),
            ("", "flip"),
            ("", "seed"),
            ("", "height-less"),
            ("&spread=true", "flip"),
            ("&spread=true", "step"),
            ("&tab=backward", "check"),
            ("&tab=backward&wrt=kernel&spread=true", "step"),
            ("", "tab-matrix"),
        ];
        let painted = "return ![...document.querySelectorAll('.shown .cell')].some(e => e.className === 'cell')";
        for (more, knob) in controls {
            // In one piece these took 600 to 4000 ms. Cut into slices they take 20 to 50 ms of the page's thread (traced in Chromium, two cores at a
            // load of 15); what is counted here is time on the clock, which a busy machine stretches several times.
            let mut tries = Tries::below(400.0);
            while tries.again() {
                open(&page, &format!("{largest}{more}")).await;
                page.until("a painted desk", 30, painted).await;
                page.watch_tasks().await;
                page.click(&control(knob)).await;
                tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
                tries.took(page.longest_task().await);
            }
            tries.assert(&format!("{knob}{more} held the page up"));
        }
    })
    .await;
}
