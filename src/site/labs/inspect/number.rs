//! One number of a layer, down to the products that made it, and on to what becomes of it.
use super::{seen::Number, store::Store, words::exact};
use crate::{
    site::{
        labs::kit::photos::topics::Topic,
        widgets::{
            choice::Choice,
            data_table::{Cell, DataTable, Row},
            erased::{on_event, part, text},
            picture::picture,
            tables::folded,
        },
    },
    vision::Preprocess,
    workbench::protocol::inspect::Then,
};
use leptos::{ev, prelude::*};
use std::sync::Arc;

fn cell(value: f32) -> Cell {
    Cell::number(value, exact(value))
}

/// The sums of the input channels. Where a patch is one number, also that number and its weight.
pub fn sums(number: &Number) -> DataTable {
    let first = number.cell.first_channel;
    let is_single = number.cell.dims.get(1..).is_some_and(|sides| sides.iter().product::<usize>() == 1);
    let row = |(channel, sum): (usize, f32)| {
        let factors = is_single.then(|| {
            [number.patch.get(channel), number.kernel.get(channel)].map(|value| value.map_or(Cell::text(""), |value| cell(*value)))
        });
        Row::headed(Cell::text(first + channel), factors.into_iter().flatten().chain([cell(sum)]))
    };
    let columns: &[&str] = if is_single { &["input channel", "x", "weight", "product"] } else { &["input channel", "sum of its products"] };
    DataTable {
        name: "Sums by channel".into(),
        caption: "What each input channel adds, the largest first".into(),
        columns: columns.iter().map(|name| name.to_string()).collect(),
        rows: number.contributions().into_iter().map(row).collect(),
        ..DataTable::default()
    }
}

/// The patch, the kernel and their products in one input channel.
pub fn grids(number: &Number, channel: usize) -> Vec<DataTable> {
    let Some((patch, kernel, columns)) = number.of(channel) else { return vec![] };
    let products: Vec<f32> = patch.iter().zip(kernel).map(|(x, w)| x * w).collect();
    let grid = |name: &str, values: &[f32]| DataTable::grid(name, columns, values, cell);
    vec![grid("Patch", patch), grid("Kernel", kernel), grid("Products", &products)]
}

/// How the number is added up, and what becomes of it, line by line.
pub fn chain(number: &Number) -> Vec<String> {
    let made = &number.cell;
    let mut lines = vec![];
    if made.dims.is_empty() {
        lines.extend(made.read.iter().map(|(path, value)| format!("reads {} from {path}", exact(*value))));
        lines.push(format!("= {}, the engine’s number", exact(made.value)));
    } else {
        let products = number.own_sum() - f64::from(made.bias.unwrap_or(0.0));
        lines.push(format!("{} products in {} input channels add up to {}", number.patch.len(), number.sums.len(), exact(products as f32)));
        lines.extend(made.bias.map(|bias| format!("+ bias {} = {}", exact(bias), exact(number.own_sum() as f32))));
        let verdict = if number.agrees() { "equal to the engine’s number" } else { "unlike the engine’s number" };
        lines.push(format!("{verdict}, {}", exact(made.value)));
    }
    lines.extend(made.then.iter().map(|Then { node, formula, value }| format!("{node}: {formula} = {}", exact(*value))));
    lines
}

/// The part of the photo that a network sees, as left, top, width and height in the photo's pixels.
fn crop([height, width]: [f32; 2], preprocess: Option<&Preprocess>) -> [f32; 4] {
    let Some(preprocess) = preprocess else { return [0.0, 0.0, width, height] };
    let side = height.min(width) * preprocess.crop as f32 / preprocess.resize as f32;
    [(width - side) / 2.0, (height - side) / 2.0, side, side]
}

/// The receptive field over the photo, as SVG in the photo's pixels.
fn field(number: &Number, photo: [f32; 2], preprocess: Option<&Preprocess>) -> String {
    let [left, top, width, height] = crop(photo, preprocess);
    let scale = [height / number.cell.seen[0].max(1) as f32, width / number.cell.seen[1].max(1) as f32];
    let [[first, last], [from, to]] = number.cell.field.map(|ends| ends.map(|end| end as f32));
    let rect = |class: &str, x: f32, y: f32, width: f32, height: f32| {
        format!("<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>", width.max(1.0), height.max(1.0))
    };
    format!(
        "<svg viewBox=\"0 0 {:.0} {:.0}\" aria-hidden=\"true\">{}{}</svg>",
        photo[1],
        photo[0],
        rect("edge", left, top, width, height),
        rect("field", left + from * scale[1], top + first * scale[0], (to - from) * scale[1], (last - first) * scale[0])
    )
}

fn said(number: &Number) -> String {
    let [[first, last], [from, to]] = number.cell.field;
    let [height, width] = number.cell.seen;
    format!(
        "Amber: its receptive field, {} × {} of the {height} × {width} pixels that the network reads; it may reach into the padding.",
        last - first,
        to - from
    )
}

