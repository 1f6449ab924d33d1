// The output of a sum of products, started at zero; goes before a shader of products
@group(0) @binding(3) var<storage, read_write> y: array<f32>;    // see below
fn start(o: u32) -> f32 { return 0.0; }
fn finish(at: u32, sum: f32) -> f32 { return sum; }

