//! A lecture as the site shows it: blocks of HTML with figures and exercises between them, and what search and glossary need.
use serde::{Deserialize, Serialize};

/// One lecture, ready to be shown; the site fetches it as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Of the second level (a `#` counts as `##`), in the order of the text.
    pub headings: Vec<Heading>,
    /// In the order of the text.
    pub blocks: Vec<Block>,
    /// What is cited, in the order of the text.
    pub works: Vec<Work>,
}

/// A heading that an address can point to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// What stands after `#` in an address: the title in lower case, its words joined by hyphens. Unique among the page's headings.
    pub id: String,
    /// Plain text.
    pub title: String,
}

/// A piece of a page: text, or something that computes or asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// HTML.
    Text(String),
    /// A figure of its own.
    Figure(FigureUse),
    /// A question that a figure decides.
    Exercise(Exercise),
    /// A task that a lab judges.
    Task(Task),
    /// A question to be answered before reading on.
    Prediction(Prediction),
    /// The legend of axes, and what words mean in this book.
    Conventions,
}

impl Block {
    /// The figure that stands in it, or that it asks about.
    pub fn figure(&self) -> Option<&FigureUse> {
        match self {
            Block::Figure(used) => Some(used),
            Block::Exercise(exercise) => Some(&exercise.figure),
            _ => None,
        }
    }
}

/// A figure of the table `FIGURES`, by its id, under its own name on the page, with its own start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureUse {
    /// As the table `FIGURES` has it.
    pub figure: String,
    /// Unique on the page: links set, scrub and light the figure by it. Where the author gives none, the figure's id; of an exercise, the exercise's name.
    pub name: String,
    /// A query, as in an address.
    pub settings: String,
    /// HTML; empty: the figure's own caption.
    pub caption: String,
    /// Line of the source, for tests.
    pub line: usize,
}

/// What a figure's facts decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// Its name is the exercise's, its settings are where the exercise starts; it has no caption.
    pub figure: FigureUse,
    /// HTML.
    pub question: String,
    /// A state to reach, or a number to say.
    pub ask: Ask,
    /// What makes it right: settings for a goal, nothing for a number, which the figure computes.
    pub solution: String,
    /// The figure's controls that a goal leaves to the reader, the others staying as they start; none named: all.
    #[serde(default)]
    pub free: Vec<String>,
    /// At least one; the first that holds gives the hint.
    pub mistakes: Vec<Mistake>,
    /// HTML, shown when it is solved.
    pub explanation: String,
}

/// What a lab is to be brought to; the lab says whether it is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// As the lab's table `tasks` has it.
    pub id: String,
    /// Its slug, as the table `LABS` has it.
    pub lab: String,
    /// Where the lab starts; a query, as in an address.
    pub settings: String,
    /// HTML.
    pub asked: String,
    /// Line of the source, for tests.
    pub line: usize,
}

/// What makes an answer right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Set the figure so that this holds.
    Goal(Condition),
    /// Say the number that the figure computes under this name.
    Number(String),
}

/// A typical wrong answer, what to say to it, and settings or a number that show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Holds for the figure's facts, with `answer` for the reader's number and `changed` for controls moved that are not in `free`.
    pub when: Condition,
    /// HTML.
    pub hint: String,
    /// Settings for a goal, a number for a number; tests give it and expect the hint.
    pub example: String,
}

/// A question that the reader answers before the text does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// Its name, and the id of its element on the page.
    pub id: String,
    /// HTML.
    pub question: String,
    /// HTML, and whether it is so.
    pub options: Vec<(String, bool)>,
    /// HTML.
    pub reveal: String,
}

/// A publication that lectures cite, as `works.json` has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// What `[@key]` cites it by, such as `lecun1998`.
    pub key: String,
    /// Written `Family, Initials, Family, Initials`.
    pub authors: String,
    /// Of publication.
    pub year: u32,
    /// Plain text.
    pub title: String,
    /// Where it appeared (journal, conference, publisher, preprint), with volume and pages where there are any.
    pub venue: String,
    /// An address, or empty.
    #[serde(default)]
    pub link: String,
}

