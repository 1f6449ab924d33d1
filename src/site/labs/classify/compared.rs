//! Several networks on the same photos, as numbers: what each sees first, how often they agree, how long they take and how large they are.
use crate::{
    site::widgets::data_table::{Cell, DataTable, Row},
    workbench::protocol::photos::{Compared, LoadedNetwork},
};
use std::collections::BTreeMap;

/// A photo, and what each network saw in it, by the network's name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    pub photo: String,
    pub by: BTreeMap<String, Compared>,
}

/// Adds what networks saw in a photo. A photo of the same name takes the place of the one before.
pub fn add(seen: &mut Vec<Seen>, photo: String, found: Vec<Compared>) {
    seen.retain(|known| known.photo != photo);
    seen.push(Seen { photo, by: found.into_iter().map(|one| (one.model.clone(), one)).collect() });
}

/// Classes of different networks are the same if they have the same name.
fn agree(a: &Compared, b: &Compared) -> bool {
    a.first.name.eq_ignore_ascii_case(&b.first.name)
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let values: Vec<f64> = values.map(f64::from).collect();
    (!values.is_empty()).then(|| (values.iter().sum::<f64>() / values.len() as f64) as f32)
}

/// The photos that all of these networks have read.
fn shared<'a>(seen: &'a [Seen], networks: &[LoadedNetwork]) -> Vec<&'a Seen> {
    seen.iter().filter(|seen| networks.iter().all(|network| seen.by.contains_key(&network.name))).collect()
}

/// A row for each network. None of fewer than two.
pub fn networks(seen: &[Seen], networks: &[LoadedNetwork]) -> Option<DataTable> {
    let first = networks.first().filter(|_| networks.len() > 1)?;
    let shared = shared(seen, networks);
    let millions = |number: usize| number as f64 / 1e6;
    let row = |network: &LoadedNetwork| {
        let own: Vec<&Compared> = shared.iter().map(|seen| &seen.by[&network.name]).collect();
        let same = shared.iter().filter(|seen| agree(&seen.by[&network.name], &seen.by[&first.name])).count();
        let of = (!own.is_empty()).then_some(same as f64 / own.len().max(1) as f64);
        let percent = |share: f32| format!("{:.1} %", 100.0 * share);
        Row::headed(
            Cell::text(&network.title),
            [
                Cell::maybe(of, |_| format!("{same} of {}", own.len())),
                Cell::maybe(mean(own.iter().map(|one| one.first.probability)), percent),
                Cell::maybe(mean(own.iter().map(|one| one.preparing)), |time| format!("{time:.1}")),
                Cell::maybe(mean(own.iter().map(|one| one.reading)), |time| format!("{time:.1}")),
                Cell::number(millions(network.parameters), format!("{:.2}", millions(network.parameters))),
                Cell::number(millions(network.bytes), format!("{:.1}", millions(network.bytes))),
            ],
        )
        .mark("data-model", &network.name)
    };
    let all = shared.iter().filter(|seen| networks.iter().all(|one| agree(&seen.by[&one.name], &seen.by[&first.name]))).count();
    let caption = match shared.len() {
        0 => "The networks; no photo has been read by all of them yet".into(),
        photos => format!("The networks on the same {photos} photos, as means; on {all} of them all see the same class first"),
    };
    let same = format!("sees the same as {}", first.title);
    Some(DataTable {
        name: "The networks compared".into(),
        caption,
        columns: ["network", &same, "probability of its first class", "preparing, ms", "reading, ms", "parameters, million", "file, MB"]
            .map(String::from)
            .into(),
        rows: networks.iter().map(row).collect(),
        ..DataTable::default()
    })
}

