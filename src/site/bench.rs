//! The page's end of the workbench: starts the worker, sends requests, hands on events, and notices when it dies.
use super::{browser::text, files};
use crate::workbench::protocol::{Event, Message, Request};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Url, Worker};

/// Milliseconds after which a worker that has not greeted is given up.
const PATIENCE: i32 = 60_000;

#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    Starting,
    Ready,
    /// It does not run any more; a sentence that says why.
    Dead(String),
}

struct Desk {
    worker: Worker,
    /// Requests made before the worker listened.
    waiting: Vec<Message<Request>>,
    status: RwSignal<Status>,
}

/// A worker, and where its events go. Clones share it.
#[derive(Clone)]
pub struct Bench(Rc<RefCell<Desk>>);

impl Bench {
    /// Starts a worker. `status` follows its life; `take` gets every event.
    pub fn start(status: RwSignal<Status>, take: impl Fn(Message<Event>) + 'static) -> Result<Bench, String> {
        status.set(Status::Starting);
        let worker = spawn().map_err(|e| format!("The worker cannot start: {}", text(&e)))?;
        let bench = Bench(Rc::new(RefCell::new(Desk { worker: worker.clone(), waiting: vec![], status })));
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let bench = bench.clone();
            move |event: MessageEvent| match decode(&event.data()) {
                Ok(event) => {
                    bench.greet(&event.body);
                    take(event);
                }
                Err(error) => bench.die(format!("The worker sent what this page does not understand: {error}")),
            }
        });
        worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new({
            let bench = bench.clone();
            move |event: ErrorEvent| {
                event.prevent_default();
                let message = event.message();
                bench.die(if message.is_empty() {
                    "The worker's program could not be loaded.".into()
                } else {
                    format!("The worker stopped: {message}")
                });
            }
        });
        worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
        let late = bench.clone();
        set_timeout(
            move || {
                if status.try_get_untracked() == Some(Status::Starting) {
                    late.die(format!("The worker did not answer within {} seconds.", PATIENCE / 1000));
                }
            },
            std::time::Duration::from_millis(PATIENCE as u64),
        );
        Ok(bench)
    }
    pub fn send(&self, request: Request) {
        self.send_with(Message::new(request));
    }
    pub fn send_with(&self, request: Message<Request>) {
        let mut desk = self.0.borrow_mut();
        match desk.status.get_untracked() {
            Status::Starting => desk.waiting.push(request),
            Status::Ready => {
                let worker = desk.worker.clone();
                drop(desk);
                if let Err(error) = post(&worker, &request) {
                    self.die(format!("A request could not be sent: {}", text(&error)));
                }
            }
            Status::Dead(_) => {}
        }
    }
    /// Ends the worker and says why.
    pub fn die(&self, why: String) {
        let desk = self.0.borrow();
        desk.worker.terminate();
        desk.status.try_set(Status::Dead(why));
    }
    /// Ends the worker, in the middle of whatever it does; nothing more is heard of it.
    pub fn end(&self) {
        self.0.borrow().worker.terminate();
    }
    fn greet(&self, event: &Event) {
        let Event::Hello { build } = event else { return };
        if build != crate::BUILD {
            self.die("The page and its worker are of different versions. Please reload the page.".into());
            return;
        }
        let (worker, waiting) = {
            let mut desk = self.0.borrow_mut();
            desk.status.try_set(Status::Ready);
            (desk.worker.clone(), std::mem::take(&mut desk.waiting))
        };
        for request in waiting {
            if let Err(error) = post(&worker, &request) {
                self.die(format!("A request could not be sent: {}", text(&error)));
            }
        }
    }
}

/// From a blob that imports the program by its address: so the page's policy (no other origin) holds in the worker too.
fn spawn() -> Result<Worker, JsValue> {
    let (script, program) = (files::address("worker.js"), files::address("worker_bg.wasm"));
    let code = format!("importScripts(\"{script}\"); wasm_bindgen({{ module_or_path: \"{program}\" }});");
    let kind = BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&code.into()), &kind)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    Worker::new(&address)
}

fn decode(data: &JsValue) -> Result<Message<Event>, String> {
    let parts: &Array = data.dyn_ref().ok_or("expected an array of a header and its buffers")?;
    let header = parts.get(0).as_string().ok_or("expected a header as JSON text")?;
    let body = serde_json::from_str(&header).map_err(|e| e.to_string())?;
    let buffers = parts.iter().skip(1).map(|buffer| Uint8Array::new(&buffer).to_vec()).collect();
    Ok(Message::with(body, buffers))
}

fn post(worker: &Worker, request: &Message<Request>) -> Result<(), JsValue> {
    let header = serde_json::to_string(&request.body).map_err(|e| JsValue::from_str(&e.to_string()))?;
    let (parts, transfer) = (Array::of1(&header.into()), Array::new());
    for bytes in &request.buffers {
        let buffer: ArrayBuffer = Uint8Array::from(&bytes[..]).buffer();
        parts.push(&buffer);
        transfer.push(&buffer);
    }
    worker.post_message_with_transfer(&parts, &transfer)
}
