//! Formulas in symbols: the definition of the target, in letters or with the numbers of one place.
use super::{
    edits::place,
    settings::{Operation, Settings},
    terms::{Part, Spot},
};

/// A piece of a formula, and the part of the desk that it names.
pub type Piece = (String, Option<&'static str>);

/// The indices of a place: letters, or numbers.
struct Names {
    flat: bool,
    numbers: Option<Vec<usize>>,
}

impl Names {
    fn name(&self, at: usize, letter: &str) -> String {
        self.numbers.as_ref().and_then(|numbers| numbers.get(at)).map_or_else(|| letter.to_string(), usize::to_string)
    }
    /// Letters or numbers of the spatial axes. In one dimension the first axis is left out.
    fn space(&self, from: usize, letters: [&str; 2]) -> Vec<String> {
        let both = [self.name(from, letters[0]), self.name(from + 1, letters[1])];
        both.into_iter().skip(usize::from(self.flat)).collect()
    }
}

/// `i·s + u·d − p` with the numbers of the settings.
fn walk(settings: &Settings, axis: usize, place: &str, tap: &str) -> String {
    let [before, _] = settings.borders()[axis];
    let times = |name: &str, by: usize| if by == 1 { name.to_string() } else { format!("{name}·{by}") };
    let less = if before > 0 { format!(" − {before}") } else { String::new() };
    format!("{} + {}{less}", times(place, settings.stride[axis]), times(tap, settings.dilation[axis]))
}

fn list(indices: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", indices.into_iter().collect::<Vec<_>>().join(", "))
}

/// The definition of the target, in letters or for one place.
pub fn pieces(settings: &Settings, part: Part, at: Option<Vec<usize>>) -> Vec<Piece> {
    let flat = settings.dims == 1;
    let names = Names { flat, numbers: at };
    let axes: Vec<usize> = (usize::from(flat)..2).collect();
    let letters = |letters: [&str; 2]| letters.into_iter().skip(usize::from(flat)).map(String::from).collect::<Vec<_>>();
    let mut all: Vec<Piece> = vec![];
    let say = |all: &mut Vec<Piece>, text: &str| all.push((text.into(), None));
    let cell = |all: &mut Vec<Piece>, name: &str, key: &'static str, indices: Vec<String>| {
        all.push((format!("{name}{}", list(indices)), Some(key)))
    };
    let over = |letters: &[String]| letters.iter().map(|letter| format!("Σ{letter} ")).collect::<String>();
    let joined = |first: String, rest: Vec<String>| std::iter::once(first).chain(rest).collect::<Vec<_>>();
    let (taps, spots) = (letters(["u", "v"]), letters(["i", "j"]));
    let tap = |axis: usize| ["u", "v"][axis];
    let walked =
        |places: &[String]| axes.iter().zip(places).map(|(axis, place)| walk(settings, *axis, place, tap(*axis))).collect::<Vec<_>>();
    let laid: Vec<String> = match settings.flip {
        true => axes.iter().map(|axis| format!("{} − {}", settings.kernel[*axis] - 1, tap(*axis))).collect(),
        false => taps.clone(),
    };
    let kernel = |out: String, channel: String, taps: Vec<String>| {
        let [first, second] = if settings.op == Operation::Transposed { [channel, out] } else { [out, channel] };
        joined(first, joined(second, taps))
    };
    let transposed = settings.op == Operation::Transposed;
    match (part, settings.op.has_weights()) {
        (Part::Output, true) => {
            let (out, spot) = (names.name(0, "o"), names.space(1, ["i", "j"]));
            cell(&mut all, "y", "output", joined(out.clone(), spot.clone()));
            say(&mut all, " = ");
            if settings.bias {
                cell(&mut all, "b", "bias", vec![out.clone()]);
                say(&mut all, " + ");
            }
            say(&mut all, &format!("Σc {}", over(&taps)));
            if transposed {
                let from = letters(["y", "x"]);
                cell(&mut all, "x", "input", joined("c".into(), from.clone()));
                say(&mut all, " · ");
                cell(&mut all, "k", "kernel", kernel(out, "c".into(), taps.clone()));
                say(&mut all, &format!("   where {}", conditions(&walked(&from), &spot)));
            } else {
                cell(&mut all, "x", "input", joined("c".into(), walked(&spot)));
                say(&mut all, " · ");
                cell(&mut all, "k", "kernel", kernel(out, "c".into(), laid));
            }
        }
        (Part::InputGrad, true) => {
            let (channel, spot) = (names.name(0, "c"), names.space(1, ["y", "x"]));
            cell(&mut all, "dx", "input-grad", joined(channel.clone(), spot.clone()));
            say(&mut all, &format!(" = Σo {}", over(&taps)));
            if transposed {
                cell(&mut all, "dy", "upstream", joined("o".into(), walked(&spot)));
                say(&mut all, " · ");
                cell(&mut all, "k", "kernel", kernel("o".into(), channel, taps.clone()));
            } else {
                cell(&mut all, "dy", "upstream", joined("o".into(), spots.clone()));
                say(&mut all, " · ");
                cell(&mut all, "k", "kernel", kernel("o".into(), channel, laid));
                say(&mut all, &format!("   where {}", conditions(&walked(&spots), &spot)));
            }
        }
        (Part::KernelGrad, _) => {
            let (first, second, spot) = (
                names.name(0, if transposed { "c" } else { "o" }),
                names.name(1, if transposed { "o" } else { "c" }),
                names.space(2, ["u", "v"]),
            );
            cell(&mut all, "dk", "kernel-grad", joined(first.clone(), joined(second.clone(), spot)));
            say(&mut all, &format!(" = {}", over(&spots)));
            let [out, channel] = if transposed { [second, first] } else { [first, second] };
            let [plain, moved] = if transposed {
                [("x", "input", channel), ("dy", "upstream", out)]
            } else {
                [("dy", "upstream", out), ("x", "input", channel)]
            };
            cell(&mut all, plain.0, plain.1, joined(plain.2, spots.clone()));
            say(&mut all, " · ");
            cell(&mut all, moved.0, moved.1, joined(moved.2, walked(&spots)));
        }
        (Part::BiasGrad, _) => {
            cell(&mut all, "db", "bias-grad", vec![names.name(0, "o")]);
            say(&mut all, &format!(" = {}", over(&spots)));
            cell(&mut all, "dy", "upstream", joined(names.name(0, "o"), spots.clone()));
        }
        (Part::InputGrad, false) => {
            cell(&mut all, "dx", "input-grad", joined(names.name(0, "c"), names.space(1, ["y", "x"])));
            say(&mut all, if settings.op.takes_the_largest() { " = the sum of every " } else { " = the sum of every share of " });
            cell(&mut all, "dy", "upstream", joined(names.name(0, "c"), spots.clone()));
            say(&mut all, if settings.op.takes_the_largest() { " whose window it won" } else { " whose window it lies in" });
        }
        (_, _) => {
            let (channel, spot) = (names.name(0, "c"), names.space(1, ["i", "j"]));
            cell(&mut all, "y", "output", joined(channel.clone(), spot.clone()));
            let sign = match settings.divisor {
                _ if settings.op.takes_the_largest() => " = the largest of ",
                0 => " = the mean of ",
                _ => " = the sum of ",
            };
            say(&mut all, sign);
            let read = if settings.op.is_adaptive() { taps.clone() } else { walked(&spot) };
            cell(&mut all, "x", "input", joined(channel, read));
            say(&mut all, " under the window");
            match settings.divisor {
                0 if !settings.count_include_pad => say(&mut all, ", padding not counted"),
                0 => {}
                divisor => say(&mut all, &format!(", divided by {divisor}")),
            }
        }
    }
    all
}

