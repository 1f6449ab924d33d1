//! A table of numbers as plain data, from which its HTML and its CSV are made.
use super::markup::escape;
use leptos::prelude::*;
use std::fmt::{Display, Write};

/// HTML attributes by which style sheets, texts and tests know a part of a table.
pub type Marks = Vec<(&'static str, String)>;

/// What stands at the head of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    name: String,
    numbers: bool,
}

impl Column {
    /// A column of words.
    pub fn words(name: impl Into<String>) -> Column {
        Column { name: name.into(), numbers: false }
    }

    /// A column of numbers, which stand at its right edge.
    pub fn numbers(name: impl Into<String>) -> Column {
        Column { name: name.into(), numbers: true }
    }
}

/// One field of a table: a text, or a number with how it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    written: String,
    /// The number as programs read it; empty where there is none.
    number: Option<String>,
    /// The share that a bar shows instead.
    bar: Option<f64>,
    marks: Marks,
}

impl Cell {
    /// A text; an empty one leaves the cell empty.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { written: text.into(), ..Cell::default() }
    }

    /// A number, and how it is written for the reader. A percentage is the number of its share: 0.25 for “25 %”.
    pub fn number(value: impl Display, written: impl Into<String>) -> Cell {
        Cell { written: written.into(), number: Some(value.to_string()), ..Cell::default() }
    }

    /// A number that may be missing: a dash for the reader, and an empty field in CSV.
    pub fn maybe<T: Display + Copy>(value: Option<T>, written: impl Fn(T) -> String) -> Cell {
        let missing = || Cell { number: Some(String::new()), ..Cell::text("–") };
        value.map_or_else(missing, |value| Cell::number(value, written(value)))
    }

    /// A share from 0 to 1, drawn as a bar; one that is no number has none.
    pub fn share(share: f64) -> Cell {
        Cell { number: Some(share.to_string()), bar: Some(share), ..Cell::default() }
    }

    /// The same with an attribute.
    pub fn mark(mut self, name: &'static str, value: impl Display) -> Cell {
        self.marks.push((name, value.to_string()));
        self
    }

    fn html(&self, numbers: bool) -> String {
        let Some(share) = self.bar else {
            let numbers = numbers || self.number.is_some();
            return format!("<td{}>{}</td>", attributes(&self.marks, numbers), escape(&self.written));
        };
        let percent = if share.is_nan() { 0.0 } else { 100.0 * share.clamp(0.0, 1.0) };
        format!("<td class=\"share\"><span class=\"track\"><span class=\"fill\" style=\"--share:{percent:.1}%\"></span></span></td>")
    }
}

/// A row, with or without a header cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    head: Option<Cell>,
    cells: Vec<Cell>,
    marks: Marks,
}

impl Row {
    /// A row that begins with a header cell.
    pub fn new(head: Cell, cells: impl IntoIterator<Item = Cell>) -> Row {
        Row { head: Some(head), cells: cells.into_iter().collect(), marks: vec![] }
    }

    /// A row that begins with this name.
    pub fn headed(name: impl Display, cells: impl IntoIterator<Item = Cell>) -> Row {
        Row::new(Cell::text(name.to_string()), cells)
    }

    /// The same with an attribute.
    pub fn mark(mut self, name: &'static str, value: impl Display) -> Row {
        self.marks.push((name, value.to_string()));
        self
    }

    fn html(&self, columns: &[Column]) -> String {
        let numbers = |at: usize| columns.get(at).is_some_and(|column| column.numbers);
        let head = |head: &Cell| format!("<th scope=\"row\"{}>{}</th>", attributes(&[], numbers(0)), escape(&head.written));
        let first = usize::from(self.head.is_some());
        let cells: String = self.cells.iter().enumerate().map(|(at, cell)| cell.html(numbers(first + at))).collect();
        format!("<tr{}>{}{cells}</tr>", attributes(&self.marks, false), self.head.as_ref().map_or_else(String::new, head))
    }
}

/// A table of numbers: what a figure or a lab shows in it, and what it is saved as.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataTable {
    /// What it is called where it is not seen: the label of the part of the page that scrolls it.
    pub name: String,
    /// What it holds, and in which units.
    pub caption: String,
    /// The heads of the columns, that of the header cells among them; none for a bare grid of numbers.
    pub columns: Vec<Column>,
    /// Every row has as many cells as there are columns.
    pub rows: Vec<Row>,
    /// A last row that sums the others up.
    pub foot: Option<Row>,
    /// Attributes of the table.
    pub marks: Marks,
}

impl DataTable {
    /// A matrix: numbers in so many columns, all written in one way, under “name, rows × columns”.
    pub fn grid(name: impl Into<String>, columns: usize, values: &[f32], written: impl Fn(f32) -> Cell) -> DataTable {
        let (name, columns) = (name.into(), columns.max(1));
        let row = |values: &[f32]| Row { cells: values.iter().map(|value| written(*value)).collect(), ..Row::default() };
        let caption = format!("{name}, {} × {columns}", values.len().div_ceil(columns));
        DataTable { name, caption, rows: values.chunks(columns).map(row).collect(), ..DataTable::default() }
    }

    /// The element `table`.
    pub fn to_html(&self) -> String {
        let mut html = format!("<table{}><caption>{}</caption>", attributes(&self.marks, false), escape(&self.caption));
        if !self.columns.is_empty() {
            html += "<thead><tr>";
            for Column { name, numbers } in &self.columns {
                html += &match name.is_empty() {
                    true => "<td></td>".to_string(),
                    false => format!("<th scope=\"col\"{}>{}</th>", attributes(&[], *numbers), escape(name)),
                };
            }
            html += "</tr></thead>";
        }
        let body: String = self.rows.iter().map(|row| row.html(&self.columns)).collect();
        let foot = self.foot.as_ref().map_or_else(String::new, |row| format!("<tfoot>{}</tfoot>", row.html(&self.columns)));
        html + "<tbody>" + &body + "</tbody>" + &foot + "</table>"
    }

