//! The chosen layer: what it is and costs, its channels by strength, one of them enlarged, a histogram, and its weights; or the gradient of a logit at it.
use super::{
    histogram::Histogram,
    seen::Layer,
    store::Store,
    words::{dims, milliseconds, sizes},
};
use crate::site::{
    labs::kit::photos::{networks::megabytes, topics::Topic},
    widgets::{
        controls::{control, plain},
        erased::{display, flag, on_event, part, text},
        number::grouped,
        sheets::{Palette, SheetView, Sheets},
        tables::folded,
    },
};
use leptos::{ev, prelude::*};
use std::sync::Arc;

/// The longest side of a channel among all channels, in cells. Larger ones are drawn smaller there.
const SMALL: usize = 48;
/// The side of the enlarged channel in CSS pixels.
const LARGE: f32 = 300.0;

/// All channels, the strongest first, made smaller by means of squares if they are large.
fn channels(layer: &Layer) -> Sheets {
    let [count, height, width] = layer.size;
    if height * width == 1 {
        return Sheets::of(&[count], layer.channels.iter().map(|(channel, _)| layer.values[*channel]).collect());
    }
    let by = height.max(width).div_ceil(SMALL).max(1);
    let (rows, columns) = (height.div_ceil(by), width.div_ceil(by));
    let mut values = Vec::with_capacity(count * rows * columns);
    for (channel, _) in &layer.channels {
        let of = layer.channel(*channel);
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            let square =
                (row * by..((row + 1) * by).min(height)).flat_map(|y| of[y * width..(y + 1) * width].iter().skip(column * by).take(by));
            let (sum, cells) = square.fold((0.0, 0), |(sum, cells), value| (sum + value, cells + 1));
            values.push(sum / cells.max(1) as f32);
        }
    }
    Sheets { sheets: count, height: rows, width: columns, values }
}

/// The number of the channel that is chosen in the sheets of all channels.
fn picked(layer: &Layer, sheet: usize, index: usize) -> Option<usize> {
    let at = if layer.size[1] * layer.size[2] == 1 { index } else { sheet };
    layer.channels.get(at).map(|(channel, _)| *channel)
}

/// What the layer is and costs.
fn facts(store: Store) -> AnyView {
    let (Some(graph), Some(node)) = (store.present(), store.node()) else { return ().into_any() };
    let Some(found) = graph.nodes.get(node).cloned() else { return ().into_any() };
    let time = store.present_times().and_then(|times| times.milliseconds.get(node).copied());
    let field = store.fields.with(|(model, fields)| fields.get(&found.path).filter(|_| *model == graph.model).cloned());
    let field = field.map(|field| {
        let [rows, columns] = [0, 1].map(|axis| field.field[axis].size);
        view! { <div><dt>"receptive field"</dt><dd>{format!("{rows} × {columns}")}</dd></div> }
    });
    let time = time.map(|time| view! { <div><dt>"ms here"</dt><dd>{milliseconds(time)}</dd></div> });
    let reads: Vec<&str> = found.reads.iter().filter_map(|read| graph.nodes.get(*read)).map(|read| &read.path[..]).collect();
    let reads = if reads.is_empty() { "It is the input.".into() } else { format!("It reads {}.", reads.join(", ")) };
    let what = if found.description.is_empty() { super::words::kind(found.kind).into() } else { found.description };
    view! {
        <p class="what" id="layer-what"><code>{found.path}</code>" "{what}</p>
        <dl class="numbers" id="layer-facts">
            <div><dt>"output, C × H × W"</dt><dd>{dims(&found.dims)}</dd></div>
            <div><dt>"parameters"</dt><dd>{grouped(found.parameters as u64)}</dd></div>
            <div><dt>"multiply-adds"</dt><dd>{grouped(found.macs)}</dd></div>
            <div><dt>"output"</dt><dd>{megabytes(found.bytes)}</dd></div>
            {time}{field}
        </dl>
        <p class="note">{reads}</p>
    }
    .into_any()
}

