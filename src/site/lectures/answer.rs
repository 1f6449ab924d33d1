//! Reading a number that a reader has typed, in any common notation, including this book's own.

/// The reply to a text that is not a number, in HTML.
pub const NO_NUMBER: &str = "<p>Please enter a number, such as 12 500, 0.2 or −2/3.</p>";
/// The reply to 1,500 where the number need not be an integer.
pub const COMMA: &str = "<p>This comma can be read in two ways. Please write a point before decimals, and no comma.</p>";

/// The digits of an integer in groups of three, as in 48 120. The first group has one to three digits and does not begin with 0.
fn grouped(text: &str, apart: impl Fn(char) -> bool) -> bool {
    let mut groups = text.split(apart);
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let rest: Vec<&str> = groups.collect();
    (1..=3).contains(&first.len())
        && digits(first)
        && !first.starts_with('0')
        && !rest.is_empty()
        && rest.iter().all(|group| group.len() == 3 && digits(group))
}

/// A number without a sign. `whole` says that it must be an integer, so that 1,500 can only mean 1500.
fn unsigned(text: &str, whole: bool) -> Result<f64, &'static str> {
    let text = text.trim();
    let before_point = text.split('.').next().unwrap_or_default();
    let plain = if grouped(before_point, char::is_whitespace) {
        text.replace(char::is_whitespace, "")
    } else if grouped(before_point, |c| c == ',') {
        if !whole && text.matches(',').count() == 1 && before_point == text {
            return Err(COMMA);
        }
        text.replace(',', "")
    } else {
        // A decimal comma.
        text.replacen(',', ".", 1)
    };
    let digits = plain.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    plain.parse().ok().filter(|number: &f64| digits && number.is_finite()).ok_or(NO_NUMBER)
}

fn signed(text: &str, whole: bool) -> Result<f64, &'static str> {
    let text = text.trim();
    match text.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
        Some(rest) => unsigned(rest, whole).map(|number| -number),
        None => unsigned(text.strip_prefix('+').unwrap_or(text), whole),
    }
}

/// Reads 48 120 with any kind of space, 48,120 if an integer is asked for, 0.75 and 0,75, a typographic minus, and a fraction such as −3/4. Refuses others.
pub fn read(text: &str, whole: bool) -> Result<f64, &'static str> {
    let number = match text.split_once('/') {
        None => signed(text, whole)?,
        Some((above, below)) => signed(above, true)? / signed(below, true)?,
    };
    if number.is_finite() { Ok(number) } else { Err(NO_NUMBER) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let cases = [
            ("48120", 48120.0),
            (" 48 120 ", 48120.0),
            ("48\u{a0}120", 48120.0),
            ("48\u{202f}120", 48120.0),
            ("1\u{2009}048\u{2009}576", 1_048_576.0),
            ("1 516.5", 1516.5),
            ("48,120", 48120.0),
            ("1,048,576", 1_048_576.0),
            ("0,125", 0.125),
            ("0,75", 0.75),
            ("-0.75", -0.75),
            ("\u{2212}0.75", -0.75),
            ("\u{2212} .75", -0.75),
            ("-3/4", -0.75),
            ("\u{2212}3 / 4", -0.75),
            ("3/4", 0.75),
            ("+12", 12.0),
            ("1e6", 1e6),
        ];
        for (text, number) in cases {
            assert_eq!(read(text, true), Ok(number), "{text:?}");
        }
    }

    #[test]
    fn a_comma_before_three_digits_is_asked_about_unless_a_whole_number_is_meant() {
        assert_eq!(read("1,500", false), Err(COMMA));
        assert_eq!(read("\u{2212}1,500", false), Err(COMMA));
        assert_eq!(read("0,500", false), Ok(0.5));
        assert_eq!(read("1,500.5", false), Ok(1500.5));
        assert_eq!(read("1,048,576", false), Ok(1_048_576.0));
    }

    #[test]
    fn what_is_no_number_is_told() {
        for text in
            ["", "-", "five", "4 8120", "48 12", "1 2", "0 500", "3/0", "0/0", "1/2/3", "--3", "-+3", "inf", "NaN", "1,2,3", "1.2.3"]
        {
            assert_eq!(read(text, true), Err(NO_NUMBER), "{text:?}");
        }
    }
}
