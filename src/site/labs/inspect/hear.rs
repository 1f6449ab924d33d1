//! What the lab does with what its worker answers.
use super::{
    seen::{Graph, Layer, Number, Times},
    store::Store,
    tree::{around, outline},
};
use crate::{
    site::labs::kit::photos::{
        store::Heard,
        topics::{Topic, Wish},
    },
    workbench::protocol::{inspect::Seen, photos::Answer},
};
use leptos::prelude::*;
use std::sync::Arc;

pub fn hear(store: Store, heard: Heard) {
    match heard {
        Heard::Photo | Heard::Named => {}
        Heard::Loaded(name, own) => {
            let of_it = |topic: &Topic| matches!(topic, Topic::Times | Topic::Layer | Topic::Cell | Topic::Logits);
            store.wish(|wishes| wishes.forget(of_it));
            if own {
                // Whoever gives a network its weights wants it built.
                store.agreed.write().insert(name.clone());
                store.settings.commit(|s| {
                    s.random = false;
                    if s.network != name {
                        s.network = name;
                        s.choose(String::new());
                    }
                });
            }
        }
        Heard::Failed(topic, why) => store.refused.update(|refused| drop(refused.insert(topic, why))),
        Heard::Answer(topic, wish, answer, buffers) => {
            store.refused.update(|refused| drop(refused.remove(&topic)));
            take(store, topic, wish, *answer, buffers);
        }
    }
}

fn take(store: Store, topic: Topic, wish: Wish, answer: Answer, buffers: Vec<Vec<u8>>) {
    match answer {
        Answer::Fields { model, layers } => {
            store.fields.set((model, layers.into_iter().map(|field| (field.layer.clone(), field)).collect()));
        }
        Answer::Inspected { model, seen, .. } => match seen {
            Seen::Graph(nodes) => {
                let graph = Graph::new(model, nodes);
                let chosen = graph.find(&store.settings.with_untracked(|s| s.node.clone()));
                let mut open = outline(&graph.tree);
                open.extend(chosen.into_iter().flat_map(|node| around(&graph.tree, node)));
                store.open.set(open);
                store.graph.set(Some(Arc::new(graph)));
            }
            Seen::Times { device, milliseconds } => store.times.set(Some(Arc::new(Times { model, device, milliseconds }))),
            Seen::Layer { output, weight, logit, drawn } => {
                let layer = Layer::new(wish.key, output, weight, logit, drawn, buffers);
                match topic {
                    Topic::Logits => store.likeliest.set(layer.likeliest().map(|class| (layer.key, class))),
                    _ => store.layer.set(Some(Arc::new(layer))),
                }
            }
            Seen::Cell(cell) => store.number.set(Some(Arc::new(Number::new(wish.key, *cell, buffers)))),
        },
        _ => {}
    }
}
