// y[0, c], y[1, c] = mean and variance of all rows, from the mean and the sum of squares of each block; each thread computes one channel
struct Params { rows: u32, c: u32, blocks: u32, length: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [blocks, 2, c]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [2, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let c = id.x + id.y * groups.x * 64u;
    if (c >= p.c) { return; }
    var mean = 0.0;
    var squares = 0.0;
    var seen = 0.0;
    for (var block = 0u; block < p.blocks; block++) {
        let first = min(block * p.length, p.rows);
        let count = f32(min(first + p.length, p.rows) - first);
        // An empty block, which may come at the end, has no share.
        let share = count / max(seen + count, 1.0);
        let away = x[block * 2u * p.c + c] - mean;
        mean += away * share;
        squares += select(0.0, x[block * 2u * p.c + p.c + c] + away * away * seen * share, count > 0.0);
        seen += count;
    }
    y[c] = mean;
    y[p.c + c] = squares / seen;
}
