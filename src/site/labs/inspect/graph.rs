//! The graph on the page: unfolded and folded, searched, zoomed and walked along, with the pointer and with keys.
use super::{
    drawing::svg,
    layout::{Layout, Shown, layout},
    store::Store,
    table::clicked,
    tree::around,
};
use crate::site::{
    browser,
    labs::kit::photos::topics::Topic,
    widgets::erased::{on_click, on_event, text},
};
use leptos::{ev, html, prelude::*};
use std::sync::Arc;

/// The smallest and the largest zoom; and the smallest at which a drawing is fitted into the width of its frame.
const ZOOM: [f32; 2] = [0.2, 3.0];
const FITTED: f32 = 0.55;
/// A step of the zoom.
const STEP: f32 = 1.25;

/// What the graph needs besides the lab's store.
#[derive(Clone, Copy)]
struct Sight {
    store: Store,
    frame: NodeRef<html::Div>,
    drawn: Memo<Option<Arc<Layout>>>,
    /// The layout whose drawing is on the page.
    shown: StoredValue<Option<Arc<Layout>>>,
    /// None for a drawing that fits the width.
    zoom: RwSignal<Option<f32>>,
    /// The item that the keys have reached.
    cursor: RwSignal<Option<usize>>,
}

impl Sight {
    /// Unfolds a block, folds it, or chooses a node.
    fn press(self, item: usize) {
        let Some(layout) = self.drawn.get_untracked() else { return };
        let Some(what) = layout.items.get(item).map(|item| item.what.clone()) else { return };
        self.cursor.set(Some(item));
        match what {
            Shown::Node(node) => self.choose(node),
            Shown::Folded(path, _) => drop(self.store.open.try_update(|open| open.insert(path))),
            Shown::Open(path, _) => self.fold(&path),
        }
    }

    fn fold(self, path: &str) {
        self.store.open.write().remove(path);
        // The block keeps the cursor.
        let found = self.drawn.get_untracked().and_then(|layout| {
            layout.items.iter().position(|item| matches!(&item.what, Shown::Folded(own, _) | Shown::Open(own, _) if own == path))
        });
        self.cursor.set(found);
    }

    fn choose(self, node: usize) {
        let path = untrack(|| self.store.present()).and_then(|graph| graph.nodes.get(node).map(|node| node.path.clone()));
        path.into_iter().for_each(|path| self.store.settings.commit(|s| s.choose(path)));
    }

    /// The zoom that is shown.
    fn scale(self) -> f32 {
        let width = self.drawn.with(|layout| layout.as_ref().map_or(1.0, |layout| layout.size[0] + 12.0));
        let room = self.frame.get().map_or(1.0, |frame| frame.client_width() as f32 - 8.0);
        self.zoom.get().unwrap_or((room / width).clamp(FITTED, 1.0))
    }

    fn zoom_by(self, factor: f32) {
        let scale = untrack(|| self.scale());
        self.zoom.set(Some((scale * factor).clamp(ZOOM[0], ZOOM[1])));
    }

    /// Goes along the items, folds and unfolds, and zooms. Other keys scroll.
    fn key(self, event: &ev::KeyboardEvent) {
        let Some(layout) = self.drawn.get_untracked() else { return };
        let last = layout.items.len().saturating_sub(1);
        let at = self.cursor.get_untracked().unwrap_or(0).min(last);
        let what = layout.items.get(at).map(|item| item.what.clone());
        match event.key().as_str() {
            // With Shift the arrows scroll.
            key if event.shift_key() && key.starts_with("Arrow") => return,
            "ArrowDown" => self.cursor.set(Some((at + 1).min(last))),
            "ArrowUp" => self.cursor.set(Some(at.saturating_sub(1))),
            "Home" => self.cursor.set(Some(0)),
            "End" => self.cursor.set(Some(last)),
            "ArrowRight" if matches!(what, Some(Shown::Folded(..))) => self.press(at),
            "ArrowLeft" => match what {
                Some(Shown::Open(path, _)) => self.fold(&path),
                // The block around it.
                _ => {
                    let depth = layout.items.get(at).map_or(0, |item| item.depth);
                    let outer = layout.items[..at].iter().rposition(|item| item.depth < depth);
                    outer.into_iter().for_each(|outer| self.cursor.set(Some(outer)));
                }
            },
            "Enter" | " " => self.press(at),
            "+" | "=" => self.zoom_by(STEP),
            "-" => self.zoom_by(1.0 / STEP),
            "0" => self.zoom.set(None),
            _ => return,
        }
        event.prevent_default();
    }

