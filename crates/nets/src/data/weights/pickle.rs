//! Python's pickle, as far as PyTorch's files need it: a stack machine that builds plain values and never calls anything.
//!
//! Reference: pickletools in Python's standard library. A class or function in a file becomes its name, and its result becomes a value that records the call.
use std::{collections::HashMap, ops::Range};

/// A value's place in the machine. Values refer to each other by place, so that no nested or cyclic file can exhaust the program's stack.
pub(super) type Place = usize;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// None, a boolean, a fraction: values that no tensor needs.
    Other,
    Int(i64),
    /// The position of a text in the bytes.
    Text(Range<usize>),
    Tuple(Vec<Place>),
    List(Vec<Place>),
    Dict(Vec<(Place, Place)>),
    /// The module and the name of a class or function.
    Global(Range<usize>, Range<usize>),
    /// A call that was not made: the function, and its arguments.
    Made(Place, Place),
    /// A value that the file keeps elsewhere: a storage.
    Persistent(Place),
}

pub(super) struct Pickle<'a> {
    bytes: &'a [u8],
    at: usize,
    values: Vec<Value>,
    stack: Vec<Place>,
    marks: Vec<usize>,
    memo: HashMap<usize, Place>,
    /// The place that all values like None share.
    other: Place,
}

/// The largest number of values, which is more than any state dict has. A file with more is refused.
const MOST: usize = 1_000_000;

type Read<T> = Result<T, String>;

/// Reads one pickle from `start`. Returns the machine, the place of the result, and the position of its end in the bytes.
pub(super) fn unpickle(bytes: &[u8], start: usize) -> Read<(Pickle<'_>, Place, usize)> {
    let mut pickle = Pickle { bytes, at: start, values: vec![Value::Other], stack: vec![], marks: vec![], memo: HashMap::new(), other: 0 };
    for _ in 0..4 * MOST {
        let at = pickle.at;
        let code = pickle.byte()?;
        if code == b'.' {
            let made = pickle.pop()?;
            let end = pickle.at;
            return Ok((pickle, made, end));
        }
        pickle.step(code).map_err(|error| format!("{error} (pickle operation {code:#04x} at byte {at})"))?;
    }
    Err(format!("more than {} operations, which no state dict needs", 4 * MOST))
}