/// The switch to the gradient, and the class.
fn gradient(store: Store) -> AnyView {
    let settings = store.settings;
    let last = move || store.classes().saturating_sub(1);
    let class = move |event: ev::Event| {
        let value = event_target_value(&event).parse().unwrap_or(-1).clamp(-1, untrack(last) as i32);
        settings.commit(|s| s.class = value);
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&if value < 0 { String::new() } else { value.to_string() });
    };
    let now = move || settings.with(|s| if s.class < 0 { String::new() } else { s.class.to_string() });
    view! {
        <div class="bar">
            {control(settings, "", "gradient", &plain())}
            <label class="control inline" for="class" hidden=flag(move || settings.with(|s| !s.gradient))><span>{text(move || format!("Class, 0 to {} (empty: the likeliest)", last()))}</span>
                <input id="class" type="number" min="0" max=display(last) prop:value=text(now) on:change=on_event(class) />
            </label>
        </div>
    }
    .into_any()
}

fn said(layer: &Layer) -> String {
    let weights = if layer.drawn { ", random weights" } else { "" };
    match layer.logit {
        Some((class, logit)) => {
            format!("The gradient of logit {class} ({}) at this layer{weights}: {}", super::words::exact(logit), sizes(layer.size))
        }
        None => format!("{}{weights}. The strongest first", sizes(layer.size)),
    }
}

/// The maps, the enlarged one, the histogram and the weights of a layer that has come.
fn shown(store: Store, layer: Arc<Layer>) -> AnyView {
    let settings = store.settings;
    let palette = if layer.logit.is_some() { Palette::Gradient } else { Palette::Value };
    let [_, height, width] = layer.size;
    let has_places = height * width > 1;
    let of = layer.clone();
    let channel = Memo::new(move |_| settings.with(|s| of.chosen(s.channel)).unwrap_or(0));
    let of = layer.clone();
    let place = Memo::new(move |_| settings.with(|s| of.place(channel.get(), s.row, s.column)).unwrap_or([0, 0]));
    let all = Signal::stored(channels(&layer));
    let of = layer.clone();
    let pick = Callback::new(move |index: usize| {
        let cells = all.with_untracked(|all| all.height * all.width).max(1);
        if let Some(channel) = picked(&of, index / cells, index) {
            settings.commit(|s| (s.channel, s.row, s.column) = (channel as i32, -1, -1));
        }
    });
    let of = layer.clone();
    let large = Signal::derive(move || Sheets { sheets: 1, height, width, values: of.channel(channel.get()).to_vec() });
    let at = Callback::new(move |index: usize| {
        let (row, column) = (index / width.max(1), index % width.max(1));
        settings.commit(|s| (s.channel, s.row, s.column) = (channel.get_untracked() as i32, row as i32, column as i32));
    });
    let side = (LARGE / height.max(width) as f32).max(1.0);
    let mark = move || {
        let [row, column] = place.get();
        let share = |at: usize, of: usize| 100.0 * at as f32 / of.max(1) as f32;
        format!(
            "left:{:.3}%;top:{:.3}%;width:{:.3}%;height:{:.3}%",
            share(column, width),
            share(row, height),
            share(1, width),
            share(1, height)
        )
    };
    let over = format!("width:min(100%, {:.0}px);aspect-ratio:{width}/{height}", width as f32 * side);
    let enlarged = has_places.then(|| {
        let label = text(move || format!("Channel {}: press a cell to follow its number", channel.get()));
        view! {
            <div class="enlarged">
                <h3>{text(move || format!("Channel {}", channel.get()))}</h3>
                <div class="pane">
                    <SheetView sheets=large palette=palette label=label cell=side pick=at />
                    <div class="over" style=over aria-hidden="true"><i style=text(mark)></i></div>
                </div>
            </div>
        }
    });
    let histogram = Histogram::of(&layer.values);
    let (svg, words, name) = (histogram.svg(), histogram.said(), layer.output.name.clone());
    let table = move || vec![histogram.table(&name)];
    let (of, of_weights) = (layer.clone(), layer.clone());
    let kernels = layer.weight.is_some().then(|| {
        let sheets = Signal::derive(move || {
            of.kernel(channel.get(), place.get()).map_or(Sheets::default(), |(dims, values)| Sheets::of(&dims, values))
        });
        let shape = layer.weight.as_ref().map_or(String::new(), |weight| dims(&weight.dims));
        let label = text(move || format!("The weights of channel {}", channel.get()));
        view! {
            <div class="kernel" id="weights">
                <h3>{text(move || format!("Weights of channel {}, of {shape}", of_weights.weight_of(channel.get(), place.get())))}</h3>
                <SheetView sheets=sheets palette=Palette::Weight label=label cell=8.0 />
            </div>
        }
    });
    let title = said(&layer);
    let side_of_all = if has_places { 1.6 } else { 12.0 };
    view! {
        <div class="seen" data-layer=layer.output.name.clone() data-channels=layer.size[0]>
            <div class="maps" id="maps">
                <h3>{title}</h3>
                <SheetView sheets=all palette=palette label=text(|| "All channels, the strongest first: press one to enlarge it".into()) cell=side_of_all pick=pick />
            </div>
            {enlarged}
            <div class="distribution"><h3>"Histogram"</h3><div class="histogram" inner_html=svg></div><p class="note">{words}</p>{folded("The histogram as a table", table)}</div>
            {kernels}
        </div>
    }
    .into_any()
}

