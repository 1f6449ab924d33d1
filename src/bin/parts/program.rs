//! WebAssembly as bytes: sections after a header of eight bytes (core specification, 5.5). A machine does not run custom sections.

const START: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;

/// A number in LEB128, and the position after it.
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

fn push_number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The program without its custom sections. wasm-split leaves the names of functions there, which are not needed.
pub fn stripped(program: &[u8]) -> Result<Vec<u8>, String> {
    let broken = || String::from("expected a whole WebAssembly program");
    let mut kept = START.to_vec();
    let mut at = program.strip_prefix(START).map(|_| START.len()).ok_or_else(broken)?;
    while at < program.len() {
        let (length, content) = number(program, at + 1).ok_or_else(broken)?;
        let end = content.checked_add(length).filter(|end| *end <= program.len()).ok_or_else(broken)?;
        if program[at] != CUSTOM {
            kept.extend(&program[at..end]);
        }
        at = end;
    }
    Ok(kept)
}

/// An empty program with custom sections: one `numbers` (32 bits each, little-endian), and a `program` for each of these programs.
pub fn joined(numbers: &[u32], programs: &[Vec<u8>]) -> Vec<u8> {
    let mut all = START.to_vec();
    push_section(&mut all, "numbers", &numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>());
    for program in programs {
        push_section(&mut all, "program", program);
    }
    all
}

fn push_section(bytes: &mut Vec<u8>, name: &str, content: &[u8]) {
    let mut section = vec![];
    push_number(&mut section, name.len());
    section.extend(name.bytes().chain(content.iter().copied()));
    bytes.push(CUSTOM);
    push_number(bytes, section.len());
    bytes.extend(section);
}
