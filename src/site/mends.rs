//! What an address asked for and cannot have: told once above the page, by the controls' names, until the reader has read it or goes on.
use super::controls::Mend;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What was told, of which page and which of its figures; a context.
#[derive(Clone, Copy, Default)]
pub struct Mends {
    told: RwSignal<Vec<Told>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Told {
    page: String,
    figure: String,
    words: String,
}

/// The most letters of a value that are repeated: a kernel has thousands.
const LONGEST: usize = 40;

fn short(value: &str) -> String {
    if value.chars().count() <= LONGEST { value.into() } else { value.chars().take(LONGEST).chain(['…']).collect() }
}

/// One mend as a sentence or two.
fn words(figure: &str, Mend { control, asked, runs, why }: &Mend) -> String {
    let of = if figure.is_empty() { String::new() } else { format!(" of {figure}") };
    let runs = if runs.is_empty() { "nothing".into() } else { short(runs) };
    let why = why.as_ref().map_or(String::new(), |why| format!(" {why}"));
    format!("{control}{of}: “{}” was asked for, {runs} is set.{why}", short(asked))
}

impl Mends {
    /// Makes them a context of the page.
    pub fn provide() {
        provide_context(Mends::default());
    }
    /// Tells one more mend of a figure whose address was mended before, once the page's data have shown it.
    pub fn add(self, page: &str, figure: &str, mend: &Mend) {
        let told = Told { page: page.into(), figure: figure.into(), words: words(figure, mend) };
        self.told.update(|all| {
            all.retain(|other| other.page == page && *other != told);
            all.push(told);
        });
    }
    /// Tells what was mended in the address of this page for a figure of it; for the page's only one its name is empty.
    pub fn tell(self, page: &str, figure: &str, mends: Vec<Mend>) {
        let told = mends.iter().map(|mend| Told { page: page.into(), figure: figure.into(), words: words(figure, mend) });
        self.told.update(|all| {
            all.retain(|told| told.page == page && told.figure != figure);
            all.extend(told);
        });
    }
}

/// The words, where there are any.
#[component]
pub fn MendsNote() -> impl IntoView {
    let mends = expect_context::<Mends>();
    let page = use_location().pathname;
    let words = move || {
        let told = mends.told.get().into_iter().filter(|told| page.with(|page| *page == told.page));
        told.map(|told| told.words).collect::<Vec<_>>().join(" ")
    };
    let note = move || {
        let words = words();
        (!words.is_empty()).then(|| {
            view! {
                <p class="message" id="mended">
                    "The address asked for something that cannot be, so it was corrected. " {words} " "
                    <button type="button" class="quiet" on:click=move |_| mends.told.set(vec![])>"Dismiss"</button>
                </p>
            }
        })
    };
    view! { <div role="status">{note}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mend_is_a_sentence() {
        let mend = |asked: &str, why: Option<&str>| Mend {
            control: "Dropout".into(),
            asked: asked.into(),
            runs: "0.9".into(),
            why: why.map(String::from),
        };
        assert_eq!(words("", &mend("7", None)), "Dropout: “7” was asked for, 0.9 is set.");
        let long = words("left", &mend(&"1_".repeat(300), Some("No more fits.")));
        assert!(long.starts_with("Dropout of left: “1_1_") && long.ends_with("…” was asked for, 0.9 is set. No more fits."));
    }

    #[test]
    fn what_a_figure_says_anew_takes_the_place_of_what_it_said() {
        let owner = Owner::new();
        owner.with(|| {
            let mends = Mends::default();
            let mend = |control: &str| vec![Mend { control: control.into(), asked: "9".into(), runs: "2".into(), why: None }];
            mends.tell("/a", "left", mend("Stride"));
            mends.tell("/a", "right", mend("Padding"));
            mends.tell("/a", "left", mend("Kernel"));
            let said = |at: usize| mends.told.with_untracked(|told| told[at].words[..6].to_string());
            assert_eq!((mends.told.with_untracked(Vec::len), said(0), said(1)), (2, "Paddin".into(), "Kernel".into()));
            mends.add("/a", "left", &mend("Groups")[0]);
            mends.add("/a", "left", &mend("Groups")[0]);
            assert_eq!((mends.told.with_untracked(Vec::len), said(1), said(2)), (3, "Kernel".into(), "Groups".into()), "one more, once");
            mends.tell("/b", "", mend("Stride"));
            assert_eq!(mends.told.with_untracked(Vec::len), 1, "what was said of another page goes");
        });
    }
}
