// dx[i] = dy[i] · f′(x[i]); each thread computes four neighbours. Needs unary_fn.wgsl before it
struct Params { len: u32, a: f32, b: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [len]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [len]
@group(0) @binding(3) var<storage, read> y: array<f32>;          // [len] f(x)
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;   // [len]

fn within(inside: bool) -> f32 { return select(0.0, 1.0, inside); }

fn slope(x: f32, y: f32) -> f32 {
    switch FUNCTION {
        case 0u: { return within(x > 0.0); }                     // relu
        case 1u: { return 1.0 - y * y; }                         // tanh
        case 2u: { return y * (1.0 - y); }                       // sigmoid
        case 3u: { return y; }                                   // exp
        case 4u: { return -1.0; }                                // neg
        case 5u: { return sign(x); }                             // abs
        case 6u: { return 2.0 * x; }                             // square
        case 7u: { return within((x > 0.0) & (x < 6.0)); }       // relu6
        case 8u: { return select(p.a, 1.0, x > 0.0); }           // leaky_relu
        case 9u: { return sigmoid(x) + y * (1.0 - sigmoid(x)); } // silu
        case 10u: { return within(abs(x) < 3.0) / 6.0; }         // hardsigmoid
        case 11u: { return select(within(x > 0.0), x / 3.0 + 0.5, abs(x) < 3.0); }                  // hardswish
        case 12u: { return normal(x) + x * exp(-0.5 * x * x) / 2.5066283; }                         // gelu
        case 13u: {                                              // gelu_tanh
            let t = gelu_tanh(x);
            return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * GELU_A * (1.0 + 3.0 * GELU_B * x * x);
        }
        case 14u: { return select(y + p.a, 1.0, x > 0.0); }      // elu
        case 15u: { return select(y + SELU * SELU_ALPHA, SELU, x > 0.0); }                          // selu
        case 16u: { return select(sigmoid(p.a * x), 1.0, p.a * x > p.b); }                          // softplus
        case 17u: {                                              // mish
            let t = tanh_(softplus(x));
            return t + x * sigmoid(x) * (1.0 - t * t);
        }
        case 18u: { return within((x >= p.a) & (x <= p.b)); }    // clamp
        case 19u: { return 1.0 / ((1.0 + abs(x)) * (1.0 + abs(x))); }                               // softsign
        case 20u: { return 1.0 / x; }                            // log
        case 21u: { return 0.5 / y; }                            // sqrt
        case 22u: { return -0.5 * y * y * y; }                   // rsqrt
        case 23u: { return -y * y; }                             // reciprocal
        case 24u: { return p.a * power(x, p.a - 1.0); }          // pow
        default: { return 1.0; }                                 // shift
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let first = (id.x + id.y * groups.x * 64u) * 4u;
    for (var i = first; i < min(first + 4u, p.len); i++) { dx[i] = dy[i] * slope(x[i], y[i]); }
}
