// By what the sum under window (i, j) is divided: a fixed number, or how many values it has; pool.wgsl goes before

// Rows (or columns) of a window that lie in the input, or in the padded input. What overhangs that never counts.
fn counted(a: Axis, place: u32) -> u32 {
    let start = origin(a, place);
    let end = min(start + taps(a, place), a.values + 2u * a.p);
    return select(min(end, a.values + a.p) - max(start, a.p), end - start, p.count_padding == 1u);
}
fn divisor(i: u32, j: u32) -> f32 { return f32(select(counted(down(), i) * counted(across(), j), p.divisor, p.divisor > 0u)); }