    /// Draws the layout if it is another one, as large as the zoom has it, and marks what is chosen, what is found, and where the keys are.
    fn draw(self) {
        let Some(frame) = self.frame.get() else { return };
        let (Some(graph), Some(layout)) = (self.store.present(), self.drawn.get()) else {
            self.shown.set_value(None);
            return frame.set_inner_html("");
        };
        if self.shown.with_value(|shown| shown.as_ref().is_none_or(|shown| !Arc::ptr_eq(shown, &layout))) {
            frame.set_inner_html(&svg(&graph.nodes, &layout));
            self.shown.set_value(Some(layout));
        }
        self.resize();
        self.mark();
    }

    fn resize(self) {
        let scale = self.scale();
        let Some(drawing) = self.frame.get().and_then(|frame| frame.query_selector("svg").ok().flatten()) else { return };
        for side in ["width", "height"] {
            let length: f32 = drawing.get_attribute(&format!("data-{side}")).and_then(|text| text.parse().ok()).unwrap_or(0.0);
            let _ = drawing.set_attribute(side, &format!("{:.0}", length * scale));
        }
    }

    fn mark(self) {
        let (Some(frame), Some(layout), Some(graph)) = (self.frame.get(), self.drawn.get(), self.store.present()) else { return };
        let (node, cursor, settings) = (self.store.node(), self.cursor.get(), self.store.settings.get());
        let holds = |item: &Shown, found: &dyn Fn(usize) -> bool| match item {
            Shown::Node(node) => found(*node),
            Shown::Folded(_, span) => span.clone().any(found),
            Shown::Open(..) => false,
        };
        let searched = !settings.find.trim().is_empty();
        for element in browser::all(&frame, "[data-item]") {
            let Some(at) = element.get_attribute("data-item").and_then(|at| at.parse::<usize>().ok()) else { continue };
            let Some(item) = layout.items.get(at) else { continue };
            let is_chosen = holds(&item.what, &|own| Some(own) == node);
            let is_found = searched && holds(&item.what, &|own| settings.finds(&graph.nodes[own]));
            let _ = element.set_attribute("aria-selected", if is_chosen { "true" } else { "false" });
            for (class, on) in [("found", is_found), ("missed", searched && !is_found), ("cursor", cursor == Some(at))] {
                let _ = element.class_list().toggle_with_force(class, on);
            }
        }
    }

    /// Scrolls the frame, and never the page, to an item.
    fn show(self, item: usize) {
        let (Some(frame), Some(element)) = (self.frame.get_untracked(), document().get_element_by_id(&format!("item-{item}"))) else {
            return;
        };
        let (outer, inner) = (frame.get_bounding_client_rect(), element.get_bounding_client_rect());
        let beyond = |first: f64, end: f64, low: f64, high: f64| match () {
            _ if first < low => first - low - 16.0,
            _ if end > high => (end - high + 16.0).min(first - low - 16.0),
            _ => 0.0,
        };
        let down = beyond(inner.top(), inner.bottom(), outer.top(), outer.bottom());
        let across = beyond(inner.left(), inner.right(), outer.left(), outer.right());
        frame.set_scroll_top(frame.scroll_top() + down as i32);
        frame.set_scroll_left(frame.scroll_left() + across as i32);
    }
}

/// The nodes that are found, and the next one after the chosen.
fn next_found(store: Store) -> Option<usize> {
    let (graph, settings) = (store.present()?, store.settings.get());
    if settings.find.trim().is_empty() {
        return None;
    }
    let found: Vec<usize> = (0..graph.nodes.len()).filter(|at| settings.finds(&graph.nodes[*at])).collect();
    let chosen = store.node();
    found.iter().find(|at| Some(**at) > chosen).or(found.first()).copied()
}

