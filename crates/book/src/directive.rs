//! Directives: fenced blocks of Markdown that become figures, exercises, tasks, predictions, notes or the conventions.
use super::page::{Ask, Condition, Exercise, FigureUse, Mistake, Prediction, Task};

/// The kind and the settings of a block, before its Markdown is converted.
pub(crate) enum Directive {
    Figure(FigureUse),
    Exercise(Exercise),
    Task(Task),
    Prediction(Prediction),
    Note(String),
    Conventions,
    /// Code in this language.
    Code(String),
}

/// Reads a block. `info` is the text after the fence, `body` the text inside, `line` its first line, and `set` converts Markdown to HTML.
pub(crate) fn read(info: &str, body: &str, line: usize, set: &mut dyn FnMut(&str) -> String) -> Result<Directive, String> {
    let mut words = info.split_whitespace();
    let kind = words.next().unwrap_or_default();
    let mut word = |what: &str| words.next().map(String::from).ok_or_else(|| format!("expected {what} after {kind}, found {info:?}"));
    match kind {
        "figure" => {
            let figure = word("a figure's id")?;
            let name = words.next().unwrap_or_default().to_string();
            let settings = words.next().unwrap_or_default().to_string();
            let name = if name.is_empty() { figure.clone() } else { name };
            Ok(Directive::Figure(FigureUse { figure, name, settings, caption: set(body), line }))
        }
        "exercise" => {
            let (name, figure) = (word("its name")?, word("a figure's id")?);
            let settings = words.next().unwrap_or_default().to_string();
            exercise(FigureUse { figure, name, settings, caption: String::new(), line }, body, set).map(Directive::Exercise)
        }
        "task" => {
            let (id, lab) = (word("its name")?, word("a lab's slug")?);
            let settings = words.next().unwrap_or_default().to_string();
            Ok(Directive::Task(Task { id, lab, settings, asked: set(body), line }))
        }
        "predict" => prediction(word("its name")?, body, set).map(Directive::Prediction),
        "note" => Ok(Directive::Note(set(body))),
        "conventions" => Ok(Directive::Conventions),
        language => Ok(Directive::Code(language.to_string())),
    }
}

fn exercise(figure: FigureUse, body: &str, set: &mut dyn FnMut(&str) -> String) -> Result<Exercise, String> {
    let (head, question) = body.split_once("\n---\n").ok_or("expected its keys, a line ---, and the question")?;
    let (mut ask, mut solution, mut free, mut mistakes, mut explanation) = (None, String::new(), vec![], vec![], String::new());
    for line in head.lines().filter(|line| !line.trim().is_empty()) {
        let (key, value) = line.split_once(':').ok_or_else(|| format!("expected key: value, found {line:?}"))?;
        let value = value.trim();
        match key.trim() {
            "goal" => ask = Some(Ask::Goal(Condition::try_from(value.to_string())?)),
            "number" => ask = Some(Ask::Number(value.to_string())),
            "solution" => solution = value.to_string(),
            "free" => free = value.split_whitespace().map(String::from).collect(),
            "explain" => explanation = set(value),
            "wrong" => {
                let parts: Vec<&str> = value.split('|').map(str::trim).collect();
                let [when, hint, example] = parts[..] else {
                    return Err(format!("expected wrong: condition | hint | example, found {value:?}"));
                };
                mistakes.push(Mistake { when: Condition::try_from(when.to_string())?, hint: set(hint), example: example.into() });
            }
            key => return Err(format!("expected goal, number, solution, free, wrong or explain, found {key:?}")),
        }
    }
    let ask = ask.ok_or("expected a line goal: or number:")?;
    if mistakes.is_empty() {
        return Err("expected at least one line wrong: condition | hint | example".into());
    }
    Ok(Exercise { figure, question: set(question), ask, solution, free, mistakes, explanation })
}

fn prediction(id: String, body: &str, set: &mut dyn FnMut(&str) -> String) -> Result<Prediction, String> {
    let (question, reveal) = body.split_once("\n---\n").ok_or("expected a question with its options, a line ---, and what is revealed")?;
    let (mut text, mut options) = (vec![], vec![]);
    for line in question.lines() {
        match (line.strip_prefix("- [ ] "), line.strip_prefix("- [x] ")) {
            (Some(option), _) => options.push((set(option), false)),
            (_, Some(option)) => options.push((set(option), true)),
            _ => text.push(line),
        }
    }
    if options.len() < 2 || !options.iter().any(|(_, right)| *right) {
        return Err(format!("expected at least two options - [ ], one of them - [x], found {}", options.len()));
    }
    Ok(Prediction { id, question: set(&text.join("\n")), options, reveal: set(reveal) })
}
