//! The lectures: every text compiles, and every figure, setting, fact and link in a text exists.
use receptive::{
    book::{
        Lecture, Shelf, To,
        page::{Ask, Block, Exercise, FigureUse, Task},
    },
    nets::models::model,
    site::{
        figures::{FIGURES, Facts, Figure, figure},
        labs::LABS,
        lectures::{
            LECTURES,
            exercise::{CHANGED, Verdict, judge},
        },
        url::Pairs,
    },
};
use std::path::Path;

const FOLDER: &str = "src/site/lectures";

/// The faults in a query for this figure's settings: an unknown key, or a value that the figure would change.
fn settings_faults(figure: &Figure, settings: &str) -> Vec<String> {
    let known = (figure.settings)(settings);
    let said: Vec<(String, String)> = serde_urlencoded::from_str(settings).unwrap_or_default();
    let fault = |(key, value): (String, String)| match known.iter().find(|(own, _)| *own == key) {
        None => {
            let keys: Vec<&str> = known.iter().map(|(key, _)| key.as_str()).collect();
            Some(format!("figure {} has no control {key:?}; it has {}", figure.id, keys.join(", ")))
        }
        Some((_, taken)) if *taken == value || taken.parse::<f64>().is_ok_and(|number| value.parse() == Ok(number)) => None,
        Some((_, taken)) => Some(format!("figure {} takes {key}={value} as {key}={taken}", figure.id)),
    };
    said.into_iter().filter_map(fault).collect()
}

fn joined(start: &str, more: &str) -> String {
    receptive::site::url::FigureInstance { start: start.into(), ..Default::default() }.query(more)
}

fn facts_of(figure: &Figure, settings: &str) -> Facts {
    pollster::block_on((figure.facts)(settings.into())).expect("natively every figure is there")
}

fn figure_faults(used: &FigureUse) -> Vec<String> {
    match figure(&used.figure) {
        None => vec![format!(
            "no figure is called {:?}; there are {}",
            used.figure,
            FIGURES.iter().map(|f| f.id).collect::<Vec<_>>().join(", ")
        )],
        Some(figure) => settings_faults(figure, &used.settings),
    }
}

/// The solution must be right, the start must not be, and each typical mistake must get its own hint.
fn exercise_faults(exercise: &Exercise) -> Vec<String> {
    let mut faults = figure_faults(&exercise.figure);
    let Some(figure) = figure(&exercise.figure.figure) else { return faults };
    let start = &exercise.figure.settings;
    let facts = facts_of(figure, start);
    let asked: Vec<&str> = match &exercise.ask {
        Ask::Goal(goal) => goal.names().collect(),
        Ask::Number(name) => vec![name],
    };
    for name in exercise.mistakes.iter().flat_map(|mistake| mistake.when.names()).chain(asked) {
        if ![CHANGED, "answer"].contains(&name) && !facts.iter().any(|(fact, _)| fact == name) {
            let names: Vec<&str> = facts.iter().map(|(name, _)| name.as_str()).collect();
            faults.push(format!("figure {} computes no {name:?}; it computes {}", figure.id, names.join(", ")));
        }
    }
    let known = (figure.settings)("");
    for control in exercise.free.iter().filter(|control| known.iter().all(|(key, _)| key != *control)) {
        faults.push(format!("figure {} has no control {control:?} to leave free", figure.id));
    }
    let told = exercise.mistakes.iter().any(|mistake| mistake.when.names().any(|name| name == CHANGED));
    if told == exercise.free.is_empty() {
        faults.push(format!("free: and a line wrong: about {CHANGED} go together"));
    }
    let judged = |example: &str| match exercise.ask {
        Ask::Goal(_) => judge(exercise, &joined(start, example), facts_of(figure, &joined(start, example)), ""),
        Ask::Number(_) => judge(exercise, start, facts.clone(), example),
    };
    let solution = match &exercise.ask {
        Ask::Goal(_) => {
            faults.extend(settings_faults(figure, &joined(start, &exercise.solution)));
            exercise.solution.clone()
        }
        Ask::Number(name) => facts.iter().find(|(fact, _)| fact == name).map(|(_, value)| value.to_string()).unwrap_or_default(),
    };
    if judged(&solution) != Verdict::Right {
        faults.push(format!("the solution {solution:?} is judged {:?}", judged(&solution)));
    }
    // A solution that depends on chance does not count. Where the reader chooses the seed, ten seeds must work.
    let chosen = |query: &str| serde_urlencoded::from_str::<Pairs>(query).unwrap_or_default().iter().any(|(key, _)| key == "seed");
    let seeded = known.iter().any(|(key, _)| key == "seed") && !chosen(start) && !chosen(&exercise.solution) && exercise.free.is_empty();
    if seeded && matches!(exercise.ask, Ask::Goal(_)) {
        let failing = (1..=10).filter(|seed| judged(&format!("{}&seed={seed}", exercise.solution)) != Verdict::Right);
        faults.extend(failing.map(|seed| format!("the solution {:?} fails with seed {seed}", exercise.solution)));
    }
    if let Ask::Number(_) = exercise.ask
        && let Ok(whole) = solution.parse::<i64>()
    {
        let neighbours = [whole - 1, whole + 1].map(|number| number.to_string());
        faults.extend(neighbours.iter().filter(|n| judged(n) == Verdict::Right).map(|n| format!("{n} passes for {whole}")));
    }
    if judged("") == Verdict::Right {
        faults.push("it is solved from the start".into());
    }
    for mistake in &exercise.mistakes {
        let verdict = judged(&mistake.example);
        if verdict != Verdict::Wrong(mistake.hint.clone()) {
            faults.push(format!("the mistake {:?} should get its hint, and gets {verdict:?}", mistake.example));
        }
    }
    faults
}

