// y[outer, block, inner] = Σ over the block's rows of x[outer, row, inner]
struct Params { len: u32, reduce: u32, inner: u32, blocks: u32, block: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [outer, reduce, inner]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [outer, blocks, inner]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i >= p.len) { return; }
    let inner = i % p.inner;
    let block = i / p.inner % p.blocks;
    let outer = i / (p.inner * p.blocks);
    let origin = min(block * p.block, p.reduce);
    let to = min(origin + p.block, p.reduce);
    var s = 0.0;
    for (var row = origin; row < to; row++) { s += x[(outer * p.reduce + row) * p.inner + inner]; }
    y[i] = s;
}
