//! A library that is loaded before a program's own (`LD_PRELOAD`), and writes down in which order files are flushed and renamed.
use std::{
    env,
    ffi::{CStr, OsStr, c_char, c_int, c_void},
    fs::{self, OpenOptions},
    io::Write,
    mem,
    os::unix::ffi::OsStrExt,
    path::Path,
    ptr,
};

unsafe extern "C" {
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// The system's own function, which comes after this library's (RTLD_NEXT).
fn next(name: &CStr) -> *mut c_void {
    unsafe { dlsym(ptr::without_provenance_mut(usize::MAX), name.as_ptr()) }
}

fn write_down(what: &str, file: &Path) {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let record = env::var_os("WITNESSED").and_then(|path| OpenOptions::new().append(true).create(true).open(path).ok());
    if let Some(mut record) = record {
        drop(writeln!(record, "{what} {name}"));
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn fsync(file: c_int) -> c_int {
    write_down("flush", &fs::read_link(format!("/proc/self/fd/{file}")).unwrap_or_default());
    let own: extern "C" fn(c_int) -> c_int = unsafe { mem::transmute(next(c"fsync")) };
    own(file)
}

#[unsafe(no_mangle)]
pub extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    let path = unsafe { CStr::from_ptr(to) };
    write_down("rename", Path::new(OsStr::from_bytes(path.to_bytes())));
    let own: extern "C" fn(*const c_char, *const c_char) -> c_int = unsafe { mem::transmute(next(c"rename")) };
    own(from, to)
}