/// The lab must have the task, and for this lecture.
fn task_faults(task: &Task, slug: &str) -> Vec<String> {
    let Some(lab) = LABS.iter().find(|lab| lab.slug == task.lab) else { return vec![format!("no lab is called {:?}", task.lab)] };
    match lab.tasks.iter().find(|own| own.id == task.id) {
        Some(own) if own.lecture == slug => vec![],
        Some(own) => vec![format!("the task {:?} is that of the lecture {:?}", task.id, own.lecture)],
        None => vec![format!("the lab {} has no task {:?}", lab.slug, task.id)],
    }
}

/// What is wrong with a link to a lab: the lab, or the network in the query.
fn lab_faults(slug: &str, settings: &str) -> Vec<String> {
    if LABS.iter().all(|lab| lab.slug != slug) {
        return vec![format!("no lab is called {slug:?}")];
    }
    let networks = settings.split('&').filter_map(|pair| pair.strip_prefix("network="));
    networks.filter(|name| model(name).is_err()).map(|name| format!("no network is called {name:?}")).collect()
}

fn lecture_faults(lecture: &Lecture) -> Vec<String> {
    let mut faults = vec![];
    let mut tell = |line: usize, message: String| faults.push(format!("{FOLDER}/{}.md:{line}: {message}", lecture.slug));
    let mut standing: Vec<&FigureUse> = vec![];
    for block in &lecture.page.blocks {
        let (used, found) = match block {
            Block::Figure(used) => (used, figure_faults(used)),
            Block::Exercise(exercise) => (&exercise.figure, exercise_faults(exercise)),
            Block::Task(task) => {
                task_faults(task, &lecture.slug).into_iter().for_each(|fault| tell(task.line, fault));
                continue;
            }
            _ => continue,
        };
        found.into_iter().for_each(|fault| tell(used.line, fault));
        if standing.iter().any(|other| other.name == used.name) {
            tell(used.line, format!("two figures of the page are called {:?}", used.name));
        }
        standing.push(used);
    }
    for reference in &lecture.references {
        let named = |name: &str| standing.iter().find(|used| used.name == name);
        let faults = match &reference.to {
            To::Figure { id, settings } => match figure(id) {
                Some(figure) => settings_faults(figure, settings),
                None => vec![format!("no figure is called {id:?}")],
            },
            To::Lab { slug, settings } => lab_faults(slug, settings),
            To::Control { name, settings } => match named(name) {
                Some(used) => {
                    figure(&used.figure).map(|figure| settings_faults(figure, &joined(&used.settings, settings))).unwrap_or_default()
                }
                None => vec![format!("no figure of this page is called {name:?}")],
            },
            To::Light { name } if named(name).is_none() => vec![format!("no figure of this page is called {name:?}")],
            _ => vec![],
        };
        faults.into_iter().for_each(|fault| tell(reference.line, fault));
    }
    faults
}

