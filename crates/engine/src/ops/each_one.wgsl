// The function of what is stored at a time; goes after unary_fn.wgsl
fn each(v: Value) -> Value { return f(v); }