/// Row and column, typed or stepped with the arrow keys.
fn places(store: Store) -> AnyView {
    let settings = store.settings;
    let followed = Memo::new(move |_| store.followed());
    let number = move |label: &'static str, at: usize| {
        let id = ["channel", "row", "column"][at];
        let present = move || followed.get().map_or(0, |found| found[at]);
        let set = move |event: ev::Event| {
            let Ok(value) = event_target_value(&event).parse::<i32>() else { return };
            let size = untrack(|| store.present_layer()).map_or([1; 3], |layer| layer.size);
            let value = value.clamp(0, size[at].saturating_sub(1) as i32);
            let [channel, row, column] = followed.get_untracked().map_or([-1; 3], |found| found.map(|at| at as i32));
            settings.commit(|s| {
                (s.channel, s.row, s.column) = (channel, row, column);
                match at {
                    0 => s.channel = value,
                    1 => s.row = value,
                    _ => s.column = value,
                }
            });
            event_target::<web_sys::HtmlInputElement>(&event).set_value(&value.to_string());
        };
        view! {
            <label class="control inline" for=id><span>{label}</span>
                <input id=id type="number" min="0" step="1" prop:value=text(move || present().to_string()) on:change=on_event(set) />
            </label>
        }
        .into_any()
    };
    view! { <div class="bar">{number("Channel", 0)}{number("Row", 1)}{number("Column", 2)}</div> }.into_any()
}

fn shown(store: Store, number: Arc<Number>) -> AnyView {
    let lines = chain(&number).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let small = Signal::derive(move || store.photo.with(|photo| photo.as_ref().map(|held| held.small.clone())));
    let photo = store.photo.with(|photo| photo.as_ref().map_or([1.0; 2], |held| [held.height as f32, held.width as f32]));
    let drawn = field(&number, photo, store.preprocess().as_ref());
    let (words, shape) = (said(&number), format!("aspect-ratio:{}/{}", photo[1], photo[0]));
    let made = &number.cell;
    let title = format!("{} [{}, {}, {}] = {}", made.node, made.channel, made.place[0], made.place[1], exact(made.value));
    let patched = (!made.dims.is_empty()).then(|| {
        let first = made.first_channel;
        let strongest = number.contributions();
        let chosen = RwSignal::new(strongest.first().map_or(0, |(channel, _)| *channel));
        let options: Vec<(String, String)> =
            strongest.iter().map(|(channel, sum)| (channel.to_string(), format!("{}: {}", first + channel, exact(*sum)))).collect();
        let has_grid = made.dims[1..].iter().product::<usize>() > 1;
        let of = number.clone();
        let grid = move || grids(&of, chosen.get()).iter().map(DataTable::view).collect_view().into_any();
        let of = number.clone();
        let corner = format!("The patch begins at row {}, column {} of the layer’s input; what lies outside is padding, 0.", made.corner[0], made.corner[1]);
        let choice = has_grid.then(|| {
            view! {
                <Choice id="input-channel" label="Input channel: its sum" value=text(move || chosen.get().to_string()) options=Signal::stored(options) choose=move |value: String| chosen.set(value.parse().unwrap_or(0)) />
                <div class="patches" id="patches">{part(grid)}</div>
                <p class="note">{corner}</p>
            }
        });
        view! { {choice}{folded("The sums of all input channels", move || vec![sums(&of)])} }
    });
    let agrees = made.dims.is_empty() || number.agrees();
    view! {
        <div class="followed" data-value=made.value data-equal=agrees.to_string()>
            <div class="sum">
                <p class="what" id="number-title">{title}</p>
                <ol class="chain" id="chain">{lines}</ol>
                {patched}
            </div>
            <div class="where">
                <div class="glass" style=shape>{picture("field-photo", text(|| "The photo, with the receptive field".into()), small)}<div class="marks" inner_html=drawn></div></div>
                <p class="note">{words}</p>
            </div>
        </div>
    }
    .into_any()
}

pub fn number(store: Store) -> AnyView {
    let body = move || {
        let (layer, number) = (store.present_layer(), store.number.get());
        match number.filter(|number| layer.is_some_and(|layer| layer.output.name == number.cell.node)) {
            Some(number) => shown(store, number),
            None => {
                let why = store.refused.with(|refused| refused.get(&Topic::Cell).cloned());
                view! { <p class="note coming" role="status">{why.unwrap_or("Choose a layer first.".into())}</p> }.into_any()
            }
        }
    };
    let busy = text(move || store.wishes.with(|wishes| wishes.is_under_way(&Topic::Cell)).to_string());
    view! {
        <section id="number" aria-labelledby="number-heading" aria-busy=busy>
            <h2 id="number-heading">"One number"</h2>
            <p>"Press a cell of the enlarged channel, or type its place. The number is made again here, from the patch that the layer read and from its kernel, and compared with the engine’s."</p>
            {places(store)}
            {part(body)}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crop_of_a_photo_is_its_middle() {
        let preprocess = Preprocess::imagenet(256, 224, crate::vision::Resampling::Bilinear);
        assert_eq!(crop([256.0, 512.0], Some(&preprocess)), [144.0, 16.0, 224.0, 224.0]);
        assert_eq!(crop([3.0, 4.0], None), [0.0, 0.0, 4.0, 3.0]);
    }
}
