//! The browser as the workbench's host. A message is an array: the header as JSON, then its buffers, which are transferred.
use js_sys::{Array, ArrayBuffer, Uint8Array};
use receptive::workbench::{
    Host, Queue,
    job::Make,
    protocol::{Event, Message, Request},
    serve,
};
use std::{
    cell::RefCell,
    collections::VecDeque,
    rc::Rc,
    task::{Poll, Waker},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

struct Browser {
    scope: DedicatedWorkerGlobalScope,
    inbox: Rc<RefCell<Inbox>>,
    turns: MessageChannel,
    turn: Rc<RefCell<Turn>>,
}

#[derive(Default)]
struct Inbox {
    requests: VecDeque<Message<Request>>,
    waiting: Option<Waker>,
}

#[derive(Default)]
struct Turn {
    come: bool,
    waiting: Option<Waker>,
}

/// Serves these jobs.
pub fn start(jobs: &'static [Make]) {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        match Browser::new() {
            Ok(browser) => serve(jobs, &browser).await,
            Err(error) => web_sys::console::error_1(&error),
        }
    });
}

impl Browser {
    fn new() -> Result<Browser, JsValue> {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().dyn_into()?;
        let inbox = Rc::new(RefCell::new(Inbox::default()));
        let turn = Rc::new(RefCell::new(Turn::default()));
        let turns = MessageChannel::new()?;
        let on_request = Closure::<dyn FnMut(MessageEvent)>::new({
            let (inbox, scope) = (inbox.clone(), scope.clone());
            move |event: MessageEvent| match decode(&event.data()) {
                Ok(request) => {
                    let mut inbox = inbox.borrow_mut();
                    inbox.requests.push_back(request);
                    inbox.waiting.take().into_iter().for_each(Waker::wake);
                }
                Err(message) => post(&scope, &Message::new(Event::Failed { request: "message".into(), message })),
            }
        });
        scope.set_onmessage(Some(on_request.into_js_value().unchecked_ref()));
        let on_turn = Closure::<dyn FnMut()>::new({
            let turn = turn.clone();
            move || {
                let mut turn = turn.borrow_mut();
                turn.come = true;
                turn.waiting.take().into_iter().for_each(Waker::wake);
            }
        });
        turns.port1().set_onmessage(Some(on_turn.into_js_value().unchecked_ref()));
        Ok(Browser { scope, inbox, turns, turn })
    }
}

impl Host for Browser {
    fn now(&self) -> f64 {
        self.scope.performance().map_or_else(js_sys::Date::now, |p| p.now()) / 1000.0
    }
    fn send(&self, event: Message<Event>) {
        post(&self.scope, &event);
    }
}

impl Queue for Browser {
    fn poll(&self) -> Option<Message<Request>> {
        self.inbox.borrow_mut().requests.pop_front()
    }
    async fn wait(&self) -> Option<Message<Request>> {
        std::future::poll_fn(|cx| {
            let mut inbox = self.inbox.borrow_mut();
            match inbox.requests.pop_front() {
                Some(request) => Poll::Ready(Some(request)),
                None => {
                    inbox.waiting = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
    /// A turn of the event loop by a message to itself: a timer would take 4 ms.
    async fn pause(&self) {
        self.turn.borrow_mut().come = false;
        if self.turns.port2().post_message(&JsValue::NULL).is_err() {
            return;
        }
        std::future::poll_fn(|cx| {
            let mut turn = self.turn.borrow_mut();
            if turn.come {
                return Poll::Ready(());
            }
            turn.waiting = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }
}

fn decode(data: &JsValue) -> Result<Message<Request>, String> {
    let parts: &Array = data.dyn_ref().ok_or("expected an array of a header and its buffers")?;
    let header = parts.get(0).as_string().ok_or("expected a header as JSON text")?;
    let body = serde_json::from_str(&header).map_err(|e| format!("expected a request, found {header:?}: {e}"))?;
    let buffers = parts.iter().skip(1).map(|buffer| Uint8Array::new(&buffer).to_vec()).collect();
    Ok(Message::with(body, buffers))
}

fn post(scope: &DedicatedWorkerGlobalScope, event: &Message<Event>) {
    let parts = Array::new();
    let transfer = Array::new();
    parts.push(&JsValue::from_str(&serde_json::to_string(&event.body).unwrap_or_default()));
    for bytes in &event.buffers {
        let buffer: ArrayBuffer = Uint8Array::from(&bytes[..]).buffer();
        parts.push(&buffer);
        transfer.push(&buffer);
    }
    if let Err(error) = scope.post_message_with_transfer(&parts, &transfer) {
        web_sys::console::error_1(&error);
    }
}
