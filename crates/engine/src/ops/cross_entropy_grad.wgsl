// dx[n, c] = dy[n] · (softmax(x[n, ·])[c] − [c = target[n]]); each thread computes one row
struct Params { rows: u32, classes: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [rows]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [rows, classes]
@group(0) @binding(3) var<storage, read> target_: array<f32>;    // [rows] class numbers
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;   // [rows, classes]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let row = id.x + id.y * groups.x * 64u;
    if (row >= p.rows) { return; }
    let at = row * p.classes;
    var largest = x[at];
    for (var c = 1u; c < p.classes; c++) { largest = max(largest, x[at + c]); }
    var sum = 0.0;
    for (var c = 0u; c < p.classes; c++) { sum += exp(x[at + c] - largest); }
    for (var c = 0u; c < p.classes; c++) {
        let right = select(0.0, 1.0, c == u32(target_[row]));
        dx[at + c] = dy[row] * (exp(x[at + c] - largest) / sum - right);
    }
}
