// A head: the output of a sum of products, which starts at zero. It follows one.wgsl or four.wgsl
@group(0) @binding(3) var<storage, read_write> y: array<Value>;    // see below
fn start(o: u32) -> Value { return Value(0.0); }
fn finish(at: u32, sum: Value) -> Value { return sum; }

