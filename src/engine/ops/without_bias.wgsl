// The output of a sum of products, started at zero; goes before matmul.wgsl or conv2d.wgsl
@group(0) @binding(3) var<storage, read_write> y: array<f32>;    // see below
fn start(o: u32) -> f32 { return 0.0; }

