//! The settings, which the address holds: network, photo, layer, one number of it, and the order of the table.
use crate::{
    site::{
        controls::{Choices, Control, Controls, fitted, key},
        labs::kit::photos::samples::{self, SAMPLES},
    },
    vision::Disturbance,
    workbench::protocol::{
        inspect::{Look, Node},
        photos::Ask,
    },
};
use serde::{Deserialize, Serialize};

/// The columns of the table by which it can be sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// The order in which the nodes run.
    #[default]
    Order,
    Kind,
    Numbers,
    Parameters,
    Macs,
    Bytes,
    Time,
}

impl Column {
    pub const ALL: [Column; 7] =
        [Column::Order, Column::Kind, Column::Numbers, Column::Parameters, Column::Macs, Column::Bytes, Column::Time];

    pub fn title(self) -> &'static str {
        match self {
            Column::Order => "layer",
            Column::Kind => "kind",
            Column::Numbers => "output",
            Column::Parameters => "parameters",
            Column::Macs => "multiply-adds",
            Column::Bytes => "bytes",
            Column::Time => "ms here",
        }
    }
    /// The number by which a row is sorted: node number `at`, which took so many milliseconds.
    pub fn of(self, at: usize, node: &Node, milliseconds: Option<f32>) -> f64 {
        match self {
            Column::Order => at as f64,
            Column::Kind => f64::from(node.kind as u8),
            Column::Numbers => node.dims.iter().product::<usize>() as f64,
            Column::Parameters => node.parameters as f64,
            Column::Macs => node.macs as f64,
            Column::Bytes => node.bytes as f64,
            Column::Time => milliseconds.map_or(-1.0, f64::from),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// A network's name. Empty for one with weights beside the site, or else a small one.
    pub network: String,
    pub photo: String,
    /// "auto" is a GPU if there is a real one, otherwise the CPU.
    pub device: String,
    /// Whether its weights are random, though there are others.
    pub random: bool,
    /// The path of the chosen node. Empty for the first convolution.
    pub node: String,
    /// Whether the gradient of a class's logit is shown in place of the activation.
    pub gradient: bool,
    /// The class. −1 for the likeliest one.
    pub class: i32,
    /// −1 for the strongest channel.
    pub channel: i32,
    /// Row and column in the channel. −1 for the strongest place.
    pub row: i32,
    pub column: i32,
    /// Words that a layer's line must contain.
    pub find: String,
    pub sort: Column,
    /// Whether the largest comes first.
    pub falling: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            network: String::new(),
            photo: SAMPLES[0].key.into(),
            device: "auto".into(),
            random: false,
            node: String::new(),
            gradient: false,
            class: -1,
            channel: -1,
            row: -1,
            column: -1,
            find: String::new(),
            sort: Column::default(),
            falling: false,
        }
    }
}

fn columns() -> Choices {
    Column::ALL.map(|column| (key(column), column.title().into())).into()
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control::open("network", "Network"),
        Control::choice("photo", "Photo", samples::choices),
        Control::device(),
        Control::switch("random", "Random weights"),
        Control::open("node", "Layer"),
        Control::switch("gradient", "Gradient of a class’s logit"),
        Control::open("class", "Class"),
        Control::open("channel", "Channel"),
        Control::open("row", "Row"),
        Control::open("column", "Column"),
        Control::open("find", "Find a layer"),
        Control::choice("sort", "Sorted by", columns),
        Control::switch("falling", "The largest first"),
    ];

    fn follow(&mut self, key: &str, before: &Self) {
        match key {
            // Another network has other layers.
            "network" if self.network != before.network => self.choose(String::new()),
            "node" if self.node != before.node => self.choose(self.node.clone()),
            // Another channel has its strongest place elsewhere.
            "channel" => (self.row, self.column) = (-1, -1),
            _ => {}
        }
    }

    fn fitted(self) -> Self {
        let mut settings = fitted(self);
        settings.class = settings.class.clamp(-1, 9999);
        for place in [&mut settings.channel, &mut settings.row, &mut settings.column] {
            *place = (*place).max(-1);
        }
        settings
    }
}

