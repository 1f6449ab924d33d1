//! The elementwise functions: their names, values and slopes. A new one is an arm here, and a case in unary_fn.wgsl and in unary_grad.wgsl.
use super::exponential::exp;

/// Activations and elementwise functions by their names in PyTorch, each with its formula.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UnaryFn {
    /// max(x, 0)
    Relu,
    /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
    Tanh,
    /// σ(x) = 1 / (1 + e⁻ˣ)
    Sigmoid,
    /// eˣ
    Exp,
    /// −x
    Neg,
    /// |x|; at 0 the gradient is 0
    Abs,
    /// x²
    Square,
    /// min(max(x, 0), 6)
    Relu6,
    /// x for x > 0, else slope · x
    LeakyRelu(f32),
    /// x · σ(x), also called swish
    Silu,
    /// min(max(x/6 + ½, 0), 1)
    HardSigmoid,
    /// x · min(max(x/6 + ½, 0), 1)
    HardSwish,
    /// x · Φ(x), Φ the normal distribution
    Gelu,
    /// ½x · (1 + tanh(√(2/π) · (x + 0.044715 x³)))
    GeluTanh,
    /// x for x > 0, else α · (eˣ − 1)
    Elu(f32),
    /// λ · x for x > 0, else λα · (eˣ − 1), with the constants of Klambauer et al., 2017
    Selu,
    /// ln(1 + e^βx) / β, and x where βx is greater than the threshold
    Softplus {
        /// β, how sharp the bend is; 1 by PyTorch's default
        beta: f32,
        /// Where β·x is greater than this, the function is x itself; 20 by PyTorch's default
        threshold: f32,
    },
    /// x · tanh(ln(1 + eˣ))
    Mish,
    /// min(max(x, min), max); torch.nn.Hardtanh too
    Clamp {
        /// The smallest value of y
        min: f32,
        /// The largest value of y; it takes precedence if it is less than `min`
        max: f32,
    },
    /// x / (1 + |x|)
    Softsign,
    /// ln x, the natural logarithm
    Log,
    /// √x
    Sqrt,
    /// 1 / √x
    Rsqrt,
    /// 1 / x
    Reciprocal,
    /// x to the power of a number; for negative x the number must be an integer
    Pow(f32),
    /// x + a number
    Shift(f32),
}

use UnaryFn::*;

const SELU: [f32; 2] = [1.050_701, 1.673_263_2];
/// √(2/π), and the factor of the cubic term.
const GELU_TANH: [f32; 2] = [0.797_884_6, 0.044_715];
const ROOT_TWO_PI: f32 = 2.506_628_3;

impl UnaryFn {
    /// Every function, with PyTorch's default settings.
    pub const ALL: &[UnaryFn] = &[
        Relu,
        Tanh,
        Sigmoid,
        Exp,
        Neg,
        Abs,
        Square,
        Relu6,
        LeakyRelu(0.01),
        Silu,
        HardSigmoid,
        HardSwish,
        Gelu,
        GeluTanh,
        Elu(1.0),
        Selu,
        Softplus { beta: 1.0, threshold: 20.0 },
        Mish,
        Clamp { min: -1.0, max: 1.0 },
        Softsign,
        Log,
        Sqrt,
        Rsqrt,
        Reciprocal,
        Pow(3.0),
        Shift(1.0),
    ];

