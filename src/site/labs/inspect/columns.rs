//! The table of all layers, with totals, as plain data: for the page, and as CSV.
use super::{
    controls::{Column, Settings},
    seen::{Graph, Times},
    words::{dims, kind, milliseconds},
};
use crate::{
    nets::insight::LayerField,
    site::widgets::{
        data_table::{Cell, DataTable, Order, Row},
        number::grouped,
    },
};
use std::collections::BTreeMap;

/// The rows that the settings ask for, in their order. `fields` are receptive fields by path.
pub fn layers(graph: &Graph, times: Option<&Times>, fields: Option<&BTreeMap<String, LayerField>>, settings: &Settings) -> DataTable {
    let measured = times.map(|times| &times.milliseconds[..]);
    let rows = settings.rows(&graph.nodes, measured);
    let time = |at: &usize| measured.and_then(|times| times.get(*at).copied());
    let whole = |value: u64| Cell::number(value, grouped(value));
    let field = |path: &str| fields.and_then(|fields| fields.get(path)).map(|field| [0, 1].map(|axis| field.field[axis].size));
    let row = |at: &usize| {
        let node = &graph.nodes[*at];
        let mut cells = vec![
            Cell::text(if node.description.is_empty() { kind(node.kind) } else { &node.description }),
            Cell::text(dims(&node.dims)).mark("class", "number"),
            whole(node.parameters as u64),
            whole(node.macs),
            whole(node.bytes),
            Cell::maybe(time(at), milliseconds),
        ];
        if fields.is_some() {
            cells.push(
                field(&node.path)
                    .map_or(Cell::text(""), |[rows, columns]| Cell::text(format!("{rows} × {columns}")).mark("class", "number")),
            );
        }
        Row::headed(Cell::text(&node.path).button(), cells).mark("data-node", at)
    };
    let shown: Vec<_> = rows.iter().map(|at| &graph.nodes[*at]).collect();
    let count =
        if rows.len() == graph.nodes.len() { format!("all {}", rows.len()) } else { format!("{} of {}", rows.len(), graph.nodes.len()) };
    let mut totals = vec![
        Cell::text(""),
        Cell::text(""),
        whole(shown.iter().map(|node| node.parameters as u64).sum()),
        whole(shown.iter().map(|node| node.macs).sum()),
        whole(shown.iter().map(|node| node.bytes).sum()),
        Cell::maybe(measured.map(|_| rows.iter().filter_map(time).sum()), milliseconds),
    ];
    let mut columns: Vec<String> = Column::ALL.iter().map(|column| column.title().into()).collect();
    if fields.is_some() {
        columns.push("receptive field".into());
        totals.push(Cell::text(""));
    }
    let device = times.map_or(String::new(), |times| format!(", milliseconds on this machine ({})", times.device));
    DataTable {
        name: "All layers".into(),
        caption: format!("Layers of {}: parameters, multiply-adds and bytes of the output for one picture{device}", graph.model),
        columns,
        rows: rows.iter().map(row).collect(),
        foot: Some(Row::headed(Cell::text(count), totals)),
        marks: vec![("class", "list".into())],
        order: Some(Order {
            by: Column::ALL.iter().position(|column| *column == settings.sort).unwrap_or(0),
            falling: settings.falling,
            columns: Column::ALL.len(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tree::tests::residual, *};

    #[test]
    fn the_table_has_all_layers_totals_and_csv() {
        let graph = Graph::new("net".into(), residual());
        let times = Times { model: "net".into(), device: "CPU".into(), milliseconds: vec![0.5; 9] };
        let settings = Settings { sort: Column::Parameters, falling: true, ..Settings::default() };
        let csv = layers(&graph, Some(&times), None, &settings).to_csv();
        let lines: Vec<&str> = csv.lines().collect();
        assert_eq!(lines[1], "layer,kind,output,parameters,multiply-adds,bytes,ms here");
        assert_eq!(lines[2], "input,input,8 × 4 × 4,2,3,512,0.5");
        assert_eq!(lines[11], "all 9,,,18,27,4608,4.5");
        let found = layers(&graph, None, Some(&BTreeMap::new()), &Settings { find: "sum".into(), ..Settings::default() });
        assert_eq!((found.rows.len(), found.columns.len()), (2, 8));
        assert!(
            found.to_html().contains("<tr data-node=\"5\"><th scope=\"row\"><button") && found.to_csv().contains("2 of 9,,,4,6,1024,,")
        );
    }
}
