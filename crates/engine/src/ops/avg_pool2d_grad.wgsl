// dx[n, y, x, c] = Σ over the windows above it of dy[n, i, j, c] / count; each thread computes four channels
// Needs pool.wgsl and avg_pool2d_count.wgsl before it
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [n, oh, ow, c]
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;   // [n, h, w, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let fours = (p.c + 3u) / 4u;
    let pixel = index / fours;
    if (pixel >= p.n * p.h * p.w) { return; }
    let first = (index - pixel * fours) * 4u;
    let line = pixel / p.w;
    let image = line / p.h;
    let x = pixel - line * p.w;
    let y = line - image * p.h;
    let from_i = first_over(down(), y);
    let from_j = first_over(across(), x);
    let to_i = last_over(down(), y);
    let to_j = last_over(across(), x);
    var s = vec4(0.0);
    for (var i = from_i; i <= to_i; i++) {
        for (var j = from_j; j <= to_j; j++) {
            let at = ((image * p.oh + i) * p.ow + j) * p.c;
            let c = min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(p.c - 1u)) + vec4(at);
            s += vec4(dy[c.x], dy[c.y], dy[c.z], dy[c.w]) / divisor(i, j);
        }
    }
    for (var e = 0u; e < min(4u, p.c - first); e++) { dx[pixel * p.c + first + e] = s[e]; }
}
