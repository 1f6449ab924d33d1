//! Numbers as text in cells and sums: short, with a true minus sign.

/// A number with at most `places` decimals, without trailing zeros.
pub fn number(value: f32, places: usize) -> String {
    let rounded = format!("{:.places$}", value.abs());
    let short = if rounded.contains('.') { rounded.trim_end_matches('0').trim_end_matches('.') } else { &rounded };
    if value < 0.0 && short != "0" { format!("−{short}") } else { short.to_string() }
}

/// A factor of a product. A negative one is in parentheses.
pub fn factor(value: f32) -> String {
    let text = number(value, 3);
    if text.starts_with('−') { format!("({text})") } else { text }
}

/// The style of a cell with a signed value: the strength of its colour.
pub fn tint(value: f32, largest: f32) -> String {
    let share = if largest > 0.0 { (value.abs() / largest).min(1.0) } else { 0.0 };
    format!("--share:{:.0}%", 100.0 * share)
}

/// Whether the colour is so strong that the number needs another ink.
pub fn strong(value: f32, largest: f32) -> bool {
    value.abs() > 0.65 * largest
}

/// The width of a number in digits. A point takes less than half a digit.
pub fn figures(text: &str) -> f32 {
    text.chars().map(|c| if c == '.' { 0.45 } else { 1.0 }).sum()
}

/// 1234567 as 1 234 567, with non-breaking spaces.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let start = digits.len() % 3;
    let mut text = digits[..start].to_string();
    for group in digits.as_bytes()[start..].chunks(3) {
        if !text.is_empty() {
            text.push('\u{202f}');
        }
        text.extend(group.iter().map(|digit| char::from(*digit)));
    }
    text
}

/// A layer's output as channels × height × width. For a vector only the channels.
pub fn shape([channels, height, width]: [usize; 3]) -> String {
    if height * width == 1 { channels.to_string() } else { format!("{channels} × {height} × {width}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let cases = [(-2.0, "−2"), (0.1, "0.1"), (-0.04, "0"), (10.0, "10"), (100.0, "100"), (3.26, "3.3"), (-0.26, "−0.3")];
        for (value, expected) in cases {
            assert_eq!(number(value, 1), expected);
        }
        assert_eq!(number(100.0, 0), "100");
        assert_eq!(factor(-1.5), "(−1.5)");
        assert_eq!([7, 1_000, 61_706].map(grouped), ["7", "1\u{202f}000", "61\u{202f}706"]);
    }
}