/// What is there in place of a layer that has not come.
fn waiting(store: Store) -> String {
    let refused = |topic: &Topic| store.refused.with(|refused| refused.get(topic).cloned());
    if let Some(why) = refused(&Topic::Layer).or_else(|| refused(&Topic::Logits)) {
        return why;
    }
    match () {
        _ if store.present().is_none() => String::new(),
        _ if store.photo.with(Option::is_none) => "It waits for a photo.".into(),
        _ if !store.may_build() => "It is shown once the network is built.".into(),
        _ => "It is being computed…".into(),
    }
}

pub fn layer(store: Store) -> AnyView {
    let busy = text(move || store.wishes.with(|wishes| wishes.is_under_way(&Topic::Layer)).to_string());
    let present = Memo::new(move |_| store.present_layer());
    let body = move || match present.get() {
        Some(layer) => shown(store, layer),
        None => view! { <p class="note coming" role="status" id="layer-waits">{waiting(store)}</p> }.into_any(),
    };
    view! {
        <section class="chosen" id="layer" aria-labelledby="layer-title" aria-busy=busy>
            <h2 id="layer-title">"Layer"</h2>
            {part(move || facts(store))}
            {gradient(store)}
            {part(body)}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::protocol::Array;

    fn layer(dims: &[usize], values: Vec<f32>) -> Layer {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Layer::new(String::new(), Array { name: "a".into(), description: String::new(), dims: dims.into() }, None, None, false, vec![bytes])
    }

    #[test]
    fn large_channels_are_drawn_by_their_means_the_strongest_first() {
        let size = 2 * SMALL;
        let values: Vec<f32> = (0..2 * size * size).map(|at| if at < size * size { 1.0 } else { 3.0 }).collect();
        let found = channels(&layer(&[2, size, size], values));
        assert_eq!((found.sheets, found.height, found.width), (2, SMALL, SMALL));
        assert_eq!((found.values[0], found.values[SMALL * SMALL]), (3.0, 1.0));
        let odd = channels(&layer(&[1, 1, SMALL + 1], vec![2.0; SMALL + 1]));
        assert_eq!((odd.height, odd.width, odd.values), (1, SMALL.div_ceil(2) + 1, vec![2.0; SMALL / 2 + 1]));
    }

    #[test]
    fn a_vector_is_picked_by_its_cell_and_a_map_by_its_sheet() {
        let vector = layer(&[3], vec![1.0, -5.0, 2.0]);
        assert_eq!(channels(&vector).values[..3], [-5.0, 2.0, 1.0]);
        assert_eq!((picked(&vector, 0, 1), picked(&vector, 0, 9)), (Some(2), None));
        let maps = layer(&[2, 1, 2], vec![0.0, 1.0, 4.0, 4.0]);
        assert_eq!((picked(&maps, 0, 1), picked(&maps, 1, 3)), (Some(1), Some(0)));
    }
}
