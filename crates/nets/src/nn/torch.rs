//! Layers as PyTorch writes them: the expression of `torch.nn` that makes a module with the same shapes.
use engine::ops::{UnaryFn, Window};

/// One number if both are the same, otherwise a pair.
fn pair([rows, columns]: [usize; 2]) -> String {
    if rows == columns { rows.to_string() } else { format!("({rows}, {columns})") }
}

/// What a window adds to the arguments: its kernel, and all that is not the usual.
pub(super) fn window(window: &Window) -> String {
    let named = |name: &str, value: [usize; 2], usual: usize| {
        if value == [usual; 2] { String::new() } else { format!(", {name}={}", pair(value)) }
    };
    let [stride, padding] = [named("stride", window.stride, 1), named("padding", window.padding, 0)];
    format!("kernel_size={}{stride}{padding}{}", pair(window.kernel), named("dilation", window.dilation, 1))
}

/// What a pooling window adds: PyTorch takes the kernel for the stride if none is given, so that it is always written.
pub(super) fn pooling(pool: &Window) -> String {
    let Window { kernel, stride, padding, .. } = pool;
    let padding = if *padding == [0, 0] { String::new() } else { format!(", padding={}", pair(*padding)) };
    format!("{}, stride={}{padding}", pair(*kernel), pair(*stride))
}

/// The module of an elementwise function. None for one that `torch.nn` has only as a function.
pub(super) fn activation(function: UnaryFn) -> Option<String> {
    let name = match function {
        UnaryFn::Relu => "ReLU()",
        UnaryFn::Tanh => "Tanh()",
        UnaryFn::Sigmoid => "Sigmoid()",
        UnaryFn::Relu6 => "ReLU6()",
        UnaryFn::Silu => "SiLU()",
        UnaryFn::HardSigmoid => "Hardsigmoid()",
        UnaryFn::HardSwish => "Hardswish()",
        UnaryFn::Gelu => "GELU()",
        UnaryFn::GeluTanh => "GELU(approximate='tanh')",
        UnaryFn::Selu => "SELU()",
        UnaryFn::Mish => "Mish()",
        UnaryFn::Softsign => "Softsign()",
        UnaryFn::LeakyRelu(slope) => return Some(format!("nn.LeakyReLU({slope:?})")),
        UnaryFn::Elu(alpha) => return Some(format!("nn.ELU({alpha:?})")),
        UnaryFn::Softplus { beta, threshold } => return Some(format!("nn.Softplus({beta:?}, {threshold:?})")),
        UnaryFn::Clamp { min, max } => return Some(format!("nn.Hardtanh({min:?}, {max:?})")),
        _ => return None,
    };
    Some(format!("nn.{name}"))
}
