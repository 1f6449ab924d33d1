//! Names that one holder among all tabs and workers has at a time, and lets go of however it ends (Web Locks).
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::DomException;

/// A lock that this page holds until this is dropped.
pub struct Held(Option<Function>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.0 {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// The browser's locks, and how one is requested. None on an insecure address.
fn locks() -> Option<(JsValue, Function)> {
    if cfg!(not(target_arch = "wasm32")) {
        return None;
    }
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some((locks, request))
}

/// Acts once nobody holds this lock. Where the browser has none it never does.
pub fn when_free(name: &str, act: impl FnOnce() + 'static) {
    if let Some((locks, request)) = locks() {
        let _ = request.call2(&locks, &name.into(), &Closure::once_into_js(act));
    }
}

/// The signal that gives a request up after so many milliseconds. None where the browser has no such signals.
fn patience(milliseconds: u32) -> Option<JsValue> {
    let signals = Reflect::get(&window(), &"AbortSignal".into()).ok()?;
    let timeout: Function = Reflect::get(&signals, &"timeout".into()).ok()?.dyn_into().ok()?;
    timeout.call1(&signals, &milliseconds.into()).ok()
}

/// Takes this lock. None where somebody holds it, and still does after so many milliseconds. Where the browser has none everybody gets it.
pub async fn acquire(name: &str, milliseconds: u32) -> Option<Held> {
    let Some((locks, request)) = locks() else { return Some(Held(None)) };
    let mut asked = Err(JsValue::NULL);
    let answer = Promise::new(&mut |tell, _| {
        // What it returns is held until that promise is kept: the answer is how to keep it.
        let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
            if lock.is_null() {
                let _ = tell.call1(&JsValue::NULL, &lock);
                return lock;
            }
            Promise::new(&mut |release, _| drop(tell.call1(&JsValue::NULL, &release))).into()
        });
        let options = Object::new();
        let waits = Some(milliseconds).filter(|milliseconds| *milliseconds > 0).and_then(patience);
        let (key, value) = waits.map_or(("ifAvailable", true.into()), |signal| ("signal", signal));
        asked = Reflect::set(&options, &key.into(), &value).and_then(|_| request.call3(&locks, &name.into(), &options, &granted));
    });
    // The request itself is answered only when it is refused, or when the lock is free again.
    let first = match asked {
        Ok(asked) => JsFuture::from(Promise::race(&Array::of2(&answer, &asked))).await,
        Err(error) => Err(error),
    };
    match first {
        Ok(release) => release.dyn_into().ok().map(|release| Held(Some(release))),
        Err(error) if error.dyn_ref::<DomException>().is_some_and(|error| error.name() == "TimeoutError") => None,
        // Where they are refused it is as where there are none.
        Err(_) => Some(Held(None)),
    }
}
