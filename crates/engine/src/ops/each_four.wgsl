// Applies the function to each of four values, which are stored at a time. Needs unary_fn.wgsl before it
fn each(v: Value) -> Value { return vec4(f(v.x), f(v.y), f(v.z), f(v.w)); }

