// Applies the function to one value, which is stored at a time. Needs unary_fn.wgsl before it
fn each(v: Value) -> Value { return f(v); }

