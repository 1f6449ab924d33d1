//! The numbers of the desk by the engine's own operations: the output, and the three gradients by the tape.
use super::{
    following::{self, Next},
    presets,
    settings::{Operation, PaddingMode, Settings},
    terms::{Numbers, Part, Subject},
};
use crate::{
    engine::{
        autograd::{Tape, Var},
        ops::{AvgPool2d, Border, ConvTranspose2d, PadMode, Places, Window},
        tensor::{Device, Layout, Shape, Tensor},
    },
    error::{Error, Result},
};

fn window(settings: &Settings) -> Window {
    Window { kernel: settings.kernel.0, stride: settings.stride.0, padding: [0, 0], dilation: settings.dilation.0 }
}

/// The kernel turned by half a turn, as true convolution needs it. Turning it twice restores it.
fn turned(settings: &Settings, values: &[f32]) -> Vec<f32> {
    let taps = settings.kernel[0] * settings.kernel[1];
    match settings.flip {
        true => values.chunks(taps).flat_map(|kernel| kernel.iter().rev().copied()).collect(),
        false => values.to_vec(),
    }
}

fn weight_layout(settings: &Settings) -> Layout {
    if settings.op == Operation::Transposed { Layout::TransposedKernel } else { Layout::Kernel }
}

/// The operation itself, on the tape of its variables.
fn forward(settings: &Settings, x: &Var, weights: Option<(&Var, Option<&Var>)>) -> Result<Var> {
    let padded = Window { padding: settings.padding.0, ..window(settings) };
    let size = settings.output();
    match (settings.op, weights) {
        (Operation::Convolution, Some((k, b))) => {
            let [[top, bottom], [left, right]] = settings.borders().map(|border| border.map(|width| width as isize));
            let mode = match settings.mode {
                PaddingMode::Zeros if !settings.causal => return x.conv2d(k, b, padded, settings.groups),
                PaddingMode::Zeros => PadMode::Constant(0.0),
                PaddingMode::Reflect => PadMode::Reflect,
                PaddingMode::Replicate => PadMode::Replicate,
                PaddingMode::Circular => PadMode::Circular,
            };
            x.pad(Border { top, bottom, left, right }, mode)?.conv2d(k, b, window(settings), settings.groups)
        }
        (Operation::Transposed, Some((k, b))) => {
            x.conv_transpose2d(k, b, ConvTranspose2d { window: padded, output_padding: settings.extra.0, groups: settings.groups })
        }
        (Operation::MaxPool, _) => x.max_pool2d(padded, settings.ceil_mode),
        (Operation::AveragePool, _) => x.avg_pool2d(AvgPool2d {
            places: Places::Sliding { window: padded, ceil_mode: settings.ceil_mode },
            count_include_pad: settings.count_include_pad,
            divisor: Some(settings.divisor).filter(|divisor| *divisor > 0),
        }),
        (Operation::AdaptiveMaxPool, _) => x.adaptive_max_pool2d(size),
        (Operation::AdaptiveAveragePool | Operation::GlobalAveragePool, _) => x.adaptive_avg_pool2d(size),
        (_, None) => Err(Error::shape("desk", "a convolution needs weights")),
    }
}

fn image(values: &[f32], [channels, rows, columns]: [usize; 3]) -> Result<Tensor> {
    Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, channels, rows, columns], values)
}
fn to_outside(tensor: &Tensor, layout: Layout) -> Result<Vec<f32>> {
    layout.to_outside(tensor.shape(), tensor.on_cpu()?)
}

/// Everything that follows from the settings.
pub fn subject(settings: &Settings) -> Result<Subject> {
    let x = presets::images(&Settings { images: 1, ..settings.clone() });
    let k = if settings.op.has_weights() { presets::weights(settings) } else { vec![] };
    let b = presets::bias(settings);
    let sent = Next::of(&settings.upstream).map(|next| following::upstream(settings, next, &output(settings, &x, &k, &b)?)).transpose()?;
    let dy = presets::upstream(settings, sent);
    let numbers = numbers(settings, x, k, b, dy)?;
    Ok(Subject::new(settings.subject(), numbers))
}

/// The output, and the gradients of L = Σ dy · y, whose gradient with respect to y is dy.
pub fn numbers(settings: &Settings, x: Vec<f32>, k: Vec<f32>, b: Vec<f32>, dy: Vec<f32>) -> Result<Numbers> {
    let tape = Tape::default();
    let input = tape.input(image(&x, settings.input_shape())?);
    let mut asked = vec![input.clone()];
    if settings.op.has_weights() {
        let layout = weight_layout(settings);
        asked.push(tape.input(Tensor::from_outside(&Device::Cpu, layout, &settings.weight_shape(), &turned(settings, &k))?));
        if settings.bias {
            asked.push(tape.input(Tensor::new(&Device::Cpu, Shape::new([settings.out]), &b)?));
        }
    }
    let weights = asked.get(1).map(|k| (k, asked.get(2)));
    let output = forward(settings, &input, weights)?;
    let macs = tape.macs();
    let upstream = Var::constant(image(&dy, settings.output_shape())?);
    let loss = output.mul(&upstream)?.sum(&[0, 1, 2, 3], false)?;
    let asked: Vec<&Var> = asked.iter().collect();
    let gradients = tape.backward(&loss, &asked)?;
    let gradient = |at: usize, layout: Layout| match gradients.kept().get(at) {
        Some(Some(found)) => to_outside(found, layout),
        _ => Ok(vec![]),
    };
    let dx = gradient(0, Layout::Image)?;
    let dk = turned(settings, &gradient(1, weight_layout(settings))?);
    let db = gradient(2, Layout::Plain)?;
    let y = to_outside(output.value(), Layout::Image)?;
    Ok(Numbers { tensors: [x, k, b, y, dy, dx, dk, db], macs })
}

