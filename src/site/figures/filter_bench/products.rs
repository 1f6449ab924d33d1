//! One place of the output as a sum: the patch under the window, the weights, and their products.
use super::{ids::id, table::Table};
use crate::{
    site::widgets::{
        data_table::{Cell, DataTable},
        erased::{flag, on_event, text},
        number::{factor, number},
        tables,
    },
    vision::{Plane, kernels::transposed},
    workbench::protocol::vision::View,
};
use leptos::{ev, prelude::*};
use std::{fmt::Write, time::Duration};

/// The largest number of products that are written out as a sum.
const WRITTEN_OUT: usize = 9;
/// The largest number of cells for which tables follow at once.
const AT_ONCE: usize = 25;
/// The time without a change after which large tables follow.
const REST: Duration = Duration::from_millis(150);

/// The pixels under the window at a place. The border decides which are zeros.
fn patch(table: Table, side: usize, [row, column]: [usize; 2]) -> Plane {
    let border = table.settings.with(|s| s.border);
    table.picture.with(|picture| {
        // The first picture has not arrived yet.
        if picture.values.is_empty() {
            return Plane::of(side, side, |_, _| 0.0);
        }
        let at = |place: usize, offset: usize, length: usize| border.read(place as isize + offset as isize - (side / 2) as isize, length);
        Plane::of(side, side, |r, c| {
            let read = at(row, r, picture.height).zip(at(column, c, picture.width));
            read.map_or(0.0, |(r, c)| picture.at(r, c))
        })
    })
}

/// `colours` are those of negative and of positive numbers.
fn grid(name: &str, plane: &Plane, colours: [&str; 2]) -> DataTable {
    let largest = plane.largest().max(f32::MIN_POSITIVE);
    // At least two digits of the largest number.
    let digits = (1.0 - largest.log10().floor()).clamp(2.0, 6.0) as usize;
    let cell = |value: f32| {
        let (colour, share) = (colours[usize::from(value >= 0.0)], 60.0 * value.abs() / largest);
        Cell::number(value, number(value, digits)).mark("style", format!("--tint:var({colour});--share:{share:.0}%"))
    };
    DataTable { caption: name.into(), ..DataTable::grid(name, plane.width, &plane.values, cell) }
}

pub fn panel(table: Table) -> AnyView {
    let seen = Memo::new(move |_| {
        let (kernel, flip) = (table.kernel.get(), table.settings.with(|s| s.flip));
        let place = table.place();
        let patch = patch(table, kernel.height, place);
        let kernel = if flip { kernel.turned() } else { kernel };
        let times = |kernel: &Plane| patch.zip(kernel, |x, w| x * w).unwrap_or_default();
        // The other sum of a gradient.
        let other = times(&transposed(&kernel)).sum();
        (place, times(&kernel), patch, kernel, other)
    });
    let view = Memo::new(move |_| table.settings.with(|s| s.view));
    let median = |patch: &Plane| {
        let below = |v: &f32| patch.values.iter().filter(|other| *other < v).count();
        let half = patch.values.len() / 2;
        let equal = |v: &f32| patch.values.iter().filter(|other| *other == v).count();
        patch.values.iter().copied().find(|v| (below(v)..below(v) + equal(v)).contains(&half)).unwrap_or_default()
    };
    let sentence = move || {
        seen.with(|([row, column], products, patch, kernel, other)| {
            let sum = products.sum();
            let mut words = format!("Row {row}, column {column}: ");
            if products.values.len() <= WRITTEN_OUT {
                for (i, (x, w)) in patch.values.iter().zip(&kernel.values).enumerate() {
                    let _ = write!(words, "{}{}\u{202f}·\u{202f}{}", if i == 0 { "" } else { " + " }, number(*x, 2), factor(*w));
                }
                words.push_str(" = ");
            } else {
                let _ = write!(words, "the sum of {} products is ", products.values.len());
            }
            words.push_str(&number(sum, 4));
            match view.get() {
                View::Magnitude | View::Direction => {
                    let angle = number(other.atan2(sum).to_degrees(), 1);
                    let _ = write!(
                        words,
                        "; with rows and columns exchanged {}; size {}, direction {angle}°",
                        number(*other, 4),
                        number(sum.hypot(*other), 4)
                    );
                }
                View::Median => {
                    let _ = write!(words, "; the median of the patch is {}", number(median(patch), 4));
                }
                _ => {}
            }
            words
        })
    };
    let open = RwSignal::new(table.kernel.with_untracked(|k| k.values.len() <= AT_ONCE));
    // Large tables are folded until the reader opens them.
    let small = Memo::new(move |_| table.kernel.with(|k| k.values.len() <= AT_ONCE));
    Effect::new(move |before: Option<bool>| {
        let now = small.get();
        if before.is_some_and(|before| before != now) {
            open.set(now);
        }
        now
    });
    let wanted = StoredValue::new(0u32);
    let numbers = move || {
        seen.with(|(_, products, patch, kernel, _)| {
            let turned = if table.settings.with(|s| s.flip) { "Weights, turned" } else { "Weights" };
            vec![
                grid("Patch", patch, ["--faint"; 2]),
                grid(turned, kernel, ["--weight-negative", "--weight-positive"]),
                grid("Products", products, ["--negative", "--positive"]),
            ]
        })
    };
    tables::keep(numbers);
    let drawn = RwSignal::new(String::new());
    let write = move || drawn.set(untrack(numbers).iter().map(DataTable::to_html).collect());
    // Hundreds of cells are written only when nothing has changed for a moment, so that they do not delay the picture.
    Effect::new(move |_| {
        let small = seen.with(|(_, products, ..)| products.values.len() <= AT_ONCE);
        if !open.get() {
            return;
        }
        wanted.update_value(|wanted| *wanted = wanted.wrapping_add(1));
        if small {
            return write();
        }
        let now = wanted.get_value();
        table.scope.after(REST, move || {
            if wanted.get_value() == now {
                write()
            }
        });
    });
    let sum = move || seen.with(|(_, products, ..)| products.sum().to_string());
    let toggled = move |event: ev::Event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    view! {
        <p id=id("sum") class="sum" data-part="sum" aria-live="polite" data-value=text(sum)>{text(sentence)}</p>
        <details class="tables" prop:open=flag(move || open.get()) on:toggle=on_event(toggled)>
            <summary>"Patch, weights and products as numbers"</summary>
            <div class="products" inner_html=text(move || drawn.get()) tabindex="0" role="group" aria-label="Patch, weights and products"></div>
        </details>
    }
    .into_any()
}
