//! Errors of the GPU. They arrive later than the call that caused them. Here they are collected, and the next read reports them.
use crate::error::{Error, Result};
use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
};

type Later = Pin<Box<dyn Future<Output = Option<wgpu::Error>>>>;

/// What was attempted, and the place where the answer will arrive.
struct Pending {
    label: String,
    failed: Rc<Cell<bool>>,
    scopes: [Later; 3],
}

pub struct Faults {
    device: wgpu::Device,
    pending: RefCell<Vec<Pending>>,
    /// Errors that no scope caught.
    stray: Arc<Mutex<Vec<String>>>,
    lost: Arc<Mutex<Option<String>>>,
}

impl Faults {
    pub fn new(device: wgpu::Device) -> Self {
        let stray = Arc::new(Mutex::new(vec![]));
        let strays = stray.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| lock(&strays).push(error.to_string())));
        let lost = Arc::new(Mutex::new(None));
        let loss = lost.clone();
        device.set_device_lost_callback(move |reason, message| {
            let why = if message.is_empty() { format!("{reason:?}") } else { message };
            lock(&loss).get_or_insert(why);
        });
        Faults { device, pending: RefCell::default(), stray, lost }
    }

    /// Runs `action`, and later asks WebGPU what went wrong in it. The flag is set once an answer says that the action failed.
    pub fn watch<R>(&self, label: &str, action: impl FnOnce() -> R) -> (R, Rc<Cell<bool>>) {
        use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
        let [first, second, third] = [Validation, OutOfMemory, Internal].map(|filter| self.device.push_error_scope(filter));
        let result = action();
        // Scopes are a stack: the last one pushed is the first to be popped.
        let scopes = [third, second, first].map(|scope| Box::pin(scope.pop()) as Later);
        let failed = Rc::new(Cell::new(false));
        self.pending.borrow_mut().push(Pending { label: label.to_string(), failed: failed.clone(), scopes });
        (result, failed)
    }

    /// Waits for the answers to everything that was watched so far. The earliest error comes first.
    pub async fn collect(&self) -> Vec<Error> {
        let pending = self.pending.take();
        let mut errors = vec![];
        for Pending { label, failed, scopes } in pending {
            for scope in scopes {
                if let Some(error) = scope.await {
                    failed.set(true);
                    errors.push(match &error {
                        wgpu::Error::OutOfMemory { .. } => Error::TooLarge(format!("{label}: the GPU's memory is full")),
                        other => Error::Device(format!("{label}: {other}")),
                    });
                }
            }
        }
        errors.extend(lock(&self.stray).drain(..).map(Error::Device));
        errors
    }

    pub fn lost(&self) -> Option<String> {
        lock(&self.lost).clone()
    }

    pub fn lose(&self, why: &str) {
        lock(&self.lost).get_or_insert(why.to_string());
    }

    /// Refuses if the device is gone, since nothing can be asked of it.
    pub fn alive(&self) -> Result<()> {
        self.lost().map_or(Ok(()), |why| Err(Error::Lost(why)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