/// The output alone.
pub fn output(settings: &Settings, x: &[f32], k: &[f32], b: &[f32]) -> Result<Vec<f32>> {
    let constant =
        |layout: Layout, shape: &[usize], values: &[f32]| Ok(Var::constant(Tensor::from_outside(&Device::Cpu, layout, shape, values)?));
    let weights = settings.op.has_weights().then(|| -> Result<_> {
        let k = constant(weight_layout(settings), &settings.weight_shape(), &turned(settings, k))?;
        let b = settings.bias.then(|| constant(Layout::Plain, &[settings.out], b)).transpose()?;
        Ok((k, b))
    });
    let weights = weights.transpose()?;
    let y = forward(settings, &Var::constant(image(x, settings.input_shape())?), weights.as_ref().map(|(k, b)| (k, b.as_ref())))?;
    to_outside(y.value(), Layout::Image)
}

/// The contribution of each input channel of a group to an output channel, as a map for each channel. The sum of all maps and the bias is the output.
pub fn partial_maps(subject: &Subject, out: usize) -> Result<Vec<Vec<f32>>> {
    let Subject { settings, geometry, numbers, .. } = subject;
    let [rows, columns] = [settings.input[0], settings.input[1]];
    let taps = settings.kernel[0] * settings.kernel[1];
    let single = Settings { channels: 1, out: 1, groups: 1, bias: false, ..settings.clone() };
    let map = |channel: usize| {
        let x = &numbers.of(Part::Input)[channel * rows * columns..][..rows * columns];
        let pair = geometry.links(super::geometry::Role::Output, out * settings.output().iter().product::<usize>());
        let weight = pair.iter().find(|link| link.channels[0] == channel).and_then(|link| link.weight).unwrap_or(0) / taps * taps;
        let k = turned(settings, &numbers.of(Part::Kernel)[weight..][..taps]);
        let k = Var::constant(Tensor::from_outside(
            &Device::Cpu,
            weight_layout(settings),
            &[1, 1, settings.kernel[0], settings.kernel[1]],
            &k,
        )?);
        let y = forward(&single, &Var::constant(image(x, single.input_shape())?), Some((&k, None)))?;
        to_outside(y.value(), Layout::Image)
    };
    geometry.reads(out).map(map).collect()
}

#[cfg(test)]
mod tests {
    use super::super::settings::from_query;
    use super::*;
    use crate::site::controls::key;

    fn output(query: &str) -> Vec<f32> {
        subject(&from_query(query)).unwrap().numbers.of(Part::Output).to_vec()
    }

    #[test]
    fn zero_to_eight() {
        let settings = "channels=1&out=1&bias=false&input=3&kernel=2&picture=counting&weights=counting";
        assert_eq!(output(settings), [19.0, 25.0, 37.0, 43.0]);
        assert_eq!(output(&format!("{settings}&flip=true")), [5.0, 11.0, 23.0, 29.0]);
    }

    #[test]
    fn the_engine_agrees_about_every_size() {
        for (op, name) in Operation::ALL {
            for query in [
                "",
                "stride=2",
                "padding=1&kernel=3",
                "kernel=2x3&stride=2x1&padding=1x0",
                "dims=1&kernel=1x3",
                "kernel=3&stride=2&padding=1&ceil_mode=true",
                "size=9x7",
                "dilation=3&extra=2&kernel=2",
            ] {
                let settings: Settings = from_query(&format!("op={}&{query}", key(op)));
                let subject = subject(&settings).unwrap_or_else(|error| panic!("{name} {query}: {error}"));
                assert_eq!(subject.numbers.of(Part::Output).len(), settings.output_shape().iter().product::<usize>(), "{name} {query}");
            }
        }
    }

    #[test]
    fn partial_maps_and_bias_sum_to_the_output() {
        for query in ["", "channels=4&out=4&groups=2", "flip=true&channels=3&stride=2"] {
            let subject = subject(&from_query(query)).unwrap();
            let places = subject.settings.output().iter().product::<usize>();
            for out in 0..subject.settings.out {
                let maps = partial_maps(&subject, out).unwrap();
                assert_eq!(maps.len(), subject.settings.group()[0]);
                for place in 0..places {
                    let sum: f32 = maps.iter().map(|map| map[place]).sum::<f32>() + subject.numbers.of(Part::Bias)[out];
                    assert!((sum - subject.numbers.of(Part::Output)[out * places + place]).abs() < 1e-4, "{query}");
                }
            }
        }
    }
}
