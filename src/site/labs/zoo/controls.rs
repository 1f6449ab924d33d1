//! The settings: the order of the table, the words to find, and the chosen network.
use crate::{
    site::controls::{Choices, Control, Controls, key},
    workbench::protocol::photos::Entry,
};
use serde::{Deserialize, Serialize};

/// The columns by which rows can be sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    #[default]
    Year,
    Name,
    Input,
    Parameters,
    Macs,
    Top1,
    Top5,
    Memory,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub sort: Column,
    /// 1 if the largest comes first.
    pub falling: u8,
    /// Words that a row must contain.
    pub find: String,
    /// The chosen network's name. Empty for none.
    pub network: String,
}

fn columns() -> Choices {
    Column::ALL.map(|column| (key(column), column.title().into())).into()
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control::choice("sort", "Sorted by", columns),
        Control::switch("falling", "The largest first"),
        Control::open("find", "Find"),
        Control::open("network", "Network"),
    ];
}

impl Column {
    pub const ALL: [Column; 8] =
        [Column::Name, Column::Year, Column::Input, Column::Parameters, Column::Macs, Column::Top1, Column::Top5, Column::Memory];

    pub fn title(self) -> &'static str {
        match self {
            Column::Name => "network",
            Column::Year => "year",
            Column::Input => "input",
            Column::Parameters => "parameters",
            Column::Macs => "multiply-adds, millions",
            Column::Top1 => "top-1, %",
            Column::Top5 => "top-5, %",
            Column::Memory => "memory, MB",
        }
    }
    /// The number by which rows are sorted. Rows without a number (None) come last. Names are sorted as words.
    pub fn of(self, entry: &Entry) -> Option<f64> {
        match self {
            Column::Name => None,
            Column::Year => Some(f64::from(entry.year)),
            Column::Input => Some(entry.input[1] as f64),
            Column::Parameters => Some(entry.answering() as f64),
            Column::Macs => Some(entry.macs as f64),
            Column::Top1 => entry.accuracy.as_ref().map(|a| f64::from(a.top1)),
            Column::Top5 => entry.accuracy.as_ref().and_then(|a| a.top5).map(f64::from),
            Column::Memory => Some(entry.memory as f64),
        }
    }
}

impl Settings {
    /// The rows that contain the words, in the chosen order. Equal rows stay in the order of the papers.
    pub fn rows(&self, zoo: &[Entry]) -> Vec<Entry> {
        let words: Vec<String> = self.find.to_lowercase().split_whitespace().map(String::from).collect();
        let has = |entry: &&Entry| {
            let text = format!("{} {} {} {}", entry.name, entry.title, entry.paper, entry.year).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let mut rows: Vec<Entry> = zoo.iter().filter(has).cloned().collect();
        let falling = self.falling == 1;
        if self.sort == Column::Name {
            rows.sort_by_key(|entry| entry.title.to_lowercase());
            if falling {
                rows.reverse();
            }
            return rows;
        }
        rows.sort_by(|a, b| match (self.sort.of(a), self.sort.of(b)) {
            (Some(a), Some(b)) if falling => b.total_cmp(&a),
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        rows
    }
    /// Changes the order after a click on a column's header.
    pub fn press(&mut self, column: Column) {
        self.falling = if self.sort == column { 1 - self.falling } else { 0 };
        self.sort = column;
    }
}

/// An entry made up, with what tells one from another.
#[cfg(not(target_arch = "wasm32"))]
pub fn entry(name: &str, parameters: usize, top1: Option<f32>) -> Entry {
    Entry {
        name: name.into(),
        title: name.to_uppercase(),
        paper: "K. He et al. 2015".into(),
        year: 2015,
        input: [3, 224, 224],
        classes: 1000,
        answers_per_pixel: false,
        published_parameters: parameters,
        published_macs: 10,
        parameters,
        only_for_training: 0,
        macs: 10,
        accuracy: top1.map(|top1| crate::workbench::protocol::photos::Accuracy { top1, top5: None, by: "the paper".into() }),
        preprocess: None,
        weights: vec![],
        later: None,
        memory: 1,
        memory_to_explain: 2,
    }
}

/// The walk along the lab's controls: each changes the rows, or the network that is looked at.
#[cfg(not(target_arch = "wasm32"))]
pub fn walk() -> Vec<String> {
    let zoo = [entry("b", 3, None), entry("a", 2, Some(60.0)), entry("c", 1, Some(70.0))];
    crate::site::walk::faults(&["", "sort=parameters"], &[("find", "vgg"), ("network", "a")], |s: &Settings| {
        let names: Vec<String> = s.rows(&zoo).into_iter().map(|entry| entry.name).collect();
        Ok(format!("{names:?} {}", s.network))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_and_sorted_and_what_has_no_number_stands_last() {
        let zoo = [entry("b", 3, None), entry("a", 2, Some(60.0)), entry("c", 1, Some(70.0))];
        let names = |sort, falling, find: &str| {
            let settings = Settings { sort, falling, find: find.into(), ..Settings::default() };
            settings.rows(&zoo).iter().map(|e| e.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(Column::Year, 0, ""), ["b", "a", "c"]);
        assert_eq!(names(Column::Top1, 1, ""), ["c", "a", "b"]);
        assert_eq!(names(Column::Top1, 0, ""), ["a", "c", "b"]);
        assert_eq!(names(Column::Parameters, 0, "HE 2015"), ["c", "a", "b"]);
        assert_eq!(names(Column::Name, 1, ""), ["c", "b", "a"]);
        assert!(names(Column::Name, 1, "vgg").is_empty());
    }

    #[test]
    fn the_table_of_controls_holds() {
        crate::site::controls::tests::holds::<Settings>();
        let read = |query: &str| crate::site::url::Keys::<Settings>::default().from_query(query);
        assert_eq!(read("sort=beauty&falling=7&find=vgg"), Settings { falling: 1, find: "vgg".into(), ..Settings::default() });
    }

    #[test]
    fn a_head_is_pressed_twice() {
        let mut settings = Settings::default();
        settings.press(Column::Macs);
        assert_eq!((settings.sort, settings.falling), (Column::Macs, 0));
        settings.press(Column::Macs);
        assert_eq!(settings.falling, 1);
    }
}
