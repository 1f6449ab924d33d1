//! A lecture as the site shows it: blocks of HTML with figures and exercises between them, and data for search and glossary.
use serde::{Deserialize, Serialize};

/// One lecture, ready to be shown. The site fetches it as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The headings of the second level (a `#` counts as `##`), in the order of the text.
    pub headings: Vec<Heading>,
    /// The blocks, in the order of the text.
    pub blocks: Vec<Block>,
    /// The cited works, in the order of the text.
    pub works: Vec<Work>,
}

/// A heading that an address can point to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// The part of an address after `#`: the title in lower case, its words joined by hyphens. Unique on the page.
    pub id: String,
    /// The title as plain text.
    pub title: String,
}

/// A piece of a page: text, a figure, or a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// Text as HTML.
    Text(String),
    /// A figure by itself.
    Figure(FigureUse),
    /// A question that is judged by a figure.
    Exercise(Exercise),
    /// A task that is judged by a lab.
    Task(Task),
    /// A question that the reader answers before reading on.
    Prediction(Prediction),
    /// The conventions: the legend of axes, and the words of this book.
    Conventions,
}

impl Block {
    /// The figure of the block, by itself or in a question.
    pub fn figure(&self) -> Option<&FigureUse> {
        match self {
            Block::Figure(used) => Some(used),
            Block::Exercise(exercise) => Some(&exercise.figure),
            _ => None,
        }
    }
}

/// A figure on a page: its id in the table `FIGURES`, its name on the page, and its first settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureUse {
    /// The id in the table `FIGURES`.
    pub figure: String,
    /// The name, unique on the page. Links set, scrub and highlight the figure by it. By default it is the figure's id, or in an exercise the exercise's name.
    pub name: String,
    /// The first settings: a query, as in an address.
    pub settings: String,
    /// The caption as HTML. Empty for the figure's own caption.
    pub caption: String,
    /// The line of the source, for tests.
    pub line: usize,
}

/// An exercise, which is judged by a figure's facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exercise {
    /// The figure. Its name is the exercise's, its settings are the exercise's first settings, and it has no caption.
    pub figure: FigureUse,
    /// The question as HTML.
    pub question: String,
    /// What is asked: a state to reach, or a number to enter.
    pub ask: Ask,
    /// A right answer: settings that reach the goal. Empty for a number, which the figure computes.
    pub solution: String,
    /// The controls that the reader may change to reach a goal. The others must stay as they are. Empty for all controls.
    #[serde(default)]
    pub free: Vec<String>,
    /// Typical mistakes, at least one. The hint is that of the first whose condition holds.
    pub mistakes: Vec<Mistake>,
    /// The explanation as HTML, which is shown once the exercise is solved.
    pub explanation: String,
}

/// A task: the reader brings a lab into a state, and the lab judges it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The id in the lab's table `tasks`.
    pub id: String,
    /// The lab's slug in the table `LABS`.
    pub lab: String,
    /// The lab's first settings: a query, as in an address.
    pub settings: String,
    /// What is asked, as HTML.
    pub asked: String,
    /// The line of the source, for tests.
    pub line: usize,
}

/// What an exercise asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Set the figure so that this condition holds.
    Goal(Condition),
    /// Enter the number that the figure computes under this name.
    Number(String),
}

/// A typical wrong answer, its hint, and an example of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// The condition on the figure's facts. `answer` is the number that the reader entered, and `changed` the number of changed controls
    /// that are not in `free`.
    pub when: Condition,
    /// The hint as HTML.
    pub hint: String,
    /// An example of the mistake: settings for a goal, a number for a number. Tests enter it and expect the hint.
    pub example: String,
}

/// A prediction: a question that the reader answers before the text does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// Its name, which is also the id of its element on the page.
    pub id: String,
    /// The question as HTML.
    pub question: String,
    /// The options as HTML, and whether each is true.
    pub options: Vec<(String, bool)>,
    /// The text that is revealed, as HTML.
    pub reveal: String,
}

/// A publication that lectures cite, from `works.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// The key in a citation `[@key]`, such as `lecun1998`.
    pub key: String,
    /// The authors, written `Family, Initials, Family, Initials`.
    pub authors: String,
    /// The year of publication.
    pub year: u32,
    /// The title as plain text.
    pub title: String,
    /// The journal, conference, publisher or preprint, with volume and pages if there are any.
    pub venue: String,
    /// An address, or empty.
    #[serde(default)]
    pub link: String,
}

/// A word of the glossary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// The key in a link `[kernels](term:kernel)`: the name in lower case.
    pub key: String,
    /// The name, as in the glossary's heading.
    pub name: String,
    /// The meaning as HTML.
    pub meaning: String,
}

/// One section of a lecture, for the search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// The lecture's slug.
    pub lecture: String,
    /// The heading's id. Empty before the first heading.
    pub heading: String,
    /// The heading as plain text. Empty before the first heading.
    pub title: String,
    /// The section as plain text, with formulas as LaTeX and without code blocks.
    pub text: String,
}

/// Whether a number equals the expected one: exactly for an integer, otherwise with an error of at most `within`, relative to the expected number or to 1.
pub fn agrees(number: f64, expected: f64, within: f64) -> bool {
    number == expected || expected.fract() != 0.0 && (number - expected).abs() <= within * expected.abs().max(1.0)
}

/// A condition: comparisons that must all hold, such as `output_height == 5 and parameters <= 9`.
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
    /// Whether it holds for these facts. A comparison with an unknown name does not hold.
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
    /// The names of the facts in it.
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
