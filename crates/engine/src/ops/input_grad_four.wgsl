// Four output channels at a time. A head of conv2d_input_grad.wgsl
const WIDTH = 4u;
@group(0) @binding(1) var<storage, read> dy: array<vec4<f32>>;       // [n, oh, ow, co / 4]
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;   // [kh, kw, ci / groups, co / 4]

// The gradients of four columns, in the columns.
fn upstream(at: vec4<u32>, fed: vec4<f32>) -> mat4x4<f32> {
    return mat4x4(dy[at.x] * fed.x, dy[at.y] * fed.y, dy[at.z] * fed.z, dy[at.w] * fed.w);
}
// The weights of four input channels, in the rows.
fn kernel(at: vec4<u32>) -> mat4x4<f32> { return transpose(mat4x4(weight[at.x], weight[at.y], weight[at.z], weight[at.w])); }
// Input channels in the rows, columns of the gradient in the columns.
fn products(k: mat4x4<f32>, u: mat4x4<f32>) -> mat4x4<f32> { return k * u; }
