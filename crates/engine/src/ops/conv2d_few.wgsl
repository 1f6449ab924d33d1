// y[m, o] = start(o) + Σ_c x[m, c] · w[c, o]; each thread computes four channels of one pixel
// A 1×1 convolution of few pixels. Needs a head and tiles.wgsl before it
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 16u;
    let outs = p.co / 4u;
    if (index >= p.n * p.oh * p.ow * outs) { return; }
    let o = index % outs;
    let channels = p.ci / 4u;
    let pixel = index / outs * channels;
    var sum = start(o);
    for (var k = 0u; k < channels; k++) { sum += weights(k * p.co + o) * x[pixel + k]; }
    y[index] = finish(index, sum);
}