impl Settings {
    /// Chooses a node: its strongest channel, at its strongest place.
    pub fn choose(&mut self, node: String) {
        (self.node, self.channel, self.row, self.column) = (node, -1, -1, -1);
    }
    /// The numbers of the nodes that contain the words, in the chosen order. Equal rows stay in the order in which they run.
    pub fn rows(&self, nodes: &[Node], times: Option<&[f32]>) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..nodes.len()).filter(|at| self.finds(&nodes[*at])).collect();
        let value = |at: &usize| self.sort.of(*at, &nodes[*at], times.and_then(|times| times.get(*at).copied()));
        rows.sort_by(|a, b| if self.falling { value(b).total_cmp(&value(a)) } else { value(a).total_cmp(&value(b)) });
        rows
    }
    /// Whether a node contains the words.
    pub fn finds(&self, node: &Node) -> bool {
        let text = format!("{} {} {:?}", node.path, node.description, node.kind).to_lowercase();
        self.find.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
    /// Changes the order after a click on a column's header.
    pub fn press(&mut self, column: Column) {
        self.falling = self.sort == column && !self.falling;
        self.sort = column;
    }
}

/// A question about the photo as it is.
pub fn ask(model: &str, look: Look) -> Ask {
    Ask::Inspect { model: model.into(), disturbance: Disturbance { patch_at: [0.5; 2], ..Disturbance::default() }, look }
}

/// The walk along the lab's controls: each reaches a question to the workbench, or the table.
#[cfg(not(target_arch = "wasm32"))]
pub fn walk() -> Vec<String> {
    use crate::{site::machine::device, workbench::protocol::inspect::Kind};
    let node = |path: &str, parameters: usize| Node {
        path: path.into(),
        description: String::new(),
        torch: None,
        kind: if parameters == 0 { Kind::Pool } else { Kind::Convolution },
        dims: vec![parameters, 2, 2],
        reads: vec![],
        parameters,
        macs: 9 - parameters as u64,
        bytes: 4 + parameters as u64 % 2,
    };
    let nodes = [node("a", 3), node("b", 0), node("c", 5)];
    let open =
        ["network", "node", "find"].map(|key| (key, "b")).into_iter().chain(["class", "channel", "row", "column"].map(|key| (key, "3")));
    crate::site::walk::faults(&["", "sort=parameters"], &open.collect::<Vec<_>>(), |s: &Settings| {
        let asked = (&s.network, &s.photo, device(&s.device, true), s.random, &s.node, s.gradient, s.class, s.channel, s.row, s.column);
        Ok(format!("{asked:?} {:?}", s.rows(&nodes, Some(&[1.0, 3.0, 2.0]))))
    })
}

#[cfg(test)]
mod tests {
    use super::{super::tree::tests::residual, *};
    use crate::site::{controls, url::Keys};

    fn read(query: &str) -> Settings {
        Keys::<Settings>::default().from_query(query)
    }

    #[test]
    fn an_address_restores_every_control_and_nonsense_becomes_the_nearest_sense() {
        let query = "network=vgg16&photo=chelsea&device=cpu&random=true&node=features.0&gradient=true&class=3&channel=4&row=5&column=6&find=conv&sort=macs&falling=true";
        let settings = read(query);
        assert_eq!(read(&Keys::default().to_query(&settings, "")), settings);
        assert_eq!((settings.node.as_str(), settings.channel, settings.sort), ("features.0", 4, Column::Macs));
        assert_eq!(read("photo=x&class=-9&channel=-4&row=no&sort=beauty"), Settings::default());
        controls::tests::holds::<Settings>();
    }

    #[test]
    fn another_network_has_other_layers_and_another_layer_other_channels() {
        let mut settings = read("network=a&node=b&channel=3&row=4&column=5&class=7");
        controls::turn(&mut settings, "channel", "4".into());
        assert_eq!((settings.channel, settings.row, settings.column), (4, -1, -1));
        controls::turn(&mut settings, "node", "c".into());
        assert_eq!((settings.node.as_str(), settings.channel), ("c", -1));
        controls::turn(&mut settings, "network", "d".into());
        assert_eq!((settings.network.as_str(), settings.node.as_str(), settings.class), ("d", "", 7));
    }

    #[test]
    fn rows_are_found_and_sorted_and_a_head_is_pressed_twice() {
        let nodes = residual();
        let mut settings = read("find=stage.0+sum");
        assert_eq!(settings.rows(&nodes, None), [5]);
        settings.find = "conv".into();
        assert_eq!(settings.rows(&nodes, None), [1, 2, 4, 6]);
        settings.press(Column::Time);
        settings.press(Column::Time);
        let times: Vec<f32> = (0..9).map(|at| if at == 4 { 9.0 } else { 1.0 }).collect();
        assert_eq!(settings.rows(&nodes, Some(&times)), [4, 1, 2, 6]);
        settings.press(Column::Order);
        assert!(!settings.falling);
    }
}