impl Pickle<'_> {
    pub(super) fn value(&self, place: Place) -> &Value {
        self.values.get(place).unwrap_or(&Value::Other)
    }
    /// The identifiers of all storages that the file keeps elsewhere.
    pub(super) fn persistent(&self) -> impl Iterator<Item = Place> {
        self.values.iter().filter_map(|value| if let Value::Persistent(id) = value { Some(*id) } else { None })
    }
    pub(super) fn text(&self, place: Place) -> Option<&str> {
        match self.value(place) {
            Value::Text(range) => std::str::from_utf8(self.bytes.get(range.clone())?).ok(),
            _ => None,
        }
    }
    pub(super) fn int(&self, place: Place) -> Option<i64> {
        if let Value::Int(n) = self.value(place) { Some(*n) } else { None }
    }
    /// The integers of a tuple or list, none of which may be negative.
    pub(super) fn sizes(&self, place: Place) -> Option<Vec<usize>> {
        let (Value::Tuple(items) | Value::List(items)) = self.value(place) else { return None };
        items.iter().map(|item| usize::try_from(self.int(*item)?).ok()).collect()
    }
    /// `module.name` of a class or function.
    pub(super) fn global(&self, place: Place) -> Option<String> {
        let Value::Global(module, name) = self.value(place) else { return None };
        let text = |range: &Range<usize>| std::str::from_utf8(self.bytes.get(range.clone())?).ok();
        Some(format!("{}.{}", text(module)?, text(name)?))
    }
    fn take(&mut self, n: usize) -> Read<Range<usize>> {
        let end = self.at.checked_add(n).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| format!("the file breaks off: {n} bytes were expected after byte {}", self.at))?;
        let range = self.at..end;
        self.at = end;
        Ok(range)
    }
    fn byte(&mut self) -> Read<u8> {
        let range = self.take(1)?;
        Ok(self.bytes[range.start])
    }
    /// An unsigned integer of n bytes, little-endian.
    fn number(&mut self, n: usize) -> Read<u64> {
        let range = self.take(n)?;
        Ok(self.bytes[range].iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)))
    }
    fn length(&mut self, n: usize) -> Read<usize> {
        usize::try_from(self.number(n)?).map_err(|e| e.to_string())
    }
    fn line(&mut self) -> Read<Range<usize>> {
        let start = self.at;
        let length = self.bytes[start..].iter().position(|b| *b == b'\n').ok_or("the file breaks off within a line")?;
        self.at = start + length + 1;
        Ok(start..start + length)
    }
    fn push(&mut self, value: Value) -> Read<()> {
        if self.values.len() >= MOST {
            return Err(format!("more than {MOST} values, which no state dict has"));
        }
        self.stack.push(self.values.len());
        self.values.push(value);
        Ok(())
    }
    fn pop(&mut self) -> Read<Place> {
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err("a value was expected on the stack, found none".into());
        }
        self.stack.pop().ok_or_else(|| "an empty stack".into())
    }
    fn top(&self) -> Read<Place> {
        self.stack.last().copied().ok_or_else(|| "a value was expected on the stack, found none".into())
    }
    /// The values above the last mark.
    fn marked(&mut self) -> Read<Vec<Place>> {
        let mark = self.marks.pop().filter(|mark| *mark <= self.stack.len()).ok_or("a mark was expected on the stack, found none")?;
        Ok(self.stack.split_off(mark))
    }
    fn remember(&mut self, key: usize) -> Read<()> {
        let top = self.top()?;
        if self.memo.len() >= MOST {
            return Err(format!("more than {MOST} values to remember"));
        }
        self.memo.insert(key, top);
        Ok(())
    }
    fn recall(&mut self, key: usize) -> Read<()> {
        let place = *self.memo.get(&key).ok_or_else(|| format!("nothing was remembered as number {key}"))?;
        self.place(place)
    }
    fn place(&mut self, place: Place) -> Read<()> {
        if self.stack.len() >= MOST {
            return Err(format!("more than {MOST} values on the stack"));
        }
        self.stack.push(place);
        Ok(())
    }
    fn append(&mut self, items: &[Place]) -> Read<()> {
        let list = self.top()?;
        match &mut self.values[list] {
            Value::List(values) => values.extend(items),
            Value::Made(..) | Value::Other => {}
            _ => return Err("a list was expected".into()),
        }
        Ok(())
    }
    fn insert(&mut self, items: &[Place]) -> Read<()> {
        let dict = self.top()?;
        match &mut self.values[dict] {
            Value::Dict(values) => values.extend(items.chunks_exact(2).map(|pair| (pair[0], pair[1]))),
            Value::Made(..) | Value::Other => {}
            _ => return Err("a dictionary was expected".into()),
        }
        Ok(())
    }
    fn tuple(&mut self, n: usize) -> Read<()> {
        let mut items = (0..n).map(|_| self.pop()).collect::<Read<Vec<_>>>()?;
        items.reverse();
        self.push(Value::Tuple(items))
    }
    /// A call, which is not made: an ordered dictionary becomes a dictionary, a parameter its tensor, and everything else a record of the call.
    fn call(&mut self, function: Place, arguments: Place) -> Read<()> {
        match (self.global(function).as_deref(), self.value(arguments)) {
            (Some("collections.OrderedDict"), _) => self.push(Value::Dict(vec![])),
            (Some("torch._utils._rebuild_parameter"), Value::Tuple(items)) => match items.first() {
                Some(tensor) => self.place(*tensor),
                None => Err("a parameter without a tensor".into()),
            },
            _ => self.push(Value::Made(function, arguments)),
        }
    }
    fn text_of(&mut self, width: usize) -> Read<()> {
        let n = self.length(width)?;
        let range = self.take(n)?;
        self.push(Value::Text(range))
    }
    fn step(&mut self, code: u8) -> Read<()> {
        match code {
            0x80 => self.take(1).map(|_| ()),
            0x95 => self.take(8).map(|_| ()),
            b'(' => {
                if self.marks.len() >= MOST {
                    return Err(format!("more than {MOST} marks"));
                }
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'0' => self.pop().map(|_| ()),
            b'1' => self.marked().map(|_| ()),
            b'2' => self.top().and_then(|top| self.place(top)),
            b'N' | 0x88 | 0x89 => self.place(self.other),
            b'G' => self.take(8).and_then(|_| self.place(self.other)),
            b'J' => self.number(4).and_then(|n| self.push(Value::Int(i64::from(n as u32 as i32)))),
            b'K' => self.number(1).and_then(|n| self.push(Value::Int(n as i64))),
            b'M' => self.number(2).and_then(|n| self.push(Value::Int(n as i64))),
            0x8a | 0x8b => {
                let n = self.length(if code == 0x8a { 1 } else { 4 })?;
                let range = self.take(n)?;
                match n {
                    0 => self.push(Value::Int(0)),
                    1..=8 => {
                        let bits = self.bytes[range].iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
                        let unused = 64 - 8 * n as u32;
                        self.push(Value::Int((bits << unused) as i64 >> unused))
                    }
                    // It is too large for a size, but its digits can be compared.
                    _ => self.push(Value::Text(range)),
                }
            }
            b'U' | b'C' | 0x8c => self.text_of(1),
            b'X' | b'T' | b'B' => self.text_of(4),
            0x8d | 0x8e => self.text_of(8),
            b')' => self.push(Value::Tuple(vec![])),
            b']' | 0x8f => self.push(Value::List(vec![])),
            b'}' => self.push(Value::Dict(vec![])),
            0x85..=0x87 => self.tuple(usize::from(code - 0x84)),
            b't' | b'l' | 0x91 => {
                let items = self.marked()?;
                self.push(if code == b't' { Value::Tuple(items) } else { Value::List(items) })
            }
            b'd' => {
                let items = self.marked()?;
                self.push(Value::Dict(items.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()))
            }
            b'a' => self.pop().and_then(|item| self.append(&[item])),
            b'e' | 0x90 => self.marked().and_then(|items| self.append(&items)),
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.insert(&[key, value])
            }
            b'u' => self.marked().and_then(|items| self.insert(&items)),
            b'c' => {
                let module = self.line()?;
                let name = self.line()?;
                self.push(Value::Global(module, name))
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (self.value(module).clone(), self.value(name).clone()) {
                    (Value::Text(module), Value::Text(name)) => self.push(Value::Global(module, name)),
                    _ => Err("a class's module and name were expected".into()),
                }
            }
            b'R' | 0x81 => {
                let arguments = self.pop()?;
                let function = self.pop()?;
                self.call(function, arguments)
            }
            0x92 => {
                let _ = (self.pop()?, self.pop()?, self.pop()?);
                self.place(self.other)
            }
            // The state of an object. For a dictionary it is PyTorch's note of versions, which is not needed.
            b'b' => self.pop().map(|_| ()),
            b'Q' => self.pop().and_then(|id| self.push(Value::Persistent(id))),
            b'q' => self.length(1).and_then(|key| self.remember(key)),
            b'r' => self.length(4).and_then(|key| self.remember(key)),
            0x94 => self.remember(self.memo.len()),
            b'h' => self.length(1).and_then(|key| self.recall(key)),
            b'j' => self.length(4).and_then(|key| self.recall(key)),
            _ => Err("an operation that no weight file of PyTorch has".into()),
        }
    }
}
