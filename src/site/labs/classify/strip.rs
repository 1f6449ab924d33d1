//! The network as a row of its layers' maps, drawn to scale. A click chooses the layer, and the unit at that place. The settings offer the
//! same to the keyboard.
use super::{controls::Settings, layers::outline, store::Store};
use crate::{
    site::{
        url::UrlState,
        widgets::erased::{flag, on_event, part, text},
    },
    workbench::protocol::Array,
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The side of the first layer's map in pixels, and of the smallest map.
const SIDES: [f32; 2] = [64.0, 12.0];

/// The side of a map on the page. Maps are halved again and again, so a logarithmic scale shows the differences.
fn side(places: usize, most: usize) -> f32 {
    let [large, small] = SIDES;
    if most < 2 {
        return small;
    }
    small + (large - small) * (places.max(1) as f32).ln() / (most as f32).ln()
}

/// The position of the pointer in per cent of the map's sides, across and down. None for a key press, which has no position.
fn place(event: &ev::MouseEvent) -> Option<[i32; 2]> {
    let map: Element = event.current_target()?.dyn_into().ok()?;
    let bounds = map.query_selector(".map").ok().flatten()?.get_bounding_client_rect();
    let share = |at: i32, first: f64, length: f64| (100.0 * (f64::from(at) - first) / length).clamp(0.0, 100.0).round() as i32;
    (event.detail() > 0)
        .then(|| [share(event.client_x(), bounds.left(), bounds.width()), share(event.client_y(), bounds.top(), bounds.height())])
}

fn map(settings: UrlState<Settings>, array: &Array, most: usize, chosen: Signal<String>) -> AnyView {
    let (name, dims) = (array.name.clone(), array.dims.clone());
    let [channels, height, width] = [0, 1, 2].map(|at| dims.get(at).copied().unwrap_or(1));
    let style = format!("--height: {}px; --width: {}px", side(height, most), side(width, most));
    let title = format!("{name}: {channels} × {height} × {width}");
    let own = name.clone();
    let pressed = text(move || chosen.with(|chosen| *chosen == own).to_string());
    let choose = move |event: ev::MouseEvent| {
        let name = name.clone();
        settings.commit(|s| {
            s.unit_layer = name;
            if let Some([across, down]) = place(&event) {
                (s.unit_across, s.unit_down) = (across, down);
            }
        });
    };
    view! {
        <button tabindex="-1" title=title.clone() aria-label=title aria-pressed=pressed style=style on:click=on_event(choose)>
            <span class="map"><i></i></span>
            <small>{height}</small>
        </button>
    }
    .into_any()
}

pub fn strip(store: Store, settings: UrlState<Settings>, layers: Memo<Vec<Array>>, chosen: Signal<String>) -> AnyView {
    let maps = move || {
        layers.with(|layers| {
            let layers = outline(layers);
            let most = layers.iter().flat_map(|layer| layer.dims.iter().skip(1)).copied().max().unwrap_or(1);
            layers.iter().map(|layer| map(settings, layer, most, chosen)).collect_view().into_any()
        })
    };
    let at = text(move || store.settings.with(|s| format!("--across: {}%; --down: {}%", s.unit_across, s.unit_down)));
    let none = flag(move || layers.with(Vec::is_empty));
    view! {
        <div class="network wide" role="group" aria-label="The network’s layers, from the photo to the classes" tabindex="0" style=at class:empty=none>
            {part(maps)}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_map_is_drawn_largest_and_every_one_can_be_hit() {
        assert_eq!(side(112, 112), SIDES[0]);
        assert_eq!(side(1, 112), SIDES[1]);
        assert!(side(56, 112) > side(28, 112));
        assert_eq!(side(1, 1), SIDES[1]);
    }
}