    /// The name in PyTorch, and the case in the shaders.
    fn label(self) -> (&'static str, u32) {
        match self {
            Relu => ("relu", 0),
            Tanh => ("tanh", 1),
            Sigmoid => ("sigmoid", 2),
            Exp => ("exp", 3),
            Neg => ("neg", 4),
            Abs => ("abs", 5),
            Square => ("square", 6),
            Relu6 => ("relu6", 7),
            LeakyRelu(_) => ("leaky_relu", 8),
            Silu => ("silu", 9),
            HardSigmoid => ("hardsigmoid", 10),
            HardSwish => ("hardswish", 11),
            Gelu => ("gelu", 12),
            GeluTanh => ("gelu_tanh", 13),
            Elu(_) => ("elu", 14),
            Selu => ("selu", 15),
            Softplus { .. } => ("softplus", 16),
            Mish => ("mish", 17),
            Clamp { .. } => ("clamp", 18),
            Softsign => ("softsign", 19),
            Log => ("log", 20),
            Sqrt => ("sqrt", 21),
            Rsqrt => ("rsqrt", 22),
            Reciprocal => ("reciprocal", 23),
            Pow(_) => ("pow", 24),
            Shift(_) => ("shift", 25),
        }
    }
    /// The name in PyTorch if the function exists there, such as `leaky_relu`. Its settings are not part of it.
    pub fn name(self) -> &'static str {
        self.label().0
    }
    /// The formula in x, with its settings.
    pub fn formula(self) -> String {
        let [a, b] = self.settings();
        let plain = match self {
            Relu => "max(x, 0)",
            Tanh => "tanh x",
            Sigmoid => "1 / (1 + e⁻ˣ)",
            Exp => "eˣ",
            Neg => "−x",
            Abs => "|x|",
            Square => "x²",
            Relu6 => "min(max(x, 0), 6)",
            Silu => "x / (1 + e⁻ˣ)",
            HardSigmoid => "min(max(x / 6 + ½, 0), 1)",
            HardSwish => "x · min(max(x / 6 + ½, 0), 1)",
            Gelu => "x · Φ(x)",
            GeluTanh => "½x · (1 + tanh(√(2/π) · (x + 0.044715 x³)))",
            Mish => "x · tanh(ln(1 + eˣ))",
            Softsign => "x / (1 + |x|)",
            Log => "ln x",
            Sqrt => "√x",
            Rsqrt => "1 / √x",
            Reciprocal => "1 / x",
            Selu => return format!("{} · x if x > 0, else {} · (eˣ − 1)", SELU[0], SELU[0] * SELU[1]),
            LeakyRelu(_) => return format!("x if x > 0, else {a} · x"),
            Elu(_) => return format!("x if x > 0, else {a} · (eˣ − 1)"),
            Softplus { .. } => return format!("ln(1 + e^({a} · x)) / {a}, or x if {a} · x > {b}"),
            Clamp { .. } => return format!("min(max(x, {a}), {b})"),
            Pow(_) => return format!("x^{a}"),
            Shift(_) => return format!("x + {a}"),
        };
        plain.into()
    }
    /// Whether it is a ReLU, with or without a ceiling: what `ReluRule` changes.
    pub fn rectifies(self) -> bool {
        matches!(self, Relu | Relu6)
    }
    pub(super) fn code(self) -> u32 {
        self.label().1
    }
    /// The same function as a clamp, if it can be written as one.
    pub(super) fn as_clamp(self) -> UnaryFn {
        match self {
            Relu => Clamp { min: 0.0, max: f32::INFINITY },
            Relu6 => Clamp { min: 0.0, max: 6.0 },
            other => other,
        }
    }
    /// The settings of the function, a and b in the shaders.
    pub(super) fn settings(self) -> [f32; 2] {
        match self {
            LeakyRelu(a) | Elu(a) | Pow(a) | Shift(a) => [a, 0.0],
            Softplus { beta, threshold } => [beta, threshold],
            Clamp { min, max } => [min, max],
            _ => [0.0, 0.0],
        }
    }
    /// y = f(x). Each arm is a loop of its own, so that it becomes SIMD.
    pub(super) fn values(self, x: &[f32], y: &mut [f32]) {
        match self {
            // Not f32::max, which turns NaN into 0. In torch NaN stays NaN.
            Relu => each(x, y, |x| if x < 0.0 { 0.0 } else { x }),
            Tanh => each(x, y, tanh),
            Sigmoid => each(x, y, sigmoid),
            Exp => each(x, y, exp),
            Neg => each(x, y, |x| -x),
            Abs => each(x, y, f32::abs),
            Square => each(x, y, |x| x * x),
            Relu6 => each(x, y, |x| x.clamp(0.0, 6.0)),
            LeakyRelu(slope) => each(x, y, |x| if x > 0.0 { x } else { slope * x }),
            Silu => each(x, y, |x| x * sigmoid(x)),
            HardSigmoid => each(x, y, hard_sigmoid),
            HardSwish => each(x, y, |x| x * hard_sigmoid(x)),
            Gelu => each(x, y, |x| x * normal(x)),
            GeluTanh => each(x, y, |x| 0.5 * x * (1.0 + tanh(GELU_TANH[0] * (x + GELU_TANH[1] * x * x * x)))),
            Elu(alpha) => each(x, y, |x| if x > 0.0 { x } else { alpha * x.exp_m1() }),
            Selu => each(x, y, |x| if x > 0.0 { SELU[0] * x } else { SELU[0] * SELU[1] * x.exp_m1() }),
            Softplus { beta, threshold } => each(x, y, |x| if beta * x > threshold { x } else { softplus(beta * x) / beta }),
            Mish => each(x, y, |x| x * tanh_of_softplus(x)),
            // Not f32::clamp, which panics where min > max.
            Clamp { min, max } => each(x, y, |x| {
                let x = if x < min { min } else { x };
                if x > max { max } else { x }
            }),
            Softsign => each(x, y, |x| x / (1.0 + x.abs())),
            Log => each(x, y, f32::ln),
            Sqrt => each(x, y, f32::sqrt),
            Rsqrt => each(x, y, |x| 1.0 / x.sqrt()),
            Reciprocal => each(x, y, |x| 1.0 / x),
            Pow(exponent) => each(x, y, |x| x.powf(exponent)),
            Shift(by) => each(x, y, |x| x + by),
        }
    }
    /// y = f(y), in pieces that stay in the first-level cache.
    pub(super) fn replace(self, y: &mut [f32]) {
        let mut x = [0.0; 1024];
        for y in y.chunks_mut(x.len()) {
            let x = &mut x[..y.len()];
            x.copy_from_slice(y);
            self.values(x, y);
        }
    }
    /// dx = dy · f′(x), from dy, x and y = f(x).
    pub(super) fn slopes(self, [dy, x, y]: [&[f32]; 3], dx: &mut [f32]) {
        let within = |inside: bool| if inside { 1.0 } else { 0.0 };
        match self {
            Relu => slope([dy, x, y], dx, |x, _| within(x > 0.0)),
            Tanh => slope([dy, x, y], dx, |_, y| 1.0 - y * y),
            Sigmoid => slope([dy, x, y], dx, |_, y| y * (1.0 - y)),
            Exp => slope([dy, x, y], dx, |_, y| y),
            Neg => slope([dy, x, y], dx, |_, _| -1.0),
            Abs => slope([dy, x, y], dx, |x, _| if x == 0.0 { 0.0 } else { x.signum() }),
            Square => slope([dy, x, y], dx, |x, _| 2.0 * x),
            Relu6 => slope([dy, x, y], dx, |x, _| within((x > 0.0) & (x < 6.0))),
            LeakyRelu(less) => slope([dy, x, y], dx, |x, _| if x > 0.0 { 1.0 } else { less }),
            Silu => slope([dy, x, y], dx, |x, y| sigmoid(x) + y * (1.0 - sigmoid(x))),
            HardSigmoid => slope([dy, x, y], dx, |x, _| within(x.abs() < 3.0) / 6.0),
            HardSwish => slope([dy, x, y], dx, |x, _| if x.abs() < 3.0 { x / 3.0 + 0.5 } else { within(x > 0.0) }),
            Gelu => slope([dy, x, y], dx, |x, _| normal(x) + x * exp(-0.5 * x * x) / ROOT_TWO_PI),
            GeluTanh => slope([dy, x, y], dx, |x, _| {
                let [a, b] = GELU_TANH;
                let t = tanh(a * (x + b * x * x * x));
                0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * a * (1.0 + 3.0 * b * x * x)
            }),
            Elu(alpha) => slope([dy, x, y], dx, |x, y| if x > 0.0 { 1.0 } else { y + alpha }),
            Selu => slope([dy, x, y], dx, |x, y| if x > 0.0 { SELU[0] } else { y + SELU[0] * SELU[1] }),
            Softplus { beta, threshold } => slope([dy, x, y], dx, |x, _| if beta * x > threshold { 1.0 } else { sigmoid(beta * x) }),
            Mish => slope([dy, x, y], dx, |x, _| {
                let t = tanh_of_softplus(x);
                t + x * sigmoid(x) * (1.0 - t * t)
            }),
            Clamp { min, max } => slope([dy, x, y], dx, |x, _| within((x >= min) & (x <= max))),
            Softsign => slope([dy, x, y], dx, |x, _| 1.0 / ((1.0 + x.abs()) * (1.0 + x.abs()))),
            Log => slope([dy, x, y], dx, |x, _| 1.0 / x),
            Sqrt => slope([dy, x, y], dx, |_, y| 0.5 / y),
            Rsqrt => slope([dy, x, y], dx, |_, y| -0.5 * y * y * y),
            Reciprocal => slope([dy, x, y], dx, |_, y| -y * y),
            Pow(exponent) => slope([dy, x, y], dx, |x, _| exponent * x.powf(exponent - 1.0)),
            Shift(_) => slope([dy, x, y], dx, |_, _| 1.0),
        }
    }
}

