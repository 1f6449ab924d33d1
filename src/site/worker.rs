//! A program of the workbench in a web worker.
use super::{
    browser::text,
    client::{Client, Hear, Program},
    files, lock,
};
use crate::{
    wire::{self, Part},
    workbench::protocol::{Message, Request},
};
use js_sys::Array;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

impl Program {
    fn name(self) -> &'static str {
        match self {
            Program::Figures => "figures",
            Program::Training => "training",
            Program::Photos => "photos",
        }
    }
}

/// A running worker.
struct Running {
    worker: Worker,
    /// Whether this page ended it.
    ended: Rc<Cell<bool>>,
}

/// Starts a worker with this program. An error is a sentence.
pub fn start(program: Program, hear: Hear) -> Result<Box<dyn Client>, String> {
    let name = format!("worker {}", js_sys::Math::random());
    let worker = spawn(program, &name).map_err(|error| format!("The worker cannot start: {}", text(&error)))?;
    let (hear, ended, watched) = (Rc::new(hear), Rc::new(Cell::new(false)), Cell::new(false));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
        let (hear, ended) = (hear.clone(), ended.clone());
        move |event: MessageEvent| {
            if !watched.replace(true) {
                let (hear, ended) = (hear.clone(), ended.clone());
                lock::when_free(&name, move || {
                    if !ended.get() {
                        hear(Err("The worker was ended from outside; the browser may have needed its memory.".into()));
                    }
                });
            }
            hear(wire::message(&event.data()).map_err(|error| format!("The worker sent what this page does not understand: {error}")));
        }
    });
    worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
        event.prevent_default();
        let message = event.message();
        hear(Err(match message.is_empty() {
            true => "The worker's program could not be loaded.".into(),
            false => format!("The worker stopped: {message}"),
        }));
    });
    worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
    Ok(Box::new(Running { worker, ended }))
}

impl Client for Running {
    fn post(&self, request: &Message<Request, Part>) -> Result<(), String> {
        let (parts, transfer) = wire::parts(request)?;
        self.worker.post_message_with_transfer(&parts, &transfer).map_err(|error| text(&error))
    }
    fn end(&self) {
        self.ended.set(true);
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Starts the worker from a blob that imports the program by its address. So the page's policy (no other origin) holds in the worker, too.
/// The worker holds a lock, which the browser releases however it ends. Asking it whether it lives would not work, since a worker that
/// computes does not answer.
fn spawn(program: Program, lock: &str) -> Result<Worker, JsValue> {
    let name = program.name();
    let (script, program) = (files::address(&format!("{name}.js")), files::address(&format!("{name}_bg.wasm")));
    let code = format!(
        "const tell = error => setTimeout(() => {{ throw error; }});
        const start = () => {{ importScripts(\"{script}\"); wasm_bindgen({{ module_or_path: \"{program}\" }}).catch(tell); }};
        const live = () => {{ start(); return new Promise(() => {{}}); }};
        if (navigator.locks) navigator.locks.request(\"{lock}\", live).catch(tell); else start();"
    );
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&code.into()), &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    Worker::new(&address)
}
