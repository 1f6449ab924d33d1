//! A program of the workbench's in a worker, a thread of the browser's own.
use super::{
    browser::text,
    client::{Client, Hear, Program},
    files,
};
use crate::{
    wire::{self, Part},
    workbench::protocol::{Message, Request},
};
use js_sys::Array;
use std::rc::Rc;
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

/// Starts a worker with this program; an error is a sentence.
pub fn start(program: Program, hear: Hear) -> Result<Box<dyn Client>, String> {
    let worker = spawn(program).map_err(|error| format!("The worker cannot start: {}", text(&error)))?;
    let hear = Rc::new(hear);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
        let hear = hear.clone();
        move |event: MessageEvent| {
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
    Ok(Box::new(worker))
}

impl Client for Worker {
    fn post(&self, request: &Message<Request, Part>) -> Result<(), String> {
        let (parts, transfer) = wire::parts(request)?;
        self.post_message_with_transfer(&parts, &transfer).map_err(|error| text(&error))
    }
    fn end(&self) {
        self.set_onmessage(None);
        self.set_onerror(None);
        self.terminate();
    }
}

/// From a blob that imports the program by its address: so the page's policy (no other origin) holds in the worker too.
fn spawn(program: Program) -> Result<Worker, JsValue> {
    let name = program.name();
    let (script, program) = (files::address(&format!("{name}.js")), files::address(&format!("{name}_bg.wasm")));
    let code = format!("importScripts(\"{script}\"); wasm_bindgen({{ module_or_path: \"{program}\" }});");
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&code.into()), &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    Worker::new(&address)
}