fn each(x: &[f32], y: &mut [f32], f: impl Fn(f32) -> f32) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = f(*x));
}

fn slope([dy, x, y]: [&[f32]; 3], dx: &mut [f32], f: impl Fn(f32, f32) -> f32) {
    dx.iter_mut().zip(dy).zip(x.iter().zip(y)).for_each(|((dx, dy), (x, y))| *dx = dy * f(*x, *y));
}

/// tanh as a rational function of degree 13 over 6, the minimax fit of Eigen's `ptanh`. It is within 4 ulp, and without branches, so that it becomes SIMD.
fn tanh(x: f32) -> f32 {
    let x = x.clamp(-7.905_311, 7.905_311);
    let x2 = x * x;
    let p = [-2.760_768_5e-16, 2.000_188e-13, -8.604_672e-11, 5.122_297e-8, 1.485_722_4e-5, 6.372_619_3e-4, 4.893_524_6e-3];
    let q = [1.198_258_4e-6, 1.185_347_1e-4, 2.268_434_6e-3, 4.893_525e-3];
    let horner = |c: &[f32]| c.iter().fold(0.0, |s, c| s * x2 + c);
    x * horner(&p) / horner(&q)
}

fn sigmoid(x: f32) -> f32 {
    0.5 + 0.5 * tanh(0.5 * x)
}

fn hard_sigmoid(x: f32) -> f32 {
    (x / 6.0 + 0.5).clamp(0.0, 1.0)
}

/// ln(1 + eˣ). The argument of the exponential is never positive.
fn softplus(x: f32) -> f32 {
    x.max(0.0) + exp(-x.abs()).ln_1p()
}

/// tanh(ln(1 + eˣ)) = e(e + 2) / (e(e + 2) + 2) with e = eˣ. From 20 on it is 1.
fn tanh_of_softplus(x: f32) -> f32 {
    let e = exp(x.min(20.0));
    e * (e + 2.0) / (e * (e + 2.0) + 2.0)
}

/// Φ(x) = ½ erfc(−x/√2), by the Chebyshev fit of Numerical Recipes §6.2. The relative error is at most 1.2e-7, far from 0 too.
fn normal(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * z);
    let fit = [0.170_872_77, -0.822_152_2, 1.488_515_9, -1.135_204, 0.278_868_07, -0.186_288_06, 0.096_784_18, 0.374_091_96, 1.000_023_7];
    let tail = 0.5 * t * exp(-z * z - 1.265_512_2 + t * fit.iter().fold(0.0, |s, c| s * t + c));
    if x > 0.0 { 1.0 - tail } else { tail }
}
