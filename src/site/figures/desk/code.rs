//! The computation as code for other programs: PyTorch with all numbers, and a formula in LaTeX.
use super::{
    settings::{Operation, PaddingMode, Settings},
    terms::{Part, Subject},
};
use crate::site::controls::key;

/// The width at which lines of numbers are broken.
const WIDTH: usize = 96;

fn list(values: &[f32]) -> String {
    let mut lines = vec![String::new()];
    for (at, value) in values.iter().enumerate() {
        // Rust would write the f32 3.0 as "3", which PyTorch takes for an integer.
        let text = format!("{value:?}{}", if at + 1 < values.len() { ", " } else { "" });
        match lines.last_mut() {
            Some(line) if line.len() + text.len() <= WIDTH => line.push_str(&text),
            _ => lines.push(text),
        }
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n    ")
}

fn tuple(numbers: &[usize]) -> String {
    format!("({}{})", numbers.iter().map(usize::to_string).collect::<Vec<_>>().join(", "), if numbers.len() == 1 { "," } else { "" })
}

/// A pair as PyTorch accepts it: one number if both are equal.
fn pair(settings: &Settings, pair: [usize; 2]) -> String {
    match settings.dims {
        1 => pair[1].to_string(),
        _ if pair[0] == pair[1] => pair[0].to_string(),
        _ => tuple(&pair),
    }
}

/// The lengths of a tensor's axes, without the row axis in one dimension.
fn dims(settings: &Settings, shape: &[usize]) -> Vec<usize> {
    let rows = shape.len().checked_sub(2).filter(|_| settings.dims == 1 && shape.len() > 1);
    shape.iter().enumerate().filter(|(axis, _)| Some(*axis) != rows).map(|(_, length)| *length).collect()
}

fn tensor(subject: &Subject, name: &str, part: Part) -> String {
    let mut shape = part.shape(&subject.settings);
    if matches!(part, Part::Input | Part::Upstream) {
        shape.insert(0, 1);
    }
    let shape = dims(&subject.settings, &shape);
    format!("{name} = torch.tensor([\n    {}\n]).reshape{}", list(subject.numbers.of(part)), tuple(&shape))
}

/// The call, after what must be done to the input and the kernel.
fn call(settings: &Settings) -> Vec<String> {
    let d = settings.dims;
    let mut lines = vec![];
    let mut arguments = vec![];
    let mut argument = |name: &str, value: [usize; 2], usual: usize| {
        let own = if d == 1 { vec![value[1]] } else { value.to_vec() };
        if own.iter().any(|v| *v != usual) {
            arguments.push(format!("{name}={}", pair(settings, value)));
        }
    };
    let mut x = "x";
    match settings.op {
        Operation::Convolution => {
            let [[top, bottom], [left, right]] = settings.borders();
            let mode = key(settings.mode);
            let padded = top + bottom + left + right > 0;
            argument("stride", settings.stride.0, 1);
            argument("dilation", settings.dilation.0, 1);
            if padded && (settings.causal || settings.mode != PaddingMode::Zeros) {
                let widths = if d == 1 { tuple(&[left, right]) } else { tuple(&[left, right, top, bottom]) };
                let mode = if settings.mode == PaddingMode::Zeros { String::new() } else { format!(", mode={mode:?}") };
                lines.push(format!("padded = F.pad(x, {widths}{mode})"));
                x = "padded";
            } else {
                argument("padding", settings.padding.0, 0);
            }
            if settings.groups > 1 {
                arguments.push(format!("groups={}", settings.groups));
            }
            let kernel = match (settings.flip, d) {
                (false, _) => "k",
                (true, 1) => "k.flip(-1)",
                (true, _) => "k.flip(-2, -1)",
            };
            lines.push(called(&format!("F.conv{d}d"), &[x, kernel, if settings.bias { "b" } else { "None" }], &arguments));
        }
        Operation::Transposed => {
            argument("stride", settings.stride.0, 1);
            argument("padding", settings.padding.0, 0);
            argument("output_padding", settings.extra.0, 0);
            argument("dilation", settings.dilation.0, 1);
            if settings.groups > 1 {
                arguments.push(format!("groups={}", settings.groups));
            }
            lines.push(called(&format!("F.conv_transpose{d}d"), &[x, "k", if settings.bias { "b" } else { "None" }], &arguments));
        }
        Operation::MaxPool | Operation::AveragePool => {
            arguments.push(format!("kernel_size={}", pair(settings, settings.kernel.0)));
            // By default PyTorch's pools have their window as stride.
            arguments.push(format!("stride={}", pair(settings, settings.stride.0)));
            let mut argument = |name: &str, value: [usize; 2], usual: usize| {
                if value != [usual; 2] && (d == 2 || value[1] != usual) {
                    arguments.push(format!("{name}={}", pair(settings, value)));
                }
            };
            argument("padding", settings.padding.0, 0);
            argument("dilation", settings.dilation.0, 1);
            if settings.ceil_mode {
                arguments.push("ceil_mode=True".into());
            }
            if !settings.count_include_pad {
                arguments.push("count_include_pad=False".into());
            }
            if settings.divisor > 0 {
                arguments.push(format!("divisor_override={}", settings.divisor));
            }
            let name = if settings.op == Operation::MaxPool { "max" } else { "avg" };
            lines.push(called(&format!("F.{name}_pool{d}d"), &[x], &arguments));
        }
        Operation::AdaptiveMaxPool | Operation::AdaptiveAveragePool | Operation::GlobalAveragePool => {
            let name = if settings.op == Operation::AdaptiveMaxPool { "max" } else { "avg" };
            let size = pair(settings, settings.output());
            lines.push(called(&format!("F.adaptive_{name}_pool{d}d"), &[x, &size], &[]));
        }
    }
    lines
}

fn called(function: &str, inputs: &[&str], arguments: &[String]) -> String {
    let all = inputs.iter().map(|input| input.to_string()).chain(arguments.iter().cloned()).collect::<Vec<_>>();
    format!("y = {function}({})", all.join(", "))
}

/// A program that prints the output and the gradients of the desk.
pub fn pytorch(subject: &Subject) -> String {
    let settings = &subject.settings;
    let mut lines = vec!["import torch".to_string(), "import torch.nn.functional as F".into(), String::new()];
    lines.push(tensor(subject, "x", Part::Input) + ".requires_grad_()");
    let mut grads = vec!["x.grad"];
    if settings.op.has_weights() {
        lines.push(tensor(subject, "k", Part::Kernel) + ".requires_grad_()");
        grads.push("k.grad");
        if settings.bias {
            lines.push(tensor(subject, "b", Part::Bias) + ".requires_grad_()");
            grads.push("b.grad");
        }
    }
    lines.push(String::new());
    lines.extend(call(settings));
    lines.push("print(y)".into());
    lines.push(String::new());
    lines.push(tensor(subject, "dy", Part::Upstream));
    lines.push("y.backward(dy)".into());
    lines.push(format!("print({})", grads.join(", ")));
    lines.join("\n") + "\n"
}

/// The operation's definition in LaTeX, with stride, dilation and padding as numbers.
pub fn latex(settings: &Settings) -> String {
    let along = |axis: usize, place: &str, tap: &str| {
        let times = |factor: usize, name: &str| if factor == 1 { name.to_string() } else { format!("{factor}{name}") };
        let before = settings.borders()[axis][0];
        let less = if before > 0 { format!(" - {before}") } else { String::new() };
        format!("{} + {}{less}", times(settings.stride[axis], place), times(settings.dilation[axis], tap))
    };
    let flat = settings.dims == 1;
    let [rows, columns] = [along(0, "i", "u"), along(1, "j", "v")];
    let [kh, kw] = settings.kernel.0;
    let (place, read) = if flat { ("j".to_string(), columns) } else { ("i,j".to_string(), format!("{rows},\\,{columns}")) };
    let taps =
        if flat { format!("\\sum_{{v=0}}^{{{}}}", kw - 1) } else { format!("\\sum_{{u=0}}^{{{}}} \\sum_{{v=0}}^{{{}}}", kh - 1, kw - 1) };
    let tap = match (flat, settings.flip) {
        (true, false) => "v".to_string(),
        (true, true) => format!("{}-v", kw - 1),
        (false, false) => "u,v".into(),
        (false, true) => format!("{}-u,{}-v", kh - 1, kw - 1),
    };
    let channels = if settings.groups > 1 { "\\sum_{c \\in G(o)}" } else { "\\sum_{c}" };
    let bias = if settings.bias { "b_o + " } else { "" };
    match settings.op {
        Operation::Convolution => format!("y_{{o,{place}}} = {bias}{channels} {taps} x_{{c,\\,{read}}}\\, k_{{o,c,{tap}}}"),
        Operation::Transposed => {
            let (from, to) = if flat {
                ("j".to_string(), along(1, "j", "v"))
            } else {
                ("i,j".into(), format!("{},\\,{}", along(0, "i", "u"), along(1, "j", "v")))
            };
            let start = if settings.bias { "y_{o,\\cdot} = b_o,\\quad ".to_string() } else { String::new() };
            format!("{start}y_{{o,\\,{to}}} \\mathrel{{+}}= x_{{c,{from}}}\\, k_{{c,o,{tap}}}")
        }
        Operation::MaxPool => format!("y_{{c,{place}}} = \\max_{{{}}} x_{{c,\\,{read}}}", if flat { "v" } else { "u,v" }),
        Operation::AveragePool => {
            // R: what the window at a place counts.
            let divisor = settings.divides_by().map_or_else(|| format!("|R({place})|"), |divisor| divisor.to_string());
            format!("y_{{c,{place}}} = \\frac{{1}}{{{divisor}}} {taps} x_{{c,\\,{read}}}")
        }
        Operation::AdaptiveMaxPool => format!("y_{{c,{place}}} = \\max_{{(u,v) \\in R({place})}} x_{{c,u,v}}"),
        Operation::AdaptiveAveragePool | Operation::GlobalAveragePool => {
            format!("y_{{c,{place}}} = \\frac{{1}}{{|R({place})|}} \\sum_{{(u,v) \\in R({place})}} x_{{c,u,v}}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{compute::subject, settings::from_query},
        *,
    };

    fn last_call(query: &str) -> String {
        call(&from_query(query)).join("; ")
    }

    #[test]
    fn calls_name_only_what_is_unusual() {
        assert_eq!(last_call(""), "y = F.conv2d(x, k, b)");
        assert_eq!(last_call("stride=2x1&padding=1&groups=2&bias=false"), "y = F.conv2d(x, k, None, stride=(2, 1), padding=1, groups=2)");
        assert_eq!(last_call("padding=2x1&mode=reflect"), "padded = F.pad(x, (1, 1, 2, 2), mode=\"reflect\"); y = F.conv2d(padded, k, b)");
        assert_eq!(
            last_call("dims=1&input=1x8&kernel=1x3&causal=true&flip=true"),
            "padded = F.pad(x, (2, 0)); y = F.conv1d(padded, k.flip(-1), b)"
        );
        assert_eq!(last_call("op=max-pool&kernel=2&stride=2"), "y = F.max_pool2d(x, kernel_size=2, stride=2)");
        assert_eq!(
            last_call("op=average-pool&kernel=3&stride=2&padding=1&ceil_mode=true&count_include_pad=false"),
            "y = F.avg_pool2d(x, kernel_size=3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)"
        );
        assert_eq!(last_call("op=average-pool&kernel=2&divisor=3"), "y = F.avg_pool2d(x, kernel_size=2, stride=1, divisor_override=3)");
        assert_eq!(last_call("op=global-average-pool"), "y = F.adaptive_avg_pool2d(x, 1)");
        assert_eq!(last_call("op=transposed&dilation=3&extra=2"), "y = F.conv_transpose2d(x, k, b, output_padding=2, dilation=3)");
        assert_eq!(last_call("op=transposed&stride=2&extra=1"), "y = F.conv_transpose2d(x, k, b, stride=2, output_padding=1)");
    }

    #[test]
    fn the_program_has_the_numbers() {
        let subject = subject(&from_query("channels=1&out=1&bias=false&input=3&kernel=2&picture=counting&weights=counting")).unwrap();
        let program = pytorch(&subject);
        assert!(
            program.contains("x = torch.tensor([\n    0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0\n]).reshape(1, 1, 3, 3)"),
            "{program}"
        );
        assert!(program.contains("k = torch.tensor([\n    0.0, 1.0, 2.0, 3.0\n]).reshape(1, 1, 2, 2)"), "{program}");
        assert!(!program.contains("b ="), "{program}");
    }

    #[test]
    fn formulas_have_their_numbers() {
        let settings = from_query("channels=1&out=1&stride=2&padding=1&bias=false");
        assert_eq!(
            latex(&settings),
            "y_{o,i,j} = \\sum_{c} \\sum_{u=0}^{2} \\sum_{v=0}^{2} x_{c,\\,2i + u - 1,\\,2j + v - 1}\\, k_{o,c,u,v}"
        );
    }
}
