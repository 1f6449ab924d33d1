use pollster::block_on;
use receptive::engine::{autograd::*, gpu::*, ops::*, tensor::*};
fn main() {
    let gpu = block_on(Gpu::request(Which::Any)).unwrap();
    println!("{:?}", gpu.info());
    let dev = Device::Gpu(gpu.clone());
    let t = |d: &[usize]| {
        let n: usize = d.iter().product();
        Tensor::new(&dev, Shape::new(d), &(0..n).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0).collect::<Vec<_>>()).unwrap()
    };
    let one = t(&[1]);
    let time = |name: &str, f: &dyn Fn()| {
        f();
        block_on(one.values()).unwrap();
        let at = std::time::Instant::now();
        for _ in 0..5 {
            f()
        }
        block_on(one.values()).unwrap();
        println!("{name:<30} {:?}", at.elapsed() / 5);
    };
    let cases: Vec<(&str, [usize; 4], [usize; 4], usize)> =
        vec![("conv1", [64, 28, 28, 1], [5, 5, 1, 6], 2), ("conv2", [64, 14, 14, 6], [5, 5, 6, 16], 0)];
    for (name, x, w, p) in cases {
        let (x, w, b) = (t(&x), t(&w), t(&[w[3]]));
        time(&format!("{name} forward"), &|| {
            Var::constant(x.clone())
                .conv2d(&Var::constant(w.clone()), Some(&Var::constant(b.clone())), Window::square(5).padding(p), 1)
                .unwrap();
        });
        let y = Var::constant(x.clone()).conv2d(&Var::constant(w.clone()), None, Window::square(5).padding(p), 1).unwrap();
        for (what, gx, gw, gb) in [("dx", true, false, false), ("dw", false, true, false), ("db", false, false, true)] {
            let tape = Tape::default();
            let v = |g: bool, t: &Tensor| if g { tape.input(t.clone()) } else { tape.constant(t.clone()) };
            let l = v(gx, &x).conv2d(&v(gw, &w), Some(&v(gb, &b)), Window::square(5).padding(p), 1).unwrap();
            tape.read(|e| {
                let e = e.last().unwrap();
                time(&format!("{name} {what}"), &|| {
                    e.op.as_ref().unwrap().grad(&Backward { dy: l.value(), x: &e.x, y: &e.y, needs: &[gx, gw, gb] }).unwrap();
                });
            });
        }
        let tape = Tape::default();
        let v = tape.input(y.value().clone());
        let r = v.relu().unwrap();
        time(&format!("{name} relu"), &|| {
            Var::constant(v.value().clone()).relu().unwrap();
        });
        tape.read(|e| {
            let e = e.last().unwrap();
            time(&format!("{name} relu back"), &|| {
                e.op.as_ref().unwrap().grad(&Backward { dy: r.value(), x: &e.x, y: &e.y, needs: &[true] }).unwrap();
            });
        });
        let tape = Tape::default();
        let v = tape.input(y.value().clone());
        let m = v.max_pool2d(Window::square(2).stride(2), false).unwrap();
        time(&format!("{name} pool"), &|| {
            Var::constant(v.value().clone()).max_pool2d(Window::square(2).stride(2), false).unwrap();
        });
        tape.read(|e| {
            let e = e.last().unwrap();
            time(&format!("{name} pool back"), &|| {
                e.op.as_ref().unwrap().grad(&Backward { dy: m.value(), x: &e.x, y: &e.y, needs: &[true] }).unwrap();
            });
        });
    }
    let (x, w) = (t(&[64, 400]), t(&[400, 120]));
    time("fc1 forward", &|| {
        run(&MatMul::default(), &[&x, &w]).unwrap();
    });
    let dy = t(&[64, 120]);
    time("fc1 dw", &|| {
        run(&MatMul { transpose_a: true, transpose_b: false }, &[&x, &dy]).unwrap();
    });
    time("fc1 dx", &|| {
        run(&MatMul { transpose_a: false, transpose_b: true }, &[&dy, &w]).unwrap();
    });
}
