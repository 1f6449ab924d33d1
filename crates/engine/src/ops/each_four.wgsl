// The function of what is stored at a time; goes after unary_fn.wgsl
fn each(v: Value) -> Value { return vec4(f(v.x), f(v.y), f(v.z), f(v.w)); }

