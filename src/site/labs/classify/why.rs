//! Attribution: Grad-CAM at any layer and saliency, for any class, and with fresh upper layers.
use super::{answers::percent, controls::Settings, layers::choice, steps::nth, store::Store};
use crate::{
    site::{
        labs::kit::photos::topics::Topic,
        url::UrlState,
        widgets::{
            choice::Choice,
            controls::{control, plain},
            curves::short,
            erased::{display, on_event, part, text},
            picture::picture,
        },
    },
    workbench::protocol::photos::{Answer, LoadedNetwork, Method},
};
use leptos::{ev, prelude::*};

fn focused(store: Store) -> Option<LoadedNetwork> {
    let name = store.focus()?;
    store.standing.with(|standing| standing.get(&name).cloned())
}

fn controls(store: Store, settings: UrlState<Settings>) -> AnyView {
    let networks = Signal::derive(move || store.chosen().into_iter().map(|name| (name.clone(), store.title(&name))).collect::<Vec<_>>());
    let layers = Signal::derive(move || focused(store).into_iter().flat_map(|standing| standing.layers).map(choice).collect::<Vec<_>>());
    let layer = Signal::derive(move || {
        let layers = layers.get();
        let asked = settings.with(|s| s.layer.clone());
        layers.iter().find(|(name, _)| *name == asked).or(layers.last()).map(|(name, _)| name.clone()).unwrap_or_default()
    });
    let most = move || focused(store).map_or(0, |standing| standing.weighted);
    let last_class = move || focused(store).map_or(999, |standing| standing.classes as i32 - 1);
    let class = move |event: ev::Event| {
        let value = event_target_value(&event).parse().unwrap_or(-1).clamp(-1, untrack(last_class));
        settings.commit(|s| s.class = value);
        // The field shows the present value, whatever was typed.
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&if value < 0 { String::new() } else { value.to_string() });
    };
    let class_now = move || store.class(&settings.get()).map_or(String::new(), |class| class.to_string());
    let fresh = move |event: ev::Event| settings.commit(|s| s.fresh = event_target_value(&event).parse().unwrap_or(0));
    let fresh_now = move || settings.with(|s| s.fresh).min(most());
    view! {
        <div class="settings wide">
            <Choice id="of" label="Network" value=Signal::derive(move || store.focus().unwrap_or_default()) options=networks choose=move |v| settings.commit(|s| s.of = v) />
            {control(settings, "", "method", &plain())}
            <Choice id="layer" label="Layer of Grad-CAM" value=layer options=layers choose=move |v| settings.commit(|s| s.layer = v) />
            <label class="control" for="class"><span>{text(move || format!("Class, 0 to {} (empty: its first)", last_class()))}</span>
                <input id="class" type="number" min="0" max=display(last_class) prop:value=text(class_now) on:change=on_event(class) />
            </label>
            <label class="control slider" for="fresh"><span>"Layers as before training, from the top"</span>
                <input id="fresh" type="range" min="0" max=display(most) prop:value=display(fresh_now) on:change=on_event(fresh) />
                <output>{text(move || format!("{} of {}", fresh_now(), most()))}</output>
            </label>
        </div>
    }
    .into_any()
}

/// The result in words.
fn said(answer: &Answer) -> String {
    let Answer::Explained { method, layer, fresh, guess, map: [height, width], greatest, milliseconds, .. } = answer else {
        return String::new();
    };
    let what = match method {
        Method::Cam => format!("Grad-CAM at {layer}, {height} × {width} places"),
        Method::Saliency => format!("Saliency, {height} × {width} pixels"),
    };
    let upper = match fresh {
        0 => String::new(),
        1 => ", the highest layer as before training".into(),
        fresh => format!(", the upper {fresh} layers as before training"),
    };
    let size = match *greatest {
        0.0 => "nothing speaks for it".into(),
        greatest => format!("full colour is {}", short(f64::from(greatest))),
    };
    format!("{what}, for {} ({}){upper}: {size}. {milliseconds:.0} ms, forward and backward.", guess.name, percent(guess.probability))
}

pub fn why(store: Store, settings: UrlState<Settings>) -> AnyView {
    let words = text(move || store.why.with(|why| why.as_ref().map_or("…".into(), |why| said(&why.answer))));
    let busy = text(move || store.wishes.with(|wishes| wishes.is_under_way(&Topic::Why)).to_string());
    let shown = move || {
        view! {
            <div class="grounds wide" aria-busy=busy>
                <div class="glass">
                    {picture("seen", text(|| "What the network saw".into()), nth(store.why, 0))}
                    {picture("map", words, nth(store.why, 1))}
                </div>
                <div class="grounds-words">
                    <p id="why-facts" role="status">{words}</p>
                    <p class="note">
                        "Grad-CAM takes the gradient of the class’s logit with respect to a layer’s channels, averages it over all places, and adds the channels with these weights; what is above zero speaks for the class. "
                        "Saliency is the gradient with respect to the pixels themselves. Both are true backward passes of this network, made now. "
                        "A map that stays the same when layers are made fresh tells nothing of what was learned."
                    </p>
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="why-title">
            <h2 id="why-title">"Where the reason lies"</h2>
            {controls(store, settings)}
            {part(shown)}
        </section>
    }
    .into_any()
}
