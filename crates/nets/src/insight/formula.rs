//! Formulas with numbers, as they stand beside a number that was followed.

/// A number with six digits that count, without zeros at its end.
pub(super) fn number(x: f32) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{x}").replace('-', "−");
    }
    let decimals = (5 - x.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let digits = format!("{:.decimals$}", x.abs());
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { &digits };
    format!("{}{digits}", if x < 0.0 { "−" } else { "" })
}

/// A number that is added to what stands before it: ` + 2` or ` − 2`.
pub(super) fn plus(x: f32) -> String {
    format!(" {} {}", if x < 0.0 { "−" } else { "+" }, number(x.abs()))
}

/// A batch norm with fixed statistics: `(x − mean) / √(variance + ε) · weight + bias`. The root is found from `factor`, which is weight / √(variance + ε).
pub(super) fn norm(factor: f32, [weight, bias, mean]: [f32; 3]) -> String {
    format!("(x{}) / √{} · {}{}", plus(-mean), number((weight / factor).powi(2)), number(weight), plus(bias))
}

/// A factor and an offset.
pub(super) fn affine(factor: f32, offset: f32) -> String {
    format!("x · {}{}", number(factor), plus(offset))
}

/// An operation on two numbers by its name in PyTorch, of which one is x. None for other operations.
pub(super) fn binary(name: &str, other: f32, x_first: bool) -> Option<String> {
    let c = number(other);
    Some(match (name, x_first) {
        ("add", _) => format!("x{}", plus(other)),
        ("sub", true) => format!("x{}", plus(-other)),
        ("sub", false) => format!("{c} − x"),
        ("mul", _) => format!("x · {c}"),
        ("div", true) => format!("x / {c}"),
        ("div", false) => format!("{c} / x"),
        ("maximum", _) => format!("max(x, {c})"),
        ("minimum", _) => format!("min(x, {c})"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_count() {
        assert_eq!([0.0, 1.0, -0.25, 123_456.7, 0.000_012_345].map(number), ["0", "1", "−0.25", "123457", "0.000012345"]);
        assert_eq!(norm(0.5, [1.0, -0.3, 0.12]), "(x − 0.12) / √4 · 1 − 0.3");
        assert_eq!((affine(2.0, 1.0), binary("sub", -2.0, true)), ("x · 2 + 1".into(), Some("x + 2".into())));
    }
}
