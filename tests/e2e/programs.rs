//! The built programs use SIMD: their kernels compute four numbers at a time. Without it every network is four times slower, but no test is
//! slow enough to fail.
use crate::host;

/// f32x4.mul, as WebAssembly writes it.
const FOUR_PRODUCTS: [u8; 3] = [0xfd, 0xe6, 0x01];
/// The workers have hundreds of them. If compiled for size they had none.
const FEWEST: usize = 100;

#[test]
fn kernels_multiply_four_numbers_at_a_time() {
    for program in ["figures", "training", "photos"] {
        let bytes = std::fs::read(host::dist().join(format!("{program}_bg.wasm"))).expect("the worker's program");
        let found = bytes.windows(FOUR_PRODUCTS.len()).filter(|window| **window == FOUR_PRODUCTS).count();
        assert!(found >= FEWEST, "{program}: expected at least {FEWEST} products of four numbers, found {found}");
    }
}
