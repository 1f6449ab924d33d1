//! The table of all layers on the page: found, sorted, chosen from, timed and saved.
use super::{columns::layers, controls::Column, store::Store, words::takes};
use crate::{
    nets::insight::as_torch,
    site::{
        browser,
        labs::kit::photos::topics::Topic,
        widgets::{
            data_table::DataTable,
            erased::{flag, on_click, on_event, text},
        },
    },
};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The table as it is now. None before the graph is there.
fn now(store: Store) -> Option<DataTable> {
    let graph = store.present()?;
    let times = store.present_times();
    let settings = store.settings.get();
    let network = store.network();
    Some(store.fields.with(|(model, fields)| layers(&graph, times.as_deref(), Some(fields).filter(|_| *model == network), &settings)))
}

/// The element that was clicked, or the one around it, that has this attribute; and its number.
pub fn clicked(event: &ev::MouseEvent, attribute: &str) -> Option<usize> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)?.parse().ok()
}

/// A click on a column's head sorts, and one on a row chooses its layer.
fn press(store: Store, event: &ev::MouseEvent) {
    if let Some(column) = clicked(event, "data-column").and_then(|at| Column::ALL.get(at)) {
        store.settings.commit(|s| s.press(*column));
        // The table is made anew; the head keeps the focus.
        store.connection.scope.at_next_frame(move || {
            let at = Column::ALL.iter().position(|own| own == column).unwrap_or(0);
            let head = document().query_selector(&format!("#layers [data-column=\"{at}\"]")).ok().flatten();
            let _ = head.and_then(|head| head.dyn_into::<HtmlElement>().ok()).map(|head| head.focus());
        });
    } else if let Some(node) = clicked(event, "data-node") {
        let path = untrack(|| store.present()).and_then(|graph| graph.nodes.get(node).map(|node| node.path.clone()));
        path.into_iter().for_each(|path| store.settings.commit(|s| s.choose(path)));
    }
}

pub fn table(store: Store) -> AnyView {
    let place = NodeRef::<html::Div>::new();
    let shown = Memo::new(move |_| now(store).map(|table| table.to_html()));
    // Drawn if it is another table; then the chosen row is marked in it.
    Effect::new(move |before: Option<Option<String>>| {
        let (place, html, node) = (place.get()?, shown.get()?, store.node());
        if before.flatten().as_ref() != Some(&html) {
            place.set_inner_html(&html);
        }
        browser::all(&place, "tr[aria-current]").iter().for_each(|row| drop(row.remove_attribute("aria-current")));
        let row = node.and_then(|node| place.query_selector(&format!("tr[data-node=\"{node}\"]")).ok().flatten());
        row.iter().for_each(|row| drop(row.set_attribute("aria-current", "true")));
        Some(html)
    });
    let save = move || {
        let Some(table) = untrack(|| now(store)) else { return };
        let name = format!("{}-layers.csv", untrack(|| store.network()));
        if let Err(error) = browser::offer(&name, "text/csv", table.to_csv().as_bytes()) {
            store.tell(error);
        }
    };
    let torch = move || {
        let Some(graph) = untrack(|| store.present()) else { return };
        let name = format!("{}-layers.py", graph.model);
        if let Err(error) = browser::offer(&name, "text/x-python", as_torch(&graph.model, &graph.nodes).as_bytes()) {
            store.tell(error);
        }
    };
    let time = move || {
        let network = untrack(|| store.network());
        store.wish(|wishes| wishes.forget(|topic| *topic == Topic::Times));
        store.timed.write().insert(network.clone());
        store.agreed.write().insert(network);
    };
    let busy = move || store.wishes.with(|wishes| wishes.is_under_way(&Topic::Times));
    let costs = move || {
        let whole = store.present_times().map(|times| {
            let sum: f32 = times.milliseconds.iter().sum();
            format!("{} ms in all, on {}. ", super::words::milliseconds(sum), times.device)
        });
        let entry = store.entry().map_or(String::new(), |entry| format!("{}.", takes(&entry)));
        if busy() { format!("Measuring… {entry}") } else { whole.unwrap_or_default() + &entry }
    };
    let find = move |event: ev::Event| store.settings.replace(|s| s.find = event_target_value(&event));
    view! {
        <section aria-labelledby="layers-title">
            <h2 id="layers-title">"All layers"</h2>
            <div class="bar">
                <label class="control" for="find-row"><span>"Find a layer"</span>
                    <input id="find-row" type="text" placeholder="conv 3x3" prop:value=text(move || store.settings.with(|s| s.find.clone())) on:input=on_event(find) />
                </label>
                <button type="button" id="time" disabled=flag(busy) on:click=on_click(time)>"Measure the times"</button>
                <button type="button" id="save-layers" on:click=on_click(save)>"Save as CSV"</button>
                <button type="button" id="save-torch" title="Each layer as PyTorch’s module" on:click=on_click(torch)>"Save as PyTorch"</button>
                <span class="note" role="status" id="times">{text(costs)}</span>
            </div>
            <div id="layers" class="scroll wide" tabindex="0" role="region" aria-labelledby="layers-title" node_ref=place on:click=on_event(move |event: ev::MouseEvent| press(store, &event))></div>
            <p class="note">
                "Parameters are those that a layer reads first; bytes are those of its output, 0 where it shares the memory of its input. "
                "A time is one run of the layer on your photo, without its neighbours; 0 stands for what only renames axes."
            </p>
        </section>
    }
    .into_any()
}
