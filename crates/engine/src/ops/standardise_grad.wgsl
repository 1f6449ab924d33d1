// dx[row, ·] = (dy − mean of dy − x̂ · mean of dy·x̂) / √(variance + ε) with x̂ = (x − mean) / √(variance + ε); each thread computes one row
struct Params { rows: u32, n: u32, epsilon: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [rows, n]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [rows, n]
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;   // [rows, n]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let row = id.x + id.y * groups.x * 64u;
    if (row >= p.rows) { return; }
    let at = row * p.n;
    let n = f32(p.n);
    var sum = 0.0;
    var plain = 0.0;
    for (var i = 0u; i < p.n; i++) {
        sum += x[at + i];
        plain += dy[at + i];
    }
    let mean = sum / n;
    var squares = 0.0;
    var along = 0.0;
    for (var i = 0u; i < p.n; i++) {
        let away = x[at + i] - mean;
        squares += away * away;
        along += dy[at + i] * away;
    }
    let inverse = inverseSqrt(squares / n + p.epsilon);
    let slope = along * inverse * inverse / n;
    for (var i = 0u; i < p.n; i++) { dx[at + i] = (dy[at + i] - plain / n - (x[at + i] - mean) * slope) * inverse; }
}
