//! Writes every shader without its comments and indents to where `wgsl!` includes it. Comments and indents are a fifth of the shaders'
//! text, and no worker needs them.
use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    for folder in ["src/autograd", "src/ops"] {
        println!("cargo:rerun-if-changed={folder}");
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            if let (Some(name), true) = (file.file_name(), file.extension().is_some_and(|e| e == "wgsl")) {
                fs::write(Path::new(&out).join(name), without_comments(&fs::read_to_string(&file)?))?;
            }
        }
    }
    Ok(())
}

fn without_comments(shader: &str) -> String {
    let code = shader.lines().map(|line| line.split("//").next().unwrap_or(line).trim());
    code.filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}
