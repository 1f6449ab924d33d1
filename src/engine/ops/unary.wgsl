// y[i] = f(x[i]), four neighbours a thread; FUNCTION chooses f and is fixed when the pipeline is built; unary_parts.wgsl goes before
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [len]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [len]

fn f(v: f32) -> f32 {
    switch FUNCTION {
        case 0u: { return max(v, 0.0); }                         // relu
        case 1u: { return tanh_(v); }                            // tanh
        case 2u: { return sigmoid(v); }                          // sigmoid
        case 3u: { return exp(v); }                              // exp
        case 4u: { return -v; }                                  // neg
        case 5u: { return abs(v); }                              // abs
        case 6u: { return v * v; }                               // square
        case 7u: { return clamp(v, 0.0, 6.0); }                  // relu6
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
        case 18u: { return min(max(v, p.a), p.b); }              // clamp
        case 19u: { return v / (1.0 + abs(v)); }                 // softsign
        case 20u: { return log(v); }                             // log
        case 21u: { return sqrt(v); }                            // sqrt
        case 22u: { return inverseSqrt(v); }                     // rsqrt
        case 23u: { return 1.0 / v; }                            // reciprocal
        case 24u: { return power(v, p.a); }                      // pow
        default: { return v + p.a; }                             // shift
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let first = (id.x + id.y * groups.x * 64u) * 4u;
    for (var i = first; i < min(first + 4u, p.len); i++) { y[i] = f(x[i]); }
}
