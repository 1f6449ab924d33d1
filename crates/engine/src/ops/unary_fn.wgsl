// The elementwise functions, and the terms that they and their slopes share. FUNCTION chooses f, and is fixed when the pipeline is built.
// The shader that follows declares p with the function's settings a and b
override FUNCTION: u32 = 0u;

const SELU = 1.0507010;
const SELU_ALPHA = 1.6732632;
const GELU_A = 0.7978846;
const GELU_B = 0.044715;

// Beyond these bounds some drivers overflow.
fn tanh_(v: f32) -> f32 { return tanh(clamp(v, -10.0, 10.0)); }
fn sigmoid(v: f32) -> f32 { return 0.5 + 0.5 * tanh_(0.5 * v); }
fn gelu_tanh(v: f32) -> f32 { return tanh_(GELU_A * (v + GELU_B * v * v * v)); }

// ln(1 + exp(v)). The argument of the exponential is never positive.
fn softplus(v: f32) -> f32 { return max(v, 0.0) + log(1.0 + exp(-abs(v))); }

// The normal distribution ½ erfc(−v/√2), as in unary_fn.rs.
fn normal(v: f32) -> f32 {
    let z = abs(v) * 0.70710678;
    let t = 1.0 / (1.0 + 0.5 * z);
    let low = t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))));
    let tail = 0.5 * t * exp(-z * z - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + low))));
    return select(tail, 1.0 - tail, v > 0.0);
}

// v to the power of e, for negative v too, which WGSL's pow does not accept.
fn power(v: f32, e: f32) -> f32 {
    let size = pow(abs(v), e);
    let odd = abs(e) % 2.0 == 1.0;
    return select(size, -size, (v < 0.0) & odd);
}

fn f(v: f32) -> f32 {
    switch FUNCTION {
        case 0u: { return select(v, 0.0, v < 0.0); }             // relu; NaN stays NaN
        case 1u: { return tanh_(v); }                            // tanh
        case 2u: { return sigmoid(v); }                          // sigmoid
        case 3u: { return exp(v); }                              // exp
        case 4u: { return -v; }                                  // neg
        case 5u: { return abs(v); }                              // abs
        case 6u: { return v * v; }                               // square
        case 7u: { return select(select(v, 6.0, v > 6.0), 0.0, v < 0.0); } // relu6
        case 8u: { return select(p.a * v, v, v > 0.0); }         // leaky_relu
        case 9u: { return v * sigmoid(v); }                      // silu
        case 10u: { return saturate(v / 6.0 + 0.5); }            // hardsigmoid
        case 11u: { return v * saturate(v / 6.0 + 0.5); }        // hardswish
        case 12u: { return v * normal(v); }                      // gelu
        case 13u: { return 0.5 * v * (1.0 + gelu_tanh(v)); }     // gelu_tanh
        case 14u: { return select(p.a * (exp(min(v, 0.0)) - 1.0), v, v > 0.0); }                    // elu
        case 15u: { return SELU * select(SELU_ALPHA * (exp(min(v, 0.0)) - 1.0), v, v > 0.0); }      // selu
        case 16u: { return select(softplus(p.a * v) / p.a, v, p.a * v > p.b); }                     // softplus
        case 17u: { return v * tanh_(softplus(v)); }             // mish
        case 18u: { return select(select(v, p.b, v > p.b), p.a, v < p.a); }     // clamp; NaN stays NaN
        case 19u: { return v / (1.0 + abs(v)); }                 // softsign
        case 20u: { return log(v); }                             // log
        case 21u: { return sqrt(v); }                            // sqrt
        case 22u: { return inverseSqrt(v); }                     // rsqrt
        case 23u: { return 1.0 / v; }                            // reciprocal
        case 24u: { return power(v, p.a); }                      // pow
        default: { return v + p.a; }                             // shift
    }
}

