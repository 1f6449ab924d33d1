// y[b, 0, c] = the mean m of block b of x[·, c], y[b, 1, c] = Σ (x − m)² over the block; each thread computes one channel of one block
struct Params { rows: u32, c: u32, blocks: u32, length: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [rows, c]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [blocks, 2, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i >= p.blocks * p.c) { return; }
    let c = i % p.c;
    let block = i / p.c;
    let first = min(block * p.length, p.rows);
    let end = min(first + p.length, p.rows);
    var sum = 0.0;
    for (var row = first; row < end; row++) { sum += x[row * p.c + c]; }
    let mean = sum / f32(max(end - first, 1u));
    var squares = 0.0;
    for (var row = first; row < end; row++) {
        let away = x[row * p.c + c] - mean;
        squares += away * away;
    }
    y[block * 2u * p.c + c] = mean;
    y[block * 2u * p.c + p.c + c] = squares;
}
