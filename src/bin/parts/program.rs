//! WebAssembly as bytes: sections behind eight first ones (core specification, 5.5). Custom sections carry what a machine does not run.

const START: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;

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

fn push_number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The program without its custom sections: wasm-split leaves the names of functions there, where nobody reads them.
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

/// An empty program whose custom sections are others: one `numbers` (32 bits each, little-endian), and for each of these a `program`.
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