/// A row for each photo: what each network sees in it first.
pub fn photos(seen: &[Seen], networks: &[LoadedNetwork]) -> Option<DataTable> {
    let any = |seen: &&Seen| networks.iter().any(|network| seen.by.contains_key(&network.name));
    let seen: Vec<&Seen> = seen.iter().filter(any).collect();
    if networks.len() < 2 || seen.is_empty() {
        return None;
    }
    let row = |seen: &&Seen| {
        let by: Vec<Option<&Compared>> = networks.iter().map(|network| seen.by.get(&network.name)).collect();
        let known: Vec<&Compared> = by.iter().flatten().copied().collect();
        let agreed = known.len() == networks.len() && known.iter().all(|one| agree(one, known[0]));
        let cell = |one: &Option<&Compared>| {
            let said = |one: &Compared| format!("{}, {:.1} %", one.first.name, 100.0 * one.first.probability);
            Cell::text(one.map_or("–".into(), said))
        };
        let verdict = if known.len() < networks.len() {
            "–"
        } else if agreed {
            "yes"
        } else {
            "no"
        };
        Row::headed(Cell::text(&seen.photo), by.iter().map(cell).chain([Cell::text(verdict)])).mark("data-agree", verdict)
    };
    let titles = networks.iter().map(|network| network.title.clone());
    Some(DataTable {
        name: "The photos compared".into(),
        caption: "What each network sees first, and its probability".into(),
        columns: ["photo".to_string()].into_iter().chain(titles).chain(["all the same".to_string()]).collect(),
        rows: seen.iter().map(row).collect(),
        ..DataTable::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        nets::models::{Reading, model},
        workbench::protocol::{DeviceChoice, photos::Guess},
    };

    fn network(name: &str, title: &str) -> LoadedNetwork {
        LoadedNetwork {
            name: name.into(),
            title: title.into(),
            device: DeviceChoice::Cpu,
            file: String::new(),
            bytes: 4_900_000,
            told: None,
            parameters: 1_235_496,
            classes: 1000,
            memory: 0,
            memory_to_explain: 0,
            preprocess: model("squeezenet1_1").unwrap().preprocess.unwrap(),
            reading: Reading::Usual,
            says_padding: false,
            layers: vec![],
            weighted: 0,
            twins: vec![],
        }
    }

    fn saw(model: &str, name: &str, probability: f32, reading: f32) -> Compared {
        Compared { model: model.into(), first: Guess { class: 0, name: name.into(), probability }, preparing: 2.0, reading }
    }

    #[test]
    fn agreement_is_counted_over_the_photos_that_all_have_read() {
        let both = [network("a", "First"), network("b", "Second")];
        let mut seen = vec![];
        add(&mut seen, "cat".into(), vec![saw("a", "tiger cat", 0.5, 10.0), saw("b", "Tiger cat", 0.25, 30.0)]);
        add(&mut seen, "coffee".into(), vec![saw("a", "espresso", 0.7, 20.0), saw("b", "orange", 0.35, 50.0)]);
        add(&mut seen, "dog".into(), vec![saw("a", "pug", 0.9, 999.0)]);
        let csv = networks(&seen, &both).unwrap().to_csv();
        let lines: Vec<&str> = csv.lines().collect();
        assert!(lines[0].contains("the same 2 photos") && lines[0].contains("on 1 of them all see the same class first"), "{csv}");
        assert!(lines[1].contains("sees the same as First"), "{csv}");
        assert!(lines[2].starts_with("First,1,0.6") && lines[2].contains(",2,15,1.235496,4.9"), "{csv}");
        assert!(lines[3].starts_with("Second,0.5,0.3") && lines[3].contains(",2,40,"), "{csv}");
        let csv = photos(&seen, &both).unwrap().to_csv();
        assert!(csv.contains("cat,\"tiger cat, 50.0 %\",\"Tiger cat, 25.0 %\",yes"), "{csv}");
        assert!(csv.contains("\"orange, 35.0 %\",no") && csv.contains("dog,\"pug, 90.0 %\",–,–"), "{csv}");
        // The same photo again takes the place of the one before.
        add(&mut seen, "coffee".into(), vec![saw("a", "espresso", 0.7, 20.0), saw("b", "espresso", 0.4, 50.0)]);
        assert!(networks(&seen, &both).unwrap().to_csv().contains("on 2 of them"));
    }

    #[test]
    fn one_network_has_nothing_to_be_compared_with() {
        let one = [network("a", "First")];
        assert_eq!((networks(&[], &one), photos(&[], &one)), (None, None));
        let none = networks(&[], &[network("a", "First"), network("b", "Second")]).unwrap().to_csv();
        assert!(none.contains("no photo has been read by all of them yet") && none.contains("First,,,,,1.235496"), "{none}");
    }
}
