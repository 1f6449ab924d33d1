// A head: the output of a sum of products, which starts at its bias; then a function is applied. It follows one.wgsl or four.wgsl
@group(0) @binding(3) var<storage, read> bias: array<Value>;       // [outputs]
@group(0) @binding(4) var<storage, read_write> y: array<Value>;    // see below
fn start(o: u32) -> Value { return bias[o]; }
fn finish(at: u32, sum: Value) -> Value { return each(sum); }

