//! Search in the text of all lectures. Every word must occur in a section. The best matches come first.
use super::{LECTURES, lecture::fetched};
use crate::{
    book::page::Passage,
    site::{
        browser,
        scope::Scope,
        shortcuts::{SEARCH, typing},
    },
};
use leptos::{html, prelude::*};
use leptos_router::components::A;

/// The largest number of results that are shown.
const MOST: usize = 20;

/// The passages that contain every word, with a piece of text around the first word. Those with a word in their title come first.
fn find<'a>(passages: &'a [Passage], asked: &str) -> Vec<(&'a Passage, String)> {
    let words: Vec<String> = asked.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return vec![];
    }
    let mut found: Vec<(usize, &Passage, String)> = passages
        .iter()
        .filter_map(|passage| {
            let (title, text) = (passage.title.to_lowercase(), passage.text.to_lowercase());
            words.iter().all(|word| title.contains(word) || text.contains(word)).then(|| {
                let in_title = words.iter().filter(|word| title.contains(*word)).count();
                let often: usize = words.iter().map(|word| text.matches(word).count()).sum();
                (in_title * 100 + often, passage, excerpt(&passage.text, &text, &words[0]))
            })
        })
        .collect();
    found.sort_by_key(|(weight, ..)| std::cmp::Reverse(*weight));
    found.into_iter().take(MOST).map(|(_, passage, excerpt)| (passage, excerpt)).collect()
}

/// The text around the first occurrence of `word`.
fn excerpt(text: &str, lower: &str, word: &str) -> String {
    // Lower case may have another length in bytes, so positions are counted in characters.
    let at = lower.find(word).map_or(0, |byte| lower[..byte].chars().count());
    let start = at.saturating_sub(60);
    let piece: String = text.chars().skip(start).take(150).collect();
    format!("{}{}…", if start > 0 { "…" } else { "" }, piece.trim())
}

/// The button and the dialog of the search; `/` opens it. The text is fetched when it is first opened.
#[component]
pub fn Search() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let scope = Scope::here();
    let asked = RwSignal::new(String::new());
    let passages = RwSignal::new(None::<Result<Vec<Passage>, String>>);
    let open = move || {
        if let Some(dialog) = dialog.get_untracked() {
            drop(dialog.show_modal());
        }
        if !matches!(passages.get_untracked(), Some(Ok(_))) {
            scope.spawn(async move { passages.set(Some(fetched("passages").await)) });
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if SEARCH.pressed(&event) && !typing() {
            event.prevent_default();
            open();
        }
    });
    on_cleanup(move || keys.remove());
    let results = move || match passages.get() {
        None => view! { <p>"The book's text is on its way …"</p> }.into_any(),
        Some(Err(error)) => view! { <p class="message error" role="alert">{error}</p> }.into_any(),
        Some(Ok(passages)) => {
            let found = find(&passages, &asked.get());
            let none = found.is_empty() && !asked.get().trim().is_empty();
            let item = |(passage, excerpt): (&Passage, String)| {
                let lecture = LECTURES.iter().find(|lecture| lecture.slug == passage.lecture).map_or("", |lecture| lecture.route.title);
                let title = if passage.title.is_empty() { lecture.to_string() } else { format!("{lecture}: {}", passage.title) };
                let hash = if passage.heading.is_empty() { String::new() } else { format!("#{}", passage.heading) };
                let address = format!("{}{hash}", browser::link(&format!("/lecture/{}", passage.lecture)));
                view! { <li><A href=address on:click=move |_| close()>{title}</A><p>{excerpt}</p></li> }
            };
            view! {
                <ol class="contents">{found.into_iter().map(item).collect_view()}</ol>
                {none.then(|| view! { <p>"No section has all of these words."</p> })}
            }
            .into_any()
        }
    };
    view! {
        <button id="search-open" class="quiet" aria-haspopup="dialog" title="Search (/)" on:click=move |_| open()>
            "Search"
        </button>
        <dialog id="search" node_ref=dialog aria-labelledby="search-title">
            <h2 id="search-title">"Search the lectures"</h2>
            <input id="search-words" type="text" aria-label="Words to find" autocomplete="off" prop:value=asked on:input=move |event| asked.set(event_target_value(&event)) />
            <div class="results" aria-live="polite">{results}</div>
            <button on:click=move |_| close()>"Close"</button>
        </dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_stand_there_and_titles_come_first() {
        let passage =
            |title: &str, text: &str| Passage { lecture: "a".into(), heading: title.into(), title: title.into(), text: text.into() };
        let passages = [
            passage("Padding", "a border of zeros"),
            passage("Stride", "Padding and stride; padding again"),
            passage("Bias", "one number"),
        ];
        let titles = |asked: &str| find(&passages, asked).iter().map(|(p, _)| p.title.clone()).collect::<Vec<_>>();
        assert_eq!(titles("padding"), ["Padding", "Stride"]);
        assert_eq!(titles("PADDING stride"), ["Stride"]);
        assert_eq!(titles("zebra"), Vec::<String>::new());
        assert_eq!(titles("  "), Vec::<String>::new());
    }
}
