// The output of a sum of products, started at bias[o]; goes before a shader of products
@group(0) @binding(3) var<storage, read> bias: array<f32>;       // [outputs]
@group(0) @binding(4) var<storage, read_write> y: array<f32>;    // see below
fn start(o: u32) -> f32 { return bias[o]; }
fn finish(at: u32, sum: f32) -> f32 { return sum; }

