// y[block, 0, c] = Σ dy, y[block, 1, c] = Σ dy · (x − mean) / √(variance + ε) over the block's rows; each thread computes one channel of one block
struct Params { rows: u32, c: u32, blocks: u32, length: u32, epsilon: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [rows, c]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [rows, c]
@group(0) @binding(3) var<storage, read> stats: array<f32>;      // [2, c] mean, variance
@group(0) @binding(4) var<storage, read_write> y: array<f32>;    // [blocks, 2, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i >= p.blocks * p.c) { return; }
    let c = i % p.c;
    let block = i / p.c;
    let first = min(block * p.length, p.rows);
    let end = min(first + p.length, p.rows);
    var plain = 0.0;
    var along = 0.0;
    for (var row = first; row < end; row++) {
        let g = dy[row * p.c + c];
        plain += g;
        along += g * (x[row * p.c + c] - stats[c]);
    }
    y[block * 2u * p.c + c] = plain;
    y[block * 2u * p.c + p.c + c] = along * inverseSqrt(stats[p.c + c] + p.epsilon);
}
