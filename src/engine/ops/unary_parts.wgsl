// What the elementwise functions and their slopes are made of; goes before unary.wgsl and unary_grad.wgsl
override FUNCTION: u32 = 0u;
struct Params { len: u32, a: f32, b: f32 }
@group(0) @binding(0) var<uniform> p: Params;

const SELU = 1.0507010;
const SELU_ALPHA = 1.6732632;
const GELU_A = 0.7978846;
const GELU_B = 0.044715;

// Some drivers overflow beyond.
fn tanh_(v: f32) -> f32 { return tanh(clamp(v, -10.0, 10.0)); }
fn sigmoid(v: f32) -> f32 { return 0.5 + 0.5 * tanh_(0.5 * v); }
fn gelu_tanh(v: f32) -> f32 { return tanh_(GELU_A * (v + GELU_B * v * v * v)); }

// ln(1 + exp(v)); the exponential's argument is never positive.
fn softplus(v: f32) -> f32 { return max(v, 0.0) + log(1.0 + exp(-abs(v))); }

// The normal distribution ½ erfc(−v/√2), as in unary_fn.rs.
fn normal(v: f32) -> f32 {
    let z = abs(v) * 0.70710678;
    let t = 1.0 / (1.0 + 0.5 * z);
    let low = t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))));
    let tail = 0.5 * t * exp(-z * z - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + low))));
    return select(tail, 1.0 - tail, v > 0.0);
}

// v to the power of e; WGSL's own knows no negative v.
fn power(v: f32, e: f32) -> f32 {
    let size = pow(abs(v), e);
    let odd = abs(e) % 2.0 == 1.0;
    return select(size, -size, (v < 0.0) & odd);
}
