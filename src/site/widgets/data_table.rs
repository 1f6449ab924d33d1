//! A table of numbers as plain data. Its HTML and its CSV are made from it.
use super::markup::escape;
use leptos::prelude::*;
use std::fmt::{Display, Write};

/// HTML attributes by which style sheets, texts and tests find a part of a table.
pub type Marks = Vec<(&'static str, String)>;

/// One cell of a table: a text, or a number and its written form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    written: String,
    /// The number for programs. Empty if there is none.
    number: Option<String>,
    /// The share that is shown as a bar in place of the text.
    bar: Option<f64>,
    /// Whether it is a button.
    pressed: bool,
    marks: Marks,
}

impl Cell {
    /// A cell with a text, which may be empty.
    pub fn text(text: impl Display) -> Cell {
        Cell { written: text.to_string(), ..Cell::default() }
    }

    /// A number and its written form for readers. Sizes such as 6 × 28 × 28 are aligned like numbers. For a percentage the number is the
    /// share: 0.25 for “25 %”.
    pub fn number(value: impl Display, written: impl Into<String>) -> Cell {
        Cell { written: written.into(), number: Some(value.to_string()), ..Cell::default() }
    }

    /// A number that may be missing. It is then a dash for readers, and an empty field in CSV.
    pub fn maybe<T: Display + Copy>(value: Option<T>, written: impl Fn(T) -> String) -> Cell {
        let missing = || Cell { number: Some(String::new()), ..Cell::text("–") };
        value.map_or_else(missing, |value| Cell::number(value, written(value)))
    }

    /// A share from 0 to 1, drawn as a bar. NaN has no bar.
    pub fn share(share: f64) -> Cell {
        Cell { number: Some(share.to_string()), bar: Some(share), ..Cell::default() }
    }

    /// The same as a button. Whoever shows the table listens for clicks, and knows the button by the marks of its row.
    pub fn button(self) -> Cell {
        Cell { pressed: true, ..self }
    }

    /// Adds an attribute to the cell.
    pub fn mark(mut self, name: &'static str, value: impl Display) -> Cell {
        self.marks.push((name, value.to_string()));
        self
    }

    /// Whether it is aligned to the right edge of its column.
    fn is_number(&self) -> bool {
        self.number.is_some() && self.bar.is_none()
    }

    /// What is written in it, as markup.
    fn inside(&self) -> String {
        let text = escape(&self.written);
        if self.pressed { format!("<button type=\"button\" class=\"quiet\">{text}</button>") } else { text }
    }

    fn html(&self) -> String {
        let Some(share) = self.bar else {
            return format!("<td{}>{}</td>", attributes(&self.marks, self.is_number()), self.inside());
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
    pub fn headed(head: Cell, cells: impl IntoIterator<Item = Cell>) -> Row {
        Row { head: Some(head), cells: cells.into_iter().collect(), marks: vec![] }
    }

    /// Adds an attribute to the row.
    pub fn mark(mut self, name: &'static str, value: impl Display) -> Row {
        self.marks.push((name, value.to_string()));
        self
    }

    fn html(&self) -> String {
        let head = |head: &Cell| format!("<th scope=\"row\"{}>{}</th>", attributes(&head.marks, head.is_number()), head.inside());
        let cells: String = self.head.iter().map(head).chain(self.cells.iter().map(Cell::html)).collect();
        format!("<tr{}>{cells}</tr>", attributes(&self.marks, false))
    }
}

/// A table of numbers, as a figure or a lab shows and saves it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataTable {
    /// The accessible name: the label of the region in which the table scrolls.
    pub name: String,
    /// The content of the table, with units.
    pub caption: String,
    /// The names of the columns, including the header cells' column. Empty for a grid of numbers without names.
    pub columns: Vec<String>,
    /// The rows. Each has as many cells as there are columns.
    pub rows: Vec<Row>,
    /// A last row with totals.
    pub foot: Option<Row>,
    /// Attributes of the table.
    pub marks: Marks,
    /// How its rows are sorted, if the reader can sort them.
    pub order: Option<Order>,
}

/// The order of rows that can be sorted. The names of such columns are buttons, each with its number as `data-column`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Order {
    /// The column by which they are sorted.
    pub by: usize,
    /// Whether the largest comes first.
    pub falling: bool,
    /// So many columns, from the first on, can be sorted by.
    pub columns: usize,
}

impl DataTable {
    /// A matrix: numbers in this number of columns, all written in the same way, with the caption “name, rows × columns”.
    pub fn grid(name: impl Into<String>, columns: usize, values: &[f32], written: impl Fn(f32) -> Cell) -> DataTable {
        let (name, columns) = (name.into(), columns.max(1));
        let row = |values: &[f32]| Row { cells: values.iter().map(|value| written(*value)).collect(), ..Row::default() };
        let caption = format!("{name}, {} × {columns}", values.len().div_ceil(columns));
        DataTable { name, caption, rows: values.chunks(columns).map(row).collect(), ..DataTable::default() }
    }

