//! The numbers of an operation: the output's size as a formula, parameters, multiply-adds and memory.
use super::{
    settings::{Operation, Settings},
    terms::{Part, Subject},
};

/// A formula in symbols and with its numbers, and the result.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    pub symbols: String,
    pub numbers: String,
    pub value: usize,
}

/// The output's size along an axis.
pub fn size(settings: &Settings, axis: usize) -> Formula {
    let (n, k, s, d) = (settings.input[axis], settings.kernel[axis], settings.stride[axis], settings.dilation[axis]);
    let (p, a) = (settings.padding[axis], settings.extra[axis]);
    let value = settings.output()[axis];
    let (symbols, numbers) = match settings.op {
        Operation::GlobalAveragePool => ("1".into(), "1".into()),
        Operation::AdaptiveMaxPool | Operation::AdaptiveAveragePool => ("what was asked for".into(), value.to_string()),
        Operation::Transposed => {
            let [more, number] = if a > 0 { [" + a".to_string(), format!(" + {a}")] } else { [String::new(), String::new()] };
            (format!("(n − 1)·s − 2p + d·(k − 1) + 1{more}"), format!("({n} − 1)·{s} − 2·{p} + {d}·({k} − 1) + 1{number}"))
        }
        _ if settings.causal => {
            let [before, _] = settings.borders()[axis];
            ("⌊(n + p − d·(k − 1) − 1) / s⌋ + 1, p = d·(k − 1)".into(), format!("⌊({n} + {before} − {d}·({k} − 1) − 1) / {s}⌋ + 1"))
        }
        _ => {
            let [open, close] = if settings.ceil_mode { ["⌈", "⌉"] } else { ["⌊", "⌋"] };
            // Of the windows that rounding up adds, one that starts beyond the input is left out.
            let up = (n + 2 * p + s - 1).checked_sub(d * (k - 1) + 1).map(|left| left / s + 1);
            let less = if settings.ceil_mode && up != Some(value) { " − 1" } else { "" };
            (
                format!("{open}(n + 2p − d·(k − 1) − 1) / s{close} + 1{less}"),
                format!("{open}({n} + 2·{p} − {d}·({k} − 1) − 1) / {s}{close} + 1{less}"),
            )
        }
    };
    Formula { symbols, numbers, value }
}

/// The number of trainable parameters as a product.
pub fn parameters(settings: &Settings) -> Formula {
    if !settings.op.has_weights() {
        return Formula { symbols: "a pool has none".into(), numbers: "0".into(), value: 0 };
    }
    let shape = settings.weight_shape();
    let weights: usize = shape.iter().product();
    let [bias, value] = if settings.bias {
        [format!(" + {}", settings.out), (weights + settings.out).to_string()]
    } else {
        [String::new(), weights.to_string()]
    };
    let symbols = match settings.op {
        Operation::Transposed => "C·(O/g)·kh·kw",
        _ => "O·(C/g)·kh·kw",
    };
    let numbers = format!("{}{bias}", shape.map(|n| n.to_string()).join("·"));
    Formula { symbols: format!("{symbols}{}", if settings.bias { " + O" } else { "" }), numbers, value: value.parse().unwrap_or(weights) }
}

/// Multiply-adds as the engine counts them.
pub fn multiply_adds(subject: &Subject) -> Formula {
    let settings = &subject.settings;
    let value = subject.numbers.macs as usize;
    if !settings.op.has_weights() {
        return Formula { symbols: "a pool multiplies nothing".into(), numbers: value.to_string(), value };
    }
    // In the forward direction every output cell is a sum. In a transposed convolution every input cell is spread.
    let (cells, symbols, across) = match settings.op {
        Operation::Transposed => (settings.input_shape(), "C·h·w·(O/g)·kh·kw", settings.group()[1]),
        _ => (settings.output_shape(), "O·oh·ow·(C/g)·kh·kw", settings.group()[0]),
    };
    let numbers = cells.into_iter().chain([across, settings.kernel[0], settings.kernel[1]]).map(|n| n.to_string()).collect::<Vec<_>>();
    Formula { symbols: symbols.into(), numbers: numbers.join("·"), value }
}

/// The bytes of input, weights and output: four for each number.
pub fn memory(subject: &Subject) -> Formula {
    let counts = [Part::Input, Part::Kernel, Part::Bias, Part::Output].map(|part| subject.numbers.of(part).len());
    let listed = counts.iter().filter(|n| **n > 0).map(usize::to_string).collect::<Vec<_>>().join(" + ");
    Formula { symbols: "4 bytes a number".into(), numbers: format!("4·({listed})"), value: 4 * counts.iter().sum::<usize>() }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{compute::subject, limits::any_settings, settings::from_query},
        *,
    };
    use proptest::prelude::*;

    #[test]
    fn formulas_carry_their_numbers() {
        let settings = from_query("input=7&padding=1&dilation=2&stride=2");
        let formula = size(&settings, 0);
        assert_eq!((formula.numbers.as_str(), formula.value), ("⌊(7 + 2·1 − 2·(3 − 1) − 1) / 2⌋ + 1", 3));
        let up = |query: &str| {
            let Formula { numbers, value, .. } = size(&from_query(&format!("op=max-pool&ceil_mode=true&kernel=2&stride=2&{query}")), 0);
            (numbers, value)
        };
        assert_eq!(up("input=5"), ("⌈(5 + 2·0 − 1·(2 − 1) − 1) / 2⌉ + 1".into(), 3));
        assert_eq!(up("input=3&padding=1"), ("⌈(3 + 2·1 − 1·(2 − 1) − 1) / 2⌉ + 1 − 1".into(), 2));
        let formula = parameters(&from_query("channels=4&out=4&groups=4"));
        assert_eq!((formula.numbers.as_str(), formula.value), ("4·1·3·3 + 4", 40));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_product_is_what_the_engine_counted(settings in any_settings()) {
            let subject = subject(&settings).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let formula = multiply_adds(&subject);
            let product: usize = formula.numbers.split('·').map(|n| n.parse::<usize>().unwrap_or(0)).product();
            prop_assert_eq!(product, formula.value, "{:?}", formula);
        }
    }
}
