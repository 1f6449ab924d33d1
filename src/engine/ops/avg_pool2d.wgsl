// y[n, i, j, c] = Σ over the window of x[n, i·s + u − p, j·s + v − p, c] / count, one value a thread; pool.wgsl and avg_pool2d_count.wgsl go before
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, c]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [n, oh, ow, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    if (at >= p.n * p.oh * p.ow * p.c) { return; }
    let place = split(at, p.oh, p.ow);
    let high = taps(down(), place.y);
    let wide = taps(across(), place.z);
    var s = 0.0;
    for (var u = 0u; u < high; u++) {
        let row = origin(down(), place.y) + u - p.ph;            // wraps past zero, so one comparison suffices
        for (var v = 0u; v < wide; v++) {
            let column = origin(across(), place.z) + v - p.pw;
            if ((row < p.h) & (column < p.w)) { s += x[((place.x * p.h + row) * p.w + column) * p.c + place.w]; }
        }
    }
    y[at] = s / divisor(place.y, place.z);
}
