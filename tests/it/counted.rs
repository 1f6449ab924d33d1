//! Counts the memory that a thread allocates, so that a test can bound what reading a file takes.
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

pub struct Counted;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // At the end of a thread the counter may be gone.
    let _ = NOW.try_with(|now| {
        now.set(now.get() + bytes);
        let _ = MOST.try_with(|most| most.set(most.get().max(now.get())));
    });
}

// The system's allocator does everything, with unchanged arguments.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc_zeroed(layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        unsafe { System.realloc(at, layout, size) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(at, layout) }
    }
}

/// The result of `run`, and the most bytes that it had allocated at once.
pub fn most<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let before = NOW.get();
    MOST.set(before);
    let made = run();
    (made, (MOST.get() - before).max(0) as u64)
}

#[test]
fn what_is_taken_at_once_is_counted() {
    let (_, twice) = most(|| [vec![0u8; 1_000_000], vec![1; 1_000_000]]);
    let (_, one_by_one) = most(|| (0..5).for_each(|_| drop(std::hint::black_box(vec![0u8; 1_000_000]))));
    assert!((2_000_000..2_001_000).contains(&twice), "{twice}");
    assert!((1_000_000..1_001_000).contains(&one_by_one), "{one_by_one}");
}
