//! The table: the engine's counts beside the published numbers, sorted by any column.
use super::{
    controls::{Column, Settings},
    store::Store,
};
use crate::{
    site::{
        browser,
        url::UrlState,
        widgets::{
            erased::{display, flag, on_click, on_event, part, text},
            number::grouped,
        },
    },
    workbench::protocol::photos::Entry,
};
use leptos::{ev, prelude::*};
use leptos_router::components::A;

fn head(settings: UrlState<Settings>, column: Column) -> AnyView {
    let order = move || match settings.with(|s| (s.sort == column, s.falling)) {
        (false, _) => "none",
        (true, 0) => "ascending",
        (true, _) => "descending",
    };
    let number = !matches!(column, Column::Name);
    view! {
        <th scope="col" class:number=number aria-sort=display(order)>
            <button class="quiet" on:click=on_click(move || settings.commit(|s| s.press(column)))>{column.title()}</button>
        </th>
    }
    .into_any()
}

/// The count, below it what it leaves out, and the published number if that differs from both together.
fn count(own: String, beside: Option<String>, same: bool, published: String) -> AnyView {
    let beside = beside.map(|beside| view! { <span class="note">{beside}</span> });
    match same {
        true => view! { <td class="number">{own}<span class="same" title="as published">" ="</span>{beside}</td> }.into_any(),
        false => view! { <td class="number">{own}{beside}<span class="note">{format!("published {published}")}</span></td> }.into_any(),
    }
}

/// The parameters that answer, with those of auxiliary heads told beside them.
fn parameters(entry: &Entry) -> AnyView {
    let beside = (entry.only_for_training > 0).then(|| format!("{} with auxiliary heads", grouped(entry.parameters as u64)));
    let same = entry.parameters == entry.published_parameters;
    count(grouped(entry.answering() as u64), beside, same, grouped(entry.published_parameters as u64))
}

/// Millions of multiply-adds.
fn macs(entry: &Entry) -> AnyView {
    let [own, published] = [entry.macs, entry.published_macs].map(|macs| format!("{:.1}", macs as f64 / 1e6));
    let same = own == published;
    count(own, None, same, published)
}

fn row(store: Store, settings: UrlState<Settings>, entry: Entry) -> AnyView {
    let name = entry.name.clone();
    let (pointed, chosen, picked, entered) = (name.clone(), name.clone(), name.clone(), name.clone());
    let lit = flag(move || store.pointed.with(|p| p.as_deref() == Some(&pointed)));
    let current = move || settings.with(|s| s.network == chosen).to_string();
    let pick = move || settings.commit(|s| s.network = picked.clone());
    let inside = browser::link(&format!("/lab/inspect?network={name}"));
    let opens = format!("Open {}", entry.title);
    let percent = |value: Option<f32>| value.map_or("–".to_string(), |v| format!("{v:.1}"));
    let [channels, height, width] = entry.input;
    let counts = [parameters(&entry), macs(&entry)];
    let (top1, top5) = entry.accuracy.as_ref().map_or((None, None), |a| (Some(a.top1), a.top5));
    let enter = move |_: ev::PointerEvent| store.pointed.set(Some(entered.clone()));
    view! {
        <tr class:lit=lit data-name=name data-parameters=entry.parameters data-macs=entry.macs data-published-parameters=entry.published_parameters
            data-published-macs=entry.published_macs on:pointerenter=on_event(enter) on:pointerleave=on_event(move |_: ev::PointerEvent| store.pointed.set(None))>
            <th scope="row"><button class="quiet" aria-pressed=text(current) on:click=on_click(pick)>{entry.title}</button>
                " "<A href=inside attr:class="inside" attr:aria-label=opens>"open"</A></th>
            <td class="number">{entry.year}</td>
            <td class="number">{format!("{channels} × {height} × {width}")}</td>
            {counts}
            <td class="number">{percent(top1)}</td>
            <td class="number">{percent(top5)}</td>
            <td class="number">{format!("{:.0}", entry.memory as f64 / 1e6)}</td>
        </tr>
    }
    .into_any()
}

pub fn table(store: Store, settings: UrlState<Settings>) -> AnyView {
    let rows = Memo::new(move |_| {
        let order = settings.with(|s| Settings { network: String::new(), ..s.clone() });
        store.zoo.with(|zoo| order.rows(zoo))
    });
    let body = move || rows.get().into_iter().map(|entry| row(store, settings, entry)).collect_view().into_any();
    let find = move |event: ev::Event| settings.replace(|s| s.find = event_target_value(&event));
    let said = move || {
        let (shown, all) = (rows.with(Vec::len), store.zoo.with(Vec::len));
        if store.is_done() { format!("{shown} of {all} networks") } else { "Counting…".into() }
    };
    view! {
        <section aria-labelledby="table-title">
            <h2 id="table-title">"All of them"</h2>
            <div class="bar">
                <label class="control" for="find"><span>"Find"</span>
                    <input id="find" type="text" placeholder="resnet 2015" prop:value=text(move || settings.with(|s| s.find.clone())) on:input=on_event(find) />
                </label>
                <span id="counted" role="status">{text(said)}</span>
            </div>
            <div class="scroll wide" tabindex="0" role="region" aria-labelledby="table-title">
                <table class="list" id="zoo-table">
                    <thead><tr>{Column::ALL.map(|column| head(settings, column)).into_iter().collect_view()}</tr></thead>
                    <tbody>{part(body)}</tbody>
                </table>
            </div>
            <p class="note">
                "Parameters and multiply-adds are counted on this machine by a dry run of each network, which has shapes and no values. Auxiliary heads are counted beside, since only training reads them. = says that the published number is the same. "
                "Multiply-adds are of one image. Accuracies are published ones, on the data that the network's details name. Memory is what loading the network and asking it once takes on the CPU: "
                "its weights twice, as they are and as the kernels read them, and the numbers that are alive at the widest place."
            </p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!([0, 12, 123, 1234, 1234567].map(grouped), ["0", "12", "123", "1\u{202f}234", "1\u{202f}234\u{202f}567"]);
    }
}
