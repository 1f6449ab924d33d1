// One output channel at a time. A head of conv2d_input_grad.wgsl
const WIDTH = 1u;
@group(0) @binding(1) var<storage, read> dy: array<f32>;             // [n, oh, ow, co]
@group(0) @binding(2) var<storage, read> weight: array<f32>;         // [kh, kw, ci / groups, co]

// The gradients of four columns.
fn upstream(at: vec4<u32>, fed: vec4<f32>) -> vec4<f32> { return vec4(dy[at.x], dy[at.y], dy[at.z], dy[at.w]) * fed; }
// The weights of four input channels.
fn kernel(at: vec4<u32>) -> vec4<f32> { return vec4(weight[at.x], weight[at.y], weight[at.z], weight[at.w]); }
// Input channels in the rows, columns of the gradient in the columns.
fn products(k: vec4<f32>, u: vec4<f32>) -> mat4x4<f32> { return mat4x4(k * u.x, k * u.y, k * u.z, k * u.w); }
