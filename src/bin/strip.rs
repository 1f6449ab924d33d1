//! Takes the names of functions out of WebAssembly programs: `strip FILE.wasm…`. wasm-split leaves them in its parts, where nobody reads them.
use std::{fs, process::ExitCode};

/// A number in LEB128 and where it ends.
fn number(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let (mut value, mut shift) = (0usize, 0);
    loop {
        let byte = *bytes.get(at)?;
        at += 1;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte < 0x80 {
            return Some((value, at));
        }
    }
}

/// The program without its custom sections (section id 0; WebAssembly core specification, 5.5.3); None where it is none.
fn stripped(program: &[u8]) -> Option<Vec<u8>> {
    let mut kept = program.strip_prefix(b"\0asm").map(|_| program[..8.min(program.len())].to_vec())?;
    let mut at = 8;
    while at < program.len() {
        let (length, content) = number(program, at + 1)?;
        let end = content.checked_add(length).filter(|end| *end <= program.len())?;
        if program[at] != 0 {
            kept.extend(&program[at..end]);
        }
        at = end;
    }
    Some(kept)
}

fn main() -> ExitCode {
    for file in std::env::args().skip(1) {
        let done = fs::read(&file).map_err(|error| error.to_string()).and_then(|program| {
            let small = stripped(&program).ok_or("expected a whole WebAssembly program")?;
            fs::write(&file, small).map_err(|error| error.to_string())
        });
        if let Err(error) = done {
            eprintln!("strip: {file}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