fn said(store: Store) -> String {
    let Some(graph) = store.present() else {
        let why = store.refused.with(|refused| refused.get(&Topic::Graph).cloned());
        return why.unwrap_or("The graph is on its way.".into());
    };
    let settings = store.settings.get();
    if settings.find.trim().is_empty() {
        return format!("{} nodes", graph.nodes.len());
    }
    let found = graph.nodes.iter().filter(|node| settings.finds(node)).count();
    format!("{found} of {} nodes; Enter goes to the next", graph.nodes.len())
}

pub fn graph(store: Store) -> AnyView {
    let drawn = Memo::new(move |_| {
        let graph = store.present()?;
        Some(Arc::new(store.open.with(|open| layout(&graph.nodes, &graph.tree, open))))
    });
    let sight = Sight {
        store,
        frame: NodeRef::new(),
        drawn,
        shown: StoredValue::new(None),
        zoom: RwSignal::new(None),
        cursor: RwSignal::new(None),
    };
    // A chosen node is never folded away.
    Effect::new(move |_| {
        let (Some(graph), Some(node)) = (store.present(), store.node()) else { return };
        let blocks = around(&graph.tree, node);
        if store.open.with_untracked(|open| blocks.iter().any(|block| !open.contains(block))) {
            store.open.update(|open| open.extend(blocks));
        }
    });
    Effect::new(move |_| sight.draw());
    let reveal = move || {
        let chosen = store.node();
        let at = sight.drawn.get()?.items.iter().position(|item| matches!(item.what, Shown::Node(node) if Some(node) == chosen));
        store.connection.scope.at_next_frame(move || at.into_iter().for_each(|at| sight.show(at)));
        at
    };
    Effect::new(move |_| {
        reveal();
    });
    Effect::new(move |_| sight.cursor.get().into_iter().for_each(|at| store.connection.scope.at_next_frame(move || sight.show(at))));
    let find = move |event: ev::Event| store.settings.replace(|s| s.find = event_target_value(&event));
    let enter = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" {
            untrack(|| next_found(store)).into_iter().for_each(|node| sight.choose(node));
        }
    };
    let click = move |event: ev::MouseEvent| clicked(&event, "data-item").into_iter().for_each(|item| sight.press(item));
    let active = move || sight.cursor.get().map_or(String::new(), |at| format!("item-{at}"));
    let fold_all = move || {
        sight.cursor.set(None);
        store.open.set(Default::default());
    };
    view! {
        <section class="drawn" aria-labelledby="graph-title">
            <h2 id="graph-title">"Graph"</h2>
            <div class="bar">
                <label class="control" for="find"><span class="visually-hidden">"Find a layer"</span>
                    <input id="find" type="search" placeholder="Find a layer" prop:value=text(move || store.settings.with(|s| s.find.clone())) on:input=on_event(find) on:keydown=on_event(enter) />
                </label>
                <button type="button" aria-label="Smaller" on:click=on_click(move || sight.zoom_by(1.0 / STEP))>"−"</button>
                <button type="button" aria-label="Larger" on:click=on_click(move || sight.zoom_by(STEP))>"+"</button>
                <button type="button" id="fit" on:click=on_click(move || sight.zoom.set(None))>"Fit"</button>
                <button type="button" id="fold-all" on:click=on_click(fold_all)>"Fold all"</button>
            </div>
            <div id="graph" tabindex="0" role="tree" aria-labelledby="graph-title" aria-busy=text(move || sight.drawn.with(Option::is_none).to_string()) aria-describedby="graph-keys" aria-activedescendant=text(active) node_ref=sight.frame
                on:click=on_event(click) on:keydown=on_event(move |event: ev::KeyboardEvent| sight.key(&event))></div>
            <p class="note" role="status" id="graph-said">{text(move || said(store))}</p>
            <p class="note" id="graph-keys">"Click a block to unfold it, and a layer to see it. Keys: ↑ ↓ go along, → unfolds, ← folds, Enter chooses, + − 0 zoom, Shift with an arrow scrolls."</p>
        </section>
    }
    .into_any()
}
