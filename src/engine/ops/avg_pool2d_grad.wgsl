// dx[n, y, x, c] = Σ over the windows above it of dy[n, i, j, c] / count, one value a thread; pool.wgsl and avg_pool2d_count.wgsl go before
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [n, oh, ow, c]
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;   // [n, h, w, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    if (at >= p.n * p.h * p.w * p.c) { return; }
    let value = split(at, p.h, p.w);
    var s = 0.0;
    for (var i = first_over(down(), value.y); i <= last_over(down(), value.y); i++) {
        for (var j = first_over(across(), value.z); j <= last_over(across(), value.z); j++) {
            s += dy[((value.x * p.oh + i) * p.ow + j) * p.c + value.w] / divisor(i, j);
        }
    }
    dx[at] = s;
}