fn conditions(walked: &[String], spot: &[String]) -> String {
    walked.iter().zip(spot).map(|(left, right)| format!("{left} = {right}")).collect::<Vec<_>>().join(", ")
}

/// The definition as plain text, for copying.
pub fn plain(settings: &Settings, part: Part) -> String {
    pieces(settings, part, None).into_iter().map(|(text, _)| text).collect()
}

/// A cell by its name and place: `x[0, 1, 2]`. In one dimension without its row.
pub fn name_of(settings: &Settings, spot: Spot) -> String {
    let shape = spot.part.shape(settings);
    let at = place(&shape, spot.index);
    let row = shape.len().checked_sub(2).filter(|_| settings.dims == 1 && shape.len() > 1);
    let shown = at.iter().enumerate().filter(|(axis, _)| Some(*axis) != row).map(|(_, at)| at.to_string());
    format!("{}{}", spot.part.letter(), list(shown))
}

#[cfg(test)]
mod tests {
    use super::{super::settings::from_query, *};

    fn text(query: &str) -> String {
        let settings = from_query(query);
        plain(&settings, settings.target_part())
    }

    #[test]
    fn formulas_say_what_is_set() {
        assert_eq!(text(""), "y[o, i, j] = b[o] + Σc Σu Σv x[c, i + u, j + v] · k[o, c, u, v]");
        assert_eq!(text("dims=1&input=1x8&kernel=1x3&stride=1x2&padding=0x1&bias=false"), "y[o, j] = Σc Σv x[c, j·2 + v − 1] · k[o, c, v]");
        assert_eq!(text("flip=true&bias=false&kernel=2"), "y[o, i, j] = Σc Σu Σv x[c, i + u, j + v] · k[o, c, 1 − u, 1 − v]");
        assert_eq!(
            text("tab=backward&stride=2&bias=false"),
            "dx[c, y, x] = Σo Σu Σv dy[o, i, j] · k[o, c, u, v]   where i·2 + u = y, j·2 + v = x"
        );
        assert_eq!(text("op=transposed&tab=backward&wrt=kernel"), "dk[c, o, u, v] = Σi Σj x[c, i, j] · dy[o, i + u, j + v]");
        let average = |query: &str| text(&format!("op=average-pool&kernel=2&stride=2&{query}"));
        assert_eq!(
            average("count_include_pad=false"),
            "y[c, i, j] = the mean of x[c, i·2 + u, j·2 + v] under the window, padding not counted"
        );
        assert_eq!(average("divisor=3"), "y[c, i, j] = the sum of x[c, i·2 + u, j·2 + v] under the window, divided by 3");
        assert_eq!(text("op=max-pool&kernel=2&stride=2"), "y[c, i, j] = the largest of x[c, i·2 + u, j·2 + v] under the window");
    }

    #[test]
    fn a_place_has_its_numbers() {
        let settings = from_query("padding=1");
        let here: String = pieces(&settings, Part::Output, Some(vec![1, 2, 3])).into_iter().map(|(text, _)| text).collect();
        assert_eq!(here, "y[1, 2, 3] = b[1] + Σc Σu Σv x[c, 2 + u − 1, 3 + v − 1] · k[1, c, u, v]");
    }
}