fn compiled(source: &str) -> Vec<String> {
    let shelf = Shelf::compile(&[("sample".into(), source.into())], "", "[]");
    assert_eq!(shelf.faults, []);
    lecture_faults(&shelf.lectures[0])
}

#[test]
fn every_lecture_compiles_and_names_what_exists() {
    let shelf = Shelf::read(Path::new(FOLDER)).expect("the folder of lectures can be read");
    let mut faults: Vec<String> = shelf.faults.iter().map(|fault| format!("{FOLDER}/{fault}")).collect();
    faults.extend(shelf.lectures.iter().flat_map(lecture_faults));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_task_of_a_lab_stands_in_its_lecture() {
    let shelf = Shelf::read(Path::new(FOLDER)).expect("the folder of lectures can be read");
    for (lab, task) in LABS.iter().flat_map(|lab| lab.tasks.iter().map(move |task| (lab, task))) {
        let lecture = shelf.lectures.iter().find(|lecture| lecture.slug == task.lecture).expect("a lecture of this name");
        let set = |block: &Block| matches!(block, Block::Task(own) if own.id == task.id && own.lab == lab.slug);
        assert!(lecture.page.blocks.iter().any(set), "{} does not set {}", task.lecture, task.id);
        let exercise = |block: &Block| matches!(block, Block::Exercise(exercise) if exercise.figure.name == task.id);
        assert!(!lecture.page.blocks.iter().any(exercise), "{} has an exercise of the same name as the task {}", task.lecture, task.id);
    }
}

#[test]
fn lectures_and_texts_are_the_same_set() {
    let shelf = Shelf::read(Path::new(FOLDER)).expect("the folder of lectures can be read");
    let texts: Vec<&str> = shelf.lectures.iter().map(|lecture| lecture.slug.as_str()).collect();
    let mut listed: Vec<&str> = LECTURES.iter().map(|lecture| lecture.slug).collect();
    assert!(LECTURES.windows(2).all(|pair| pair[0].number < pair[1].number), "lectures are listed in the order of the book");
    listed.sort();
    assert_eq!(listed, texts);
}

#[test]
fn a_broken_name_is_told_with_its_line() {
    let cases = [
        ("a\n\n```figure nothing\n```\n", ":3: no figure is called"),
        ("```figure convolution c weight=2\n```\n", ":1: figure convolution has no control"),
        ("```figure convolution c stride=9\n```\n", ":1: figure convolution takes stride=9 as stride=2"),
        ("\n[2](scrub:other/stride/1..2)\n", ":2: no figure of this page"),
        ("[x](lab:nothing)\n", ":1: no lab"),
        ("[x](lab:inspect?random=true&network=nothing)\n", ":1: no network is called"),
        ("```task nothing train\nQ\n```\n", ":1: the lab train has no task"),
        ("```task gap nothing\nQ\n```\n", ":1: no lab"),
        ("```figure convolution c\n```\n\n```figure convolution c\n```\n", ":4: two figures"),
        (
            "```exercise e convolution\ngoal: size == 3\nwrong: size == 2 | no | stride=2\n---\nQ\n```\n",
            ":1: figure convolution computes no",
        ),
        (
            "```exercise e convolution\ngoal: output_size == 3\nsolution: stride=2\nwrong: output_size == 2 | no | stride=2\n---\nQ\n```\n",
            ":1: the solution",
        ),
    ];
    for (source, expected) in cases {
        let faults = compiled(source);
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{source:?}: expected {expected:?} among {faults:?}");
    }
}
