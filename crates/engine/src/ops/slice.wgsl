// y[i0, i1, …] = x[…, (start_a + step_a · ia) / every_a, …], or `fill` where a division leaves a remainder or the place lies outside x
struct Params {
    dims: array<vec4<u32>, 2>, source: array<vec4<u32>, 2>, strides: array<vec4<u32>, 2>,
    start: array<vec4<i32>, 2>, step: array<vec4<i32>, 2>, every: array<vec4<i32>, 2>,
    rank: u32, len: u32, fill: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [source]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [dims]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i >= p.len) { return; }
    var rest = i;
    var origin = 0u;
    var inside = true;
    for (var axis = p.rank; axis > 0u; axis--) {
        let a = (axis - 1u) / 4u;
        let b = (axis - 1u) % 4u;
        let n = p.dims[a][b];
        let at = p.start[a][b] + p.step[a][b] * i32(rest % n);
        // A negative place wraps to a large number, which is outside.
        let place = u32(at) / u32(p.every[a][b]);
        inside = inside & (at >= 0) & (u32(at) % u32(p.every[a][b]) == 0u) & (place < p.source[a][b]);
        origin += min(place, p.source[a][b] - 1u) * p.strides[a][b];
        rest /= n;
    }
    y[i] = select(p.fill, x[origin], inside);
}
