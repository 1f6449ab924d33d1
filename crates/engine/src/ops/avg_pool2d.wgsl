// y[n, i, j, c] = Σ over the window of x[n, i·s + u − p, j·s + v − p, c] / count; each thread computes four channels
// Needs pool.wgsl and avg_pool2d_count.wgsl before it
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, c]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [n, oh, ow, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let fours = (p.c + 3u) / 4u;
    let pixel = index / fours;
    if (pixel >= p.n * p.oh * p.ow) { return; }
    let first = (index - pixel * fours) * 4u;
    let line = pixel / p.ow;
    let image = line / p.oh;
    let i = line - image * p.oh;
    let j = pixel - line * p.ow;
    let top = origin(down(), i) - p.ph;                          // wraps past zero, so one comparison suffices
    let left = origin(across(), j) - p.pw;
    // Channels past the end read the last channel again, and are not stored.
    let channels = min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(p.c - 1u));
    var s = vec4(0.0);
    for (var u = 0u; u < taps(down(), i); u++) {
        for (var v = 0u; v < taps(across(), j); v++) {
            if ((top + u >= p.h) | (left + v >= p.w)) { continue; }
            let at = channels + ((image * p.h + top + u) * p.w + left + v) * p.c;
            s += vec4(x[at.x], x[at.y], x[at.z], x[at.w]);
        }
    }
    s /= divisor(i, j);
    for (var e = 0u; e < min(4u, p.c - first); e++) { y[pixel * p.c + first + e] = s[e]; }
}
