//! LaTeX to MathML. `\light{name/part}{…}` marks a part of a formula that is highlighted together with a part of a figure.
use pulldown_latex::{Parser, RenderConfig, Storage, config::DisplayMode, mathml::push_mathml};

/// The colour that stands for a marked part. No author would choose these colours; after the conversion they become attributes.
fn colour(piece: usize) -> String {
    format!("#01fe{piece:02x}")
}

pub(crate) fn mathml(latex: &str, display: bool) -> Result<String, String> {
    let (plain, lights) = take_lights(latex)?;
    let storage = Storage::new();
    let config = RenderConfig { display_mode: if display { DisplayMode::Block } else { DisplayMode::Inline }, ..RenderConfig::default() };
    let events: Vec<_> = Parser::new(&plain, &storage).collect();
    if let Some(error) = events.iter().find_map(|event| event.as_ref().err()) {
        let said = error.to_string();
        return Err(format!("the formula {latex:?} cannot be read: {}", said.lines().map(str::trim).collect::<Vec<_>>().join(" ")));
    }
    let mut html = String::new();
    push_mathml(&mut html, events.into_iter(), config).map_err(|error| format!("the formula {latex:?} cannot be set: {error}"))?;
    for (piece, light) in lights.iter().enumerate() {
        let style = format!("style=\"color: rgb(1 254 {piece})\"");
        html = html.replace(&style, &format!("class=\"light\" data-lights=\"{light}\""));
        if !html.contains(&format!("data-lights=\"{light}\"")) {
            return Err(format!("the formula {latex:?} lost its part {light:?}"));
        }
    }
    // On a narrow page a wide formula scrolls by itself. With a tab index the keyboard can scroll it, too.
    Ok(if display { html.replacen("<math ", "<math tabindex=\"0\" ", 1) } else { html })
}

/// Replaces `\light{name}{body}` by `{\color{…}body}`, and returns the names.
fn take_lights(latex: &str) -> Result<(String, Vec<String>), String> {
    let (mut plain, mut lights, mut rest) = (String::new(), vec![], latex);
    while let Some((before, after)) = rest.split_once("\\light{") {
        let broken = || format!("expected \\light{{name/part}}{{…}}, found {:?}", &rest[before.len()..]);
        let (name, after) = after.split_once("}{").ok_or_else(broken)?;
        let mut depth = 1;
        let end = after.char_indices().find(|(_, c)| {
            depth += match c {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0
        });
        let (end, _) = end.ok_or_else(broken)?;
        plain += &format!("{before}{{\\color{{{}}}{}}}", colour(lights.len()), &after[..end]);
        lights.push(name.to_string());
        rest = &after[end + 1..];
    }
    Ok((plain + rest, lights))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_mathml() {
        let html = mathml(r"\lfloor \frac{n + 2p - d(k - 1) - 1}{s} \rfloor + 1", true).expect("it is well formed");
        assert!(
            html.starts_with("<math") && html.contains("<mfrac>") && html.contains("display=\"block\"") && html.contains("tabindex"),
            "{html}"
        );
    }

    #[test]
    fn a_broken_formula_is_an_error() {
        let error = mathml(r"\frac{1", false).expect_err("a brace is open");
        assert!(error.contains(r"\\frac{1"), "{error}");
    }

    #[test]
    fn a_part_of_a_formula_can_light() {
        let html = mathml(r"y = \light{desk/input}{x_{i}} \cdot \light{desk/kernel}{w}", false).expect("it is well formed");
        assert!(html.contains("data-lights=\"desk/input\"") && html.contains("data-lights=\"desk/kernel\""), "{html}");
        assert!(!html.contains("color"), "{html}");
    }
}
