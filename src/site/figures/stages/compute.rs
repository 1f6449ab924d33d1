//! The residual networks, counted stage by stage. The zoo's own builder runs on the device Meta, which knows shapes and multiply-adds but no values.
use super::settings::{ROWS, Row, Settings, Shortcut};
use crate::{
    engine::tensor::Device,
    error::Result,
    nets::{
        insight::{PartCost, part_costs},
        models::{Options, resnet},
        nn::Scope,
    },
};

const CLASSES: usize = 1000;
/// The channels of the 3 × 3 convolutions in the four stages.
const CHANNELS: [usize; 4] = [64, 128, 256, 512];

/// A row of the figure's table: the stage's name in the paper, its blocks, its output and its cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    pub name: &'static str,
    pub what: String,
    /// Channels, height, width. A vector has one cell for each channel.
    pub shape: [usize; 3],
    pub parameters: usize,
    pub macs: u64,
}

fn parts(settings: &Settings, row: &Row) -> Result<Vec<PartCost>> {
    let options = Options { classes: CLASSES, width: 1.0, input: [3, settings.side, settings.side], dropout: 0.0 };
    let network = resnet::build(&Scope::new(Device::Meta, 0), &options, row.blocks, settings.block(row))?;
    part_costs(&network, options.input)
}

/// The parameters and multiply-adds of a whole network.
pub fn whole(settings: &Settings, row: &Row) -> Result<(usize, u64)> {
    let parts = parts(settings, row)?;
    Ok((parts.iter().map(|part| part.parameters).sum(), parts.iter().map(|part| part.macs).sum()))
}

/// For each row of the table, the network's own parts that belong to it.
const GROUPS: [(&str, &[&str]); 7] = [
    ("conv1", &["conv1", "bn1", "relu"]),
    ("max pooling", &["maxpool"]),
    ("conv2_x", &["layer1"]),
    ("conv3_x", &["layer2"]),
    ("conv4_x", &["layer3"]),
    ("conv5_x", &["layer4"]),
    ("mean, dense", &["avgpool", "flatten", "fc"]),
];

fn what(row: &Row, name: &str) -> String {
    let stage = GROUPS.iter().position(|(own, _)| *own == name).unwrap_or(0);
    match stage {
        0 => "7 × 7, 64, stride 2".into(),
        1 => "3 × 3, stride 2".into(),
        6 => format!("mean over all places, {CLASSES} outputs"),
        _ => {
            let (blocks, channels) = (row.blocks[stage - 2], CHANNELS[stage - 2]);
            match row.is_bottleneck() {
                true => format!("{blocks} × [1 × 1, {channels}; 3 × 3, {channels}; 1 × 1, {}]", 4 * channels),
                false => format!("{blocks} × [3 × 3, {channels}; 3 × 3, {channels}]"),
            }
        }
    }
}

pub fn stages(settings: &Settings) -> Result<Vec<Stage>> {
    let row = settings.row();
    let parts = parts(settings, row)?;
    let stage = |&(name, own): &(&'static str, &[&str])| {
        let of: Vec<&PartCost> = parts.iter().filter(|part| own.contains(&part.name.as_str())).collect();
        let shape = match of.last().map_or(&[][..], |part| &part.dims) {
            &[_, height, width, channels] => [channels, height, width],
            dims => [dims.last().copied().unwrap_or(0), 1, 1],
        };
        let (parameters, macs) = (of.iter().map(|part| part.parameters).sum(), of.iter().map(|part| part.macs).sum());
        Stage { name, what: what(row, name), shape, parameters, macs }
    };
    Ok(GROUPS.iter().map(stage).collect())
}

/// The numbers that exercises can ask for.
pub fn facts(settings: &Settings) -> Vec<(String, f64)> {
    let row = settings.row();
    let (Ok(stages), Ok((plain, _))) = (stages(settings), whole(&Settings { shortcut: Shortcut::None, ..settings.clone() }, row)) else {
        return vec![];
    };
    let parameters: usize = stages.iter().map(|stage| stage.parameters).sum();
    let facts = [
        ("layers", settings.layers as f64),
        ("side", settings.side as f64),
        ("blocks", row.blocks.iter().sum::<usize>() as f64),
        ("parameters", parameters as f64),
        ("shortcut_parameters", (parameters - plain) as f64),
        ("macs", stages.iter().map(|stage| stage.macs).sum::<u64>() as f64),
        ("last_side", stages[5].shape[1] as f64),
        ("channels", stages[5].shape[0] as f64),
        ("early", settings.early.into()),
        ("plain", (settings.shortcut == Shortcut::None).into()),
    ];
    facts.map(|(name, value)| (name.to_string(), value)).to_vec()
}

/// The numbers of all networks of the paper with these settings.
pub fn all(settings: &Settings) -> Result<Vec<(usize, u64)>> {
    ROWS.iter().map(|row| whole(settings, row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{nets::models::model, site::url::Keys};

    fn read(query: &str) -> Settings {
        Keys::<Settings>::default().from_query(query)
    }

    #[test]
    fn they_are_the_zoos() {
        for (row, counted) in ROWS.iter().zip(all(&Settings::default()).unwrap()) {
            let spec = model(&format!("resnet{}", row.layers)).unwrap();
            assert_eq!(counted, (spec.params, spec.macs), "{}", spec.name);
        }
        for (row, counted) in ROWS.iter().zip(all(&read("shortcut=none")).unwrap()).take(2) {
            let spec = model(&format!("plain{}", row.layers)).unwrap();
            assert_eq!(counted, (spec.params, spec.macs), "{}", spec.name);
        }
    }

    #[test]
    fn with_the_papers_stride_they_cost_what_the_paper_says() {
        for (row, (_, macs)) in ROWS.iter().zip(all(&read("early=true")).unwrap()) {
            let billions = macs as f64 / 1e9;
            assert!((billions - row.published).abs() < 0.1, "{}: {billions}", row.layers);
        }
    }

    #[test]
    fn the_maps_of_the_stages_are_those_of_the_table() {
        let shapes: Vec<_> = stages(&read("layers=18")).unwrap().iter().map(|stage| stage.shape).collect();
        assert_eq!(shapes, [[64, 112, 112], [64, 56, 56], [64, 56, 56], [128, 28, 28], [256, 14, 14], [512, 7, 7], [1000, 1, 1]]);
        for layers in ROWS.map(|row| row.layers) {
            for shortcut in ["projection", "zeros", "none"] {
                let stages = stages(&read(&format!("layers={layers}&side=32&shortcut={shortcut}&early=true"))).unwrap();
                assert_eq!(stages[5].shape[1..], [1, 1], "{layers} {shortcut}");
            }
        }
    }

    #[test]
    fn nonsense_becomes_the_nearest_sense() {
        assert_eq!(read("layers=49&side=9999&shortcut=x"), Settings { side: 448, ..Settings::default() });
        assert_eq!(read("side=230").side, 224);
    }
}
