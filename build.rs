//! Asks the linker to leave relocations in the page's program, which is taken apart after linking (script/finish-dist).
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo:rustc-link-arg-bin=receptive-site=--emit-relocs");
    }
}
