//! The browser's worker as the workbench's host.
use receptive::{
    wire,
    workbench::{
        Host, Queue,
        job::Make,
        protocol::{Event, Message, Request},
        serve,
    },
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
    /// Messages in their order. Each is read only when its turn has come, so that no two files are in memory at once.
    requests: VecDeque<JsValue>,
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
            let inbox = inbox.clone();
            move |event: MessageEvent| {
                let mut inbox = inbox.borrow_mut();
                inbox.requests.push_back(event.data());
                inbox.waiting.take().into_iter().for_each(Waker::wake);
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
        loop {
            let data = self.inbox.borrow_mut().requests.pop_front()?;
            match wire::message(&data) {
                Ok(request) => return Some(request),
                Err(message) => {
                    let failed = Event::Failed { request: "message".into(), message };
                    self.send(Message::new(failed).numbered(wire::question(&data)));
                }
            }
        }
    }
    async fn wait(&self) -> Option<Message<Request>> {
        std::future::poll_fn(|cx| {
            let request = self.poll();
            if request.is_some() {
                return Poll::Ready(request);
            }
            self.inbox.borrow_mut().waiting = Some(cx.waker().clone());
            Poll::Pending
        })
        .await
    }
    /// Waits for a turn of the event loop by a message to itself. A timer would take 4 ms.
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

fn post(scope: &DedicatedWorkerGlobalScope, event: &Message<Event>) {
    let posted =
        wire::parts(event).map_err(JsValue::from).and_then(|(parts, transfer)| scope.post_message_with_transfer(&parts, &transfer));
    if let Err(error) = posted {
        web_sys::console::error_1(&error);
    }
}
