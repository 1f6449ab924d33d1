//! The code for other programs: PyTorch and LaTeX, each copied with one click.
use super::{code, state::Desk, symbols};
use crate::site::{browser, scope::Scope, widgets::erased};
use leptos::prelude::*;

fn block(name: &'static str, key: &'static str, text: Memo<String>) -> AnyView {
    let scope = Scope::here();
    let said = RwSignal::new(None::<&'static str>);
    let copy = move |_: web_sys::MouseEvent| {
        scope.spawn(async move {
            let copied = browser::copy(text.get_untracked()).await;
            said.set(Some(if copied { "Copied." } else { "The browser does not let it be copied; please select it." }));
            scope.after(std::time::Duration::from_secs(3), move || said.set(None));
        });
    };
    view! {
        <section role="group" class="copied" aria-label=name>
            <p class="name">
                {name} <button type="button" class="quiet" data-control=format!("copy-{key}") on:click=erased::on_event(copy)>"Copy"</button>
                <span role="status" class="shape">{erased::display(move || (said.get()).unwrap_or_default())}</span>
            </p>
            <pre tabindex="0" data-code=key>{erased::display(move || text.get())}</pre>
        </section>
    }
    .into_any()
}

pub fn view(desk: Desk) -> AnyView {
    let pytorch = Memo::new(move |_| desk.numbers(code::pytorch));
    let plain = Memo::new(move |_| desk.read(|s| symbols::plain(s, s.target_part())));
    let latex = Memo::new(move |_| desk.read(code::latex));
    view! {
        <div class="code-views">
            {block("Formula", "formula", plain)}
            {block("Formula, in LaTeX", "latex", latex)}
            {block("PyTorch: prints this output and these gradients", "pytorch", pytorch)}
        </div>
    }
    .into_any()
}
