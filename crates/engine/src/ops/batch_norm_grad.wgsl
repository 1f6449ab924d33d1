// dx = w / √(variance + ε) · (dy − Σ dy / rows − x̂ · Σ dy·x̂ / rows) with x̂ = (x − mean) / √(variance + ε); each thread computes four neighbours
struct Params { len: u32, c: u32, rows: u32, epsilon: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [rows, c]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [rows, c]
@group(0) @binding(3) var<storage, read> w: array<f32>;          // [c]
@group(0) @binding(4) var<storage, read> stats: array<f32>;      // [2, c] mean, variance
@group(0) @binding(5) var<storage, read> sums: array<f32>;       // [2, c] Σ dy, Σ dy·x̂
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;   // [rows, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let first = (id.x + id.y * groups.x * 64u) * 4u;
    for (var i = first; i < min(first + 4u, p.len); i++) {
        let c = i % p.c;
        let inverse = inverseSqrt(stats[p.c + c] + p.epsilon);
        let normal = (x[i] - stats[c]) * inverse;
        dx[i] = w[c] * inverse * (dy[i] - (sums[c] + normal * sums[p.c + c]) / f32(p.rows));
    }
}