    /// The table on the page, which scrolls it where it is too wide. The style sheet knows its rows and columns.
    pub fn view(&self) -> AnyView {
        let columns = self.rows.first().map_or(self.columns.len(), |row| row.cells.len());
        let size = format!("--rows:{};--columns:{columns}", self.rows.len());
        view! { <div class="scroll" tabindex="0" role="group" aria-label=self.name.clone() style=size inner_html=self.to_html()></div> }
            .into_any()
    }

    /// The caption in a line of its own, then the columns' names and the rows (RFC 4180). Numbers have all their digits and a decimal point,
    /// and those that are not finite are `NaN`, `inf` and `-inf`.
    pub fn to_csv(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let fields = |row: &Row| {
            let cells = row.head.iter().chain(&row.cells);
            cells.map(|cell| field(cell.number.as_deref().unwrap_or(&cell.written))).collect::<Vec<_>>().join(",")
        };
        let mut csv = field(&self.caption) + "\r\n";
        if !names.is_empty() {
            csv += &(names.into_iter().map(field).collect::<Vec<_>>().join(",") + "\r\n");
        }
        self.rows.iter().chain(&self.foot).for_each(|row| csv += &(fields(row) + "\r\n"));
        csv
    }
}

/// The attributes of an element; the class of a number beside its own.
fn attributes(marks: &[(&'static str, String)], number: bool) -> String {
    let mut text = String::new();
    let own = marks.iter().find(|(name, _)| *name == "class").map(|(_, class)| class.as_str()).filter(|class| !class.is_empty());
    let classes: Vec<&str> = number.then_some("number").into_iter().chain(own).collect();
    if !classes.is_empty() {
        let _ = write!(text, " class=\"{}\"", escape(&classes.join(" ")));
    }
    for (name, value) in marks.iter().filter(|(name, _)| *name != "class") {
        let _ = write!(text, " {name}=\"{}\"", escape(value));
    }
    text
}

fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers() -> DataTable {
        DataTable {
            name: "The layers".into(),
            caption: "Layers, \"counted\"".into(),
            columns: vec![Column::words("layer"), Column::words("does"), Column::numbers("weights"), Column::words("share")],
            rows: vec![
                Row::headed(
                    "C1",
                    [Cell::text("5 × 5, <6>"), Cell::number(1234, "1\u{202f}234").mark("data-part", "weights"), Cell::share(0.25)],
                )
                .mark("class", "now"),
                Row::headed("S2\nR", [Cell::text(""), Cell::maybe(None::<f32>, |v| v.to_string()), Cell::share(f64::NAN)]),
            ],
            foot: Some(Row::headed("All", [Cell::text(""), Cell::number(-0.5, "−0.5"), Cell::text("")])),
            marks: vec![("class", "layers".into())],
        }
    }

    #[test]
    fn a_table_has_a_caption_heads_numbers_at_the_right_and_nothing_that_is_taken_for_markup() {
        let html = layers().to_html();
        let parts = [
            "<table class=\"layers\"><caption>Layers, &quot;counted&quot;</caption><thead><tr><th scope=\"col\">layer</th>",
            "<th scope=\"col\" class=\"number\">weights</th>",
            "<tbody><tr class=\"now\"><th scope=\"row\">C1</th><td>5 × 5, &lt;6&gt;</td><td class=\"number\" data-part=\"weights\">1\u{202f}234</td>",
            "<td class=\"share\"><span class=\"track\"><span class=\"fill\" style=\"--share:25.0%\"></span></span></td></tr>",
            "<td></td><td class=\"number\">–</td><td class=\"share\"><span class=\"track\"><span class=\"fill\" style=\"--share:0.0%\">",
            "<tfoot><tr><th scope=\"row\">All</th><td></td><td class=\"number\">−0.5</td><td></td></tr></tfoot></table>",
        ];
        for part in parts {
            assert!(html.contains(part), "{part} in {html}");
        }
        let corner = DataTable { columns: vec![Column::words("")], ..DataTable::default() }.to_html();
        assert!(corner.contains("<thead><tr><td></td></tr></thead>"), "a head without words is none: {corner}");
    }

    #[test]
    fn csv_quotes_commas_quotes_and_line_ends_and_has_numbers_as_programs_read_them() {
        let expected =
            "\"Layers, \"\"counted\"\"\"\r\nlayer,does,weights,share\r\nC1,\"5 × 5, <6>\",1234,0.25\r\n\"S2\nR\",,,NaN\r\nAll,,-0.5,\r\n";
        assert_eq!(layers().to_csv(), expected);
    }

    #[test]
    fn a_grid_has_all_digits_in_csv_and_cells_that_are_not_finite_have_their_names() {
        let values = [1.0 / 3.0, -2.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
        let grid = DataTable::grid("Kernel", 3, &values, |value| Cell::number(value, format!("{value:.1}")));
        assert_eq!(grid.to_csv(), "\"Kernel, 2 × 3\"\r\n0.33333334,-2,NaN\r\ninf,-inf\r\n");
        assert!(grid.to_html().starts_with("<table><caption>Kernel, 2 × 3</caption><tbody><tr><td class=\"number\">0.3</td>"));
        assert_eq!(DataTable::grid("Nothing", 0, &[], |_| Cell::default()).to_csv(), "\"Nothing, 0 × 1\"\r\n");
    }
}