    /// The table as HTML.
    pub fn to_html(&self) -> String {
        let mut html = format!("<table{}><caption>{}</caption>", attributes(&self.marks, false), escape(&self.caption));
        if !self.columns.is_empty() {
            html += "<thead><tr>";
            for (at, name) in self.columns.iter().enumerate() {
                let number = self.rows.iter().any(|row| row.head.iter().chain(&row.cells).nth(at).is_some_and(Cell::is_number));
                html += &match name.is_empty() {
                    true => "<td></td>".to_string(),
                    false => match self.order.filter(|order| at < order.columns) {
                        None => format!("<th scope=\"col\"{}>{}</th>", attributes(&[], number), escape(name)),
                        Some(Order { by, falling, .. }) => {
                            let order = if by != at {
                                "none"
                            } else if falling {
                                "descending"
                            } else {
                                "ascending"
                            };
                            let marks = [("aria-sort", order.to_string())];
                            let button = format!("<button type=\"button\" class=\"quiet\" data-column=\"{at}\">{}</button>", escape(name));
                            format!("<th scope=\"col\"{}>{button}</th>", attributes(&marks, number))
                        }
                    },
                };
            }
            html += "</tr></thead>";
        }
        let body: String = self.rows.iter().map(Row::html).collect();
        let foot = self.foot.as_ref().map_or_else(String::new, |row| format!("<tfoot>{}</tfoot>", row.html()));
        html + "<tbody>" + &body + "</tbody>" + &foot + "</table>"
    }

    /// The table as a view, which scrolls if the table is too wide. The style sheet gets the numbers of rows and columns.
    pub fn view(&self) -> AnyView {
        let columns = self.rows.first().map_or(self.columns.len(), |row| row.cells.len());
        let size = format!("--rows:{};--columns:{columns}", self.rows.len());
        view! { <div class="scroll" tabindex="0" role="group" aria-label=self.name.clone() style=size inner_html=self.to_html()></div> }
            .into_any()
    }

    /// The table as CSV (RFC 4180): the caption in a line of its own, then the names of the columns, then the rows. Numbers have all their
    /// digits and a decimal point. Numbers that are not finite are `NaN`, `inf` and `-inf`.
    pub fn to_csv(&self) -> String {
        let fields =
            |row: &Row| row.head.iter().chain(&row.cells).map(|cell| field(cell.number.as_ref().unwrap_or(&cell.written))).collect();
        let names = (!self.columns.is_empty()).then(|| self.columns.iter().map(|name| field(name)).collect());
        let lines = [vec![field(&self.caption)]].into_iter().chain(names).chain(self.rows.iter().chain(&self.foot).map(fields));
        lines.map(|fields: Vec<String>| fields.join(",") + "\r\n").collect()
    }
}

/// The attributes of an element. A number also gets its class.
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
            columns: ["layer", "does", "weights", "share"].map(String::from).into(),
            rows: vec![
                Row::headed(
                    Cell::text("C1"),
                    [Cell::text("5 × 5, <6>"), Cell::number(1234, "1\u{202f}234").mark("data-part", "weights"), Cell::share(0.25)],
                )
                .mark("class", "now"),
                Row::headed(Cell::text("S2\nR"), [Cell::text(""), Cell::maybe(None::<f32>, |v| v.to_string()), Cell::share(f64::NAN)]),
            ],
            foot: Some(Row::headed(Cell::text("All"), [Cell::text(""), Cell::number(-0.5, "−0.5"), Cell::text("")])),
            marks: vec![("class", "layers".into())],
            order: None,
        }
    }

    #[test]
    fn heads_of_a_sorted_table_and_marked_cells_are_buttons() {
        let mut table = DataTable { order: Some(Order { by: 2, falling: true, columns: 3 }), ..layers() };
        table.rows[0].head = Some(Cell::text("C<1").button());
        let html = table.to_html();
        for part in [
            "<th scope=\"col\" aria-sort=\"none\"><button type=\"button\" class=\"quiet\" data-column=\"0\">layer</button></th>",
            "<th scope=\"col\" class=\"number\" aria-sort=\"descending\"><button type=\"button\" class=\"quiet\" data-column=\"2\">weights</button></th>",
            "<th scope=\"row\"><button type=\"button\" class=\"quiet\">C&lt;1</button></th>",
            "<th scope=\"col\">share</th>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
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
        let corner = DataTable { columns: vec![String::new()], ..DataTable::default() }.to_html();
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
