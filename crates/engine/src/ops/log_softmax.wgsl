// y[row, c] = x[row, c] − max − ln Σ exp(x[row, ·] − max); each thread computes one row
struct Params { rows: u32, classes: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [rows, classes]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [rows, classes]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let row = id.x + id.y * groups.x * 64u;
    if (row >= p.rows) { return; }
    let at = row * p.classes;
    var largest = x[at];
    for (var c = 1u; c < p.classes; c++) { largest = max(largest, x[at + c]); }
    var sum = 0.0;
    for (var c = 0u; c < p.classes; c++) { sum += exp(x[at + c] - largest); }
    for (var c = 0u; c < p.classes; c++) { y[at + c] = x[at + c] - largest - log(sum); }
}
