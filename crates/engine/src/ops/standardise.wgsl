// y[row, ·] = (x[row, ·] − mean) / √(variance + ε); each thread computes one row
struct Params { rows: u32, n: u32, epsilon: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [rows, n]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [rows, n]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let row = id.x + id.y * groups.x * 64u;
    if (row >= p.rows) { return; }
    let at = row * p.n;
    var sum = 0.0;
    for (var i = 0u; i < p.n; i++) { sum += x[at + i]; }
    let mean = sum / f32(p.n);
    var squares = 0.0;
    for (var i = 0u; i < p.n; i++) { squares += (x[at + i] - mean) * (x[at + i] - mean); }
    let inverse = inverseSqrt(squares / f32(p.n) + p.epsilon);
    for (var i = 0u; i < p.n; i++) { y[at + i] = (x[at + i] - mean) * inverse; }
}
