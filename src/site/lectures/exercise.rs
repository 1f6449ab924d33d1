//! An exercise: the reader sets a figure or enters a number, the engine judges it, and a wrong answer gets its hint.
use super::answer;
use crate::{
    book::page::{Ask, Exercise, agrees},
    site::{
        figures::{self, Facts},
        progress::Progress,
        scope::Scope,
        url::{FigureInstance, Pairs},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A fact of every exercise, besides the figure's own: how many controls were changed that the reader should not change.
pub const CHANGED: &str = "changed";

/// The reply to an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The answer is right.
    Right,
    /// The answer is wrong; the hint as HTML.
    Wrong(String),
}

/// The settings of the exercise's figure, for this address.
pub fn asked_settings(exercise: &Exercise, search: &str) -> String {
    let place = FigureInstance { name: exercise.figure.name.clone(), start: exercise.figure.settings.clone(), folded: false };
    match exercise.ask {
        Ask::Goal(_) => place.query(search),
        // A number is asked about the exercise's own settings, whatever the address says.
        Ask::Number(_) => place.start,
    }
}

/// The number of changed controls that the exercise does not leave to the reader.
fn changed(exercise: &Exercise, settings: &str) -> usize {
    let pairs = |query: &str| serde_urlencoded::from_str::<Pairs>(query).unwrap_or_default();
    let start = pairs(&exercise.figure.settings);
    pairs(settings).into_iter().filter(|pair| !start.contains(pair) && !exercise.free.contains(&pair.0)).count()
}

/// Judges the figure's state (for a goal) or the number that was typed, by the figure's facts for `settings`.
pub fn judge(exercise: &Exercise, settings: &str, mut facts: Facts, typed: &str) -> Verdict {
    let changed = changed(exercise, settings);
    facts.push((CHANGED.into(), changed as f64));
    let right = match &exercise.ask {
        Ask::Goal(goal) => goal.holds(&facts) && (changed == 0 || exercise.free.is_empty()),
        Ask::Number(name) => {
            let asked = facts.iter().find(|(known, _)| known == name).map(|(_, fact)| *fact);
            let answer = match answer::read(typed, asked.is_some_and(|fact| fact.fract() == 0.0)) {
                Ok(answer) => answer,
                Err(message) => return Verdict::Wrong(message.into()),
            };
            facts.push(("answer".into(), answer));
            asked.is_some_and(|fact| agrees(answer, fact, 1e-3))
        }
    };
    if right {
        return Verdict::Right;
    }
    let hint = exercise.mistakes.iter().find(|mistake| mistake.when.holds(&facts)).map(|mistake| mistake.hint.clone());
    Verdict::Wrong(hint.unwrap_or_else(|| "<p>Not yet. Compare what the figure shows with what is asked.</p>".into()))
}

/// The exercise with its figure, in the lecture with this slug.
pub fn show(lecture: &'static str, exercise: Exercise) -> AnyView {
    let Some(figure) = figures::figure(&exercise.figure.figure) else {
        return view! { <p class="message error">{format!("No figure is called {}.", exercise.figure.figure)}</p> }.into_any();
    };
    let scope = Scope::here();
    let progress = Progress::here();
    let name = exercise.figure.name.clone();
    let place = FigureInstance { name: name.clone(), start: exercise.figure.settings.clone(), folded: false };
    let start = StoredValue::new(exercise.figure.settings.clone());
    let search = use_location().search;
    let verdict = RwSignal::new(None::<Verdict>);
    let typed = RwSignal::new(String::new());
    // If a number is asked for, the figure may be used after the first answer.
    let tried = RwSignal::new(false);
    let stored = StoredValue::new(exercise.clone());
    let check = move || {
        let settings = stored.with_value(|exercise| asked_settings(exercise, &search.get_untracked()));
        let (facts, answer) = ((figure.facts)(settings.clone()), typed.get_untracked());
        scope.spawn(async move {
            let found = match facts.await {
                Ok(facts) => stored.with_value(|exercise| judge(exercise, &settings, facts, &answer)),
                Err(error) => Verdict::Wrong(format!("<p>{error}</p>")),
            };
            if found == Verdict::Right {
                stored.with_value(|exercise| progress.solve(lecture, &exercise.figure.name));
            }
            verdict.set(Some(found));
            tried.set(true);
        });
    };
    // A reply is about one state, so it is removed when the state changes.
    Effect::new(move |_| {
        search.track();
        verdict.set(None);
    });
    let body = match exercise.ask {
        Ask::Goal(_) => figures::show_at(figure, name.clone(), place, figure.caption.into_any()),
        Ask::Number(_) => view! {
            <label class="answer">
                "Your number "
                <input
                    type="text"
                    autocomplete="off"
                    prop:value=typed
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        verdict.set(None);
                    }
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            check();
                        }
                    }
                />
            </label>
        }
        .into_any(),
    };
    let number = matches!(exercise.ask, Ask::Number(_));
    let computed = {
        let name = name.clone();
        let open = RwSignal::new(false);
        let toggled = move |event: leptos::ev::Event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
        move || {
            let name = name.clone();
            (number && tried.get()).then(|| {
                let figure = move || {
                    let place = FigureInstance { name: name.clone(), start: start.get_value(), folded: true };
                    open.get().then(|| figures::show_at(figure, name.clone(), place, figure.caption.into_any()))
                };
                view! { <details class="computed" on:toggle=toggled><summary>"See it computed"</summary>{figure}</details> }
            })
        }
    };
    let explanation = StoredValue::new(exercise.explanation);
    let said = move || {
        verdict.get().map(|verdict| match verdict {
            Verdict::Right => {
                view! { <div class="message right"><p>"✓ Right."</p><div inner_html=explanation.get_value()></div></div> }.into_any()
            }
            Verdict::Wrong(hint) => view! { <div class="message error" inner_html=hint></div> }.into_any(),
        })
    };
    let solved = {
        let name = name.clone();
        move || if progress.has_solved(lecture, &name) { "Exercise · solved" } else { "Exercise" }
    };
    view! {
        <section role="group" class="exercise wide" id=format!("exercise-{name}") aria-label="Exercise">
            <p class="kind">{solved}</p>
            <div class="question" inner_html=exercise.question></div>
            {body}
            <button type="button" class="check" on:click=move |_| check()>"Check"</button>
            <div class="verdict" aria-live="polite">{said}</div>
            {computed}
        </section>
    }
    .into_any()
}
