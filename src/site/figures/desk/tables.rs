//! All numbers as tables: for those who do not see the sheets, and for CSV.
use super::{
    edits,
    settings::Tab,
    stack::short,
    state::Desk,
    terms::{Part, Subject},
};
use crate::site::widgets::erased;
use leptos::prelude::*;

/// So many numbers of one tensor are laid out at once.
const MANY: usize = 300;

pub fn panel(desk: Desk) -> AnyView {
    let parts = Memo::new(move |_| {
        desk.read(|s| {
            let weights = s.op.has_weights();
            let back = s.tab == Tab::Backward;
            let mut parts = vec![Part::Input];
            if weights {
                parts.push(Part::Kernel);
            }
            if s.bias {
                parts.push(Part::Bias);
            }
            parts.push(Part::Output);
            if back {
                parts.extend([Part::Upstream, Part::InputGrad]);
                if weights {
                    parts.push(Part::KernelGrad);
                }
                if s.bias {
                    parts.push(Part::BiasGrad);
                }
            }
            parts
        })
    });
    let open = RwSignal::new(false);
    let table = |part: Part, subject: &Subject| {
        let shape = part.shape(&subject.settings);
        let columns = shape.last().copied().unwrap_or(1);
        let rows = if shape.len() > 1 { shape[shape.len() - 2] } else { 1 };
        let row = |values: &[f32]| {
            let cells: String = values.iter().map(|value| format!("<td class=\"number\">{}</td>", short(*value))).collect();
            format!("<tr>{cells}</tr>")
        };
        // Of many numbers, those out of sight are not laid out; until then a table is about as large as this. A cell has 34 × 23 pixels.
        let size = format!("content-visibility:auto;contain-intrinsic-size:{}px {}px", 34 * columns, 23 * rows + 28);
        let room = (subject.numbers.of(part).len() > MANY).then_some(size);
        let sheet = |(at, values): (usize, &[f32])| {
            let leading = edits::place(&shape[..shape.len().saturating_sub(2)], at);
            let leading = leading.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            let body: String = values.chunks(columns).map(row).collect();
            let which = if leading.is_empty() { String::new() } else { format!(" [{leading}]") };
            view! {
                <div class="scroll" tabindex="0" role="group" aria-label=part.name() style=room.clone()>
                    <table>
                        <caption>{format!("{}{which}, {rows} × {columns}", part.name())}</caption>
                        <tbody inner_html=body></tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        let values = subject.numbers.of(part);
        values.chunks((rows * columns).max(1)).enumerate().map(sheet).collect_view()
    };
    view! {
        <details class="tables" on:toggle=erased::hear(move |_: web_sys::Event| open.update(|open| *open = !*open))>
            <summary>"The numbers as tables"</summary>
            // Built when they are opened: thousands of cells would slow every step.
            {erased::part(move || (open.get().then(|| parts.get().into_iter().map(|part| desk.numbers(|subject| Some(table(part, subject)))).collect_view())).into_any())}
        </details>
    }
    .into_any()
}
