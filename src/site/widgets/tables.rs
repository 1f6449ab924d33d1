//! The tables of a figure. They are drawn, folded or not, and kept for saving the figure.
use super::{
    data_table::DataTable,
    erased::{on_event, part},
};
use leptos::{ev, prelude::*};
use std::{collections::BTreeMap, sync::Arc};

type Source = Arc<dyn Fn() -> Vec<DataTable> + Send + Sync>;

/// The functions that make the tables of one figure, in the order in which they were drawn. A context of the figure.
#[derive(Clone, Copy, Default)]
pub struct Tables(StoredValue<BTreeMap<u32, Source>>);

impl Tables {
    /// All present tables as CSV, with an empty line between them.
    pub fn to_csv(self) -> String {
        let sources: Vec<Source> = self.0.with_value(|sources| sources.values().cloned().collect());
        let tables = untrack(|| sources.iter().flat_map(|of| of()).map(|table| table.to_csv()).collect::<Vec<_>>());
        tables.join("\r\n")
    }
}

/// Keeps tables for saving the figure, as long as the present part of the page exists. Outside a figure nothing is kept.
pub fn keep(of: impl Fn() -> Vec<DataTable> + Send + Sync + 'static) {
    let Some(Tables(sources)) = use_context::<Tables>() else { return };
    let key = sources.with_value(|sources| sources.last_key_value().map_or(0, |(last, _)| last + 1));
    sources.update_value(|sources| {
        sources.insert(key, Arc::new(of));
    });
    on_cleanup(move || {
        sources.try_update_value(|sources| sources.remove(&key));
    });
}

/// Tables that follow the state. They are also kept for saving.
pub fn shown(of: impl Fn() -> Vec<DataTable> + Clone + Send + Sync + 'static) -> AnyView {
    keep(of.clone());
    drawn(of)
}

fn drawn(of: impl Fn() -> Vec<DataTable> + Send + Sync + 'static) -> AnyView {
    part(move || of().iter().map(DataTable::view).collect_view().into_any())
}

/// Like [`shown`], but folded. The tables are made only while they are open, since thousands of cells would slow every step.
pub fn folded(summary: &'static str, of: impl Fn() -> Vec<DataTable> + Clone + Send + Sync + 'static) -> AnyView {
    keep(of.clone());
    let open = RwSignal::new(false);
    let toggled = move |event: ev::Event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    view! {
        <details class="tables" on:toggle=on_event(toggled)>
            <summary>{summary}</summary>
            {drawn(move || if open.get() { of() } else { vec![] })}
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{super::data_table::Cell, *};

    #[test]
    fn tables_are_saved_as_they_are_now_and_for_as_long_as_their_part_of_the_page_stands() {
        let figure = Owner::new();
        let table = |name: &str, value: f32| vec![DataTable::grid(name, 1, &[value], |value| Cell::number(value, ""))];
        figure.with(|| {
            let tables = Tables::default();
            provide_context(tables);
            let input = RwSignal::new(1.0);
            keep(move || table("Input", input.get()));
            let fold = Owner::new();
            fold.with(|| keep(move || table("Output", 2.0 * input.get())));
            input.set(0.25);
            assert_eq!(tables.to_csv(), "\"Input, 1 × 1\"\r\n0.25\r\n\r\n\"Output, 1 × 1\"\r\n0.5\r\n");
            fold.cleanup();
            assert_eq!(tables.to_csv(), "\"Input, 1 × 1\"\r\n0.25\r\n");
        });
    }
}