/// A word of the glossary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The name in lower case: what `[kernels](term:kernel)` names it by.
    pub key: String,
    /// As the glossary's heading has it.
    pub name: String,
    /// HTML.
    pub meaning: String,
}

/// One section of one lecture, for the search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// The lecture's slug.
    pub lecture: String,
    /// Empty: before the first heading.
    pub heading: String,
    /// The heading's plain text; empty before the first heading.
    pub title: String,
    /// Plain text, formulas as LaTeX; no code blocks.
    pub text: String,
}

/// Whether a number is what is expected: something whole exactly, else within this share of it, or of 1.
pub fn agrees(number: f64, expected: f64, within: f64) -> bool {
    number == expected || expected.fract() != 0.0 && (number - expected).abs() <= within * expected.abs().max(1.0)
}

/// Comparisons that must all hold, as they are written: `output_height == 5 and parameters <= 9`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition(Vec<(String, Comparison, f64)>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Equal,
    Unequal,
    AtMost,
    AtLeast,
    Below,
    Above,
}

const SIGNS: [(&str, Comparison); 6] = [
    ("==", Comparison::Equal),
    ("!=", Comparison::Unequal),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Below),
    (">", Comparison::Above),
];

impl Condition {
    /// Whether it holds for these facts; a name they lack holds never.
    pub fn holds(&self, facts: &[(String, f64)]) -> bool {
        self.0.iter().all(|(name, comparison, number)| {
            let Some((_, fact)) = facts.iter().find(|(known, _)| known == name) else { return false };
            let near = agrees(*number, *fact, 1e-4);
            match comparison {
                Comparison::Equal => near,
                Comparison::Unequal => !near,
                Comparison::AtMost => *fact <= *number || near,
                Comparison::AtLeast => *fact >= *number || near,
                Comparison::Below => *fact < *number && !near,
                Comparison::Above => *fact > *number && !near,
            }
        })
    }
    /// The names it asks for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, ..)| name.as_str())
    }
}

impl TryFrom<String> for Condition {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let one = |part: &str| {
            let (sign, comparison) =
                SIGNS.iter().find(|(sign, _)| part.contains(sign)).ok_or_else(|| format!("expected a comparison, found {part:?}"))?;
            let (name, number) = part.split_once(sign).unwrap_or((part, ""));
            let number = number.trim().parse().map_err(|_| format!("expected a number after {sign}, found {number:?}"))?;
            Ok((name.trim().to_string(), *comparison, number))
        };
        text.split(" and ").map(one).collect::<Result<_, String>>().map(Condition)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> String {
        let sign = |comparison| SIGNS.iter().find(|(_, c)| *c == comparison).map_or("", |(sign, _)| sign);
        condition
            .0
            .iter()
            .map(|(name, comparison, number)| format!("{name} {} {number}", sign(*comparison)))
            .collect::<Vec<_>>()
            .join(" and ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_agree_exactly_and_others_nearly() {
        assert!(agrees(48120.0, 48120.0, 1e-3) && !agrees(48119.0, 48120.0, 1e-3) && !agrees(48119.5, 48120.0, 1e-3));
        assert!(agrees(-0.7501, -0.75, 1e-3) && !agrees(-0.752, -0.75, 1e-3));
        assert!(!Condition::try_from("macs == 1048576".to_string()).expect("it is well formed").holds(&[("macs".into(), 1_048_577.0)]));
    }

    #[test]
    fn conditions_are_read_and_decide() {
        let condition = Condition::try_from("height == 5 and parameters <= 9".to_string()).expect("it is well formed");
        let facts = |height, parameters| [("height".to_string(), height), ("parameters".to_string(), parameters)];
        assert!(condition.holds(&facts(5.0, 9.0)));
        assert!(!condition.holds(&facts(5.0, 10.0)));
        assert!(!condition.holds(&facts(4.0, 9.0)));
        assert!(!condition.holds(&[]));
        assert_eq!(String::from(condition), "height == 5 and parameters <= 9");
        assert!(Condition::try_from("height".to_string()).is_err());
        assert!(Condition::try_from("height == five".to_string()).is_err());
    }
}
