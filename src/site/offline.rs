//! The service worker, which keeps the book for when there is no network: registered, and told what the page fetches.
use super::{browser::base_address, files};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// Registers the service worker, in release builds only, and tells it what this page fetches, from the first file on: not all of it passes through it,
/// since it stands only some time after the page.
pub fn keep() {
    if cfg!(debug_assertions) {
        return;
    }
    // On an insecure address `navigator.serviceWorker` does not exist.
    let container: JsValue = window().navigator().service_worker().into();
    let Ok(container) = container.dyn_into::<web_sys::ServiceWorkerContainer>() else { return };
    leptos::task::spawn_local(async move {
        // Always one address: that its content has changed tells the browser of a new release.
        let address = format!("{}service-worker.js", base_address());
        let registered = JsFuture::from(container.register(&address)).await;
        // Without it the book still works; a refusal (private windows) is no error of the reader's.
        if let (Ok(_), Ok(ready)) = (registered, container.ready())
            && let Ok(registration) = JsFuture::from(ready).await
            && let Ok(registration) = registration.dyn_into::<web_sys::ServiceWorkerRegistration>()
            && let Err(error) = tell_what_is_fetched(container, registration)
        {
            web_sys::console::error_1(&error);
        }
    });
}

/// Posts the page's release with the address of every file that it has fetched, and of every further one as soon as it has come; all of them again where a
/// service worker takes the place of another.
fn tell_what_is_fetched(
    container: web_sys::ServiceWorkerContainer,
    registration: web_sys::ServiceWorkerRegistration,
) -> Result<(), JsValue> {
    let fetched = Closure::<dyn Fn(web_sys::PerformanceObserverEntryList)>::new(move |list: web_sys::PerformanceObserverEntryList| {
        let name = |entry: JsValue| entry.dyn_into::<web_sys::PerformanceEntry>().map(|entry| JsValue::from(entry.name()));
        let names: js_sys::Array = list.get_entries().iter().filter_map(|entry| name(entry).ok()).collect();
        let message = js_sys::Object::new();
        let said = js_sys::Reflect::set(&message, &"release".into(), &files::release().into())
            .and_then(|_| js_sys::Reflect::set(&message, &"fetched".into(), &names))
            .and_then(|_| registration.active().map_or(Ok(()), |worker| worker.post_message(&message)));
        if let Err(error) = said {
            web_sys::console::error_1(&error);
        }
    });
    let observer = web_sys::PerformanceObserver::new(&fetched.into_js_value().unchecked_into())?;
    // `buffered`, what came before it, is for one `type` only, which web-sys does not know.
    let all = js_sys::JSON::parse(r#"{"type": "resource", "buffered": true}"#)?;
    observer.observe(all.unchecked_ref());
    let again = Closure::<dyn Fn()>::new(move || {
        observer.disconnect();
        observer.observe(all.unchecked_ref());
    });
    container.set_oncontrollerchange(Some(again.into_js_value().unchecked_ref()));
    Ok(())
}
