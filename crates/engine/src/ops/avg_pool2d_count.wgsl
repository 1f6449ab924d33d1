// The divisor of the sum under window (i, j): a fixed number, or the number of values under it. Needs pool.wgsl before it

// The number of rows (or columns) of a window that lie in the input, or in the padded input. Rows beyond that never count.
fn counted(a: Axis, place: u32) -> u32 {
    let start = origin(a, place);
    let end = min(start + taps(a, place), a.values + 2u * a.p);
    return select(min(end, a.values + a.p) - max(start, a.p), end - start, p.count_padding == 1u);
}
fn divisor(i: u32, j: u32) -> f32 { return f32(select(counted(down(), i) * counted(across(), j), p.divisor, p.divisor > 0u)); }
