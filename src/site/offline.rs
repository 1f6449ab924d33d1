//! The service worker, which keeps the book for reading without a network. It is registered here, and is told what the page fetches.
use super::{browser::base_address, files};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// Registers the service worker, in release builds only. It is told every file that this page has fetched, since it starts after the page
/// and does not see all requests.
pub fn keep() {
    if cfg!(debug_assertions) {
        return;
    }
    // On an insecure address `navigator.serviceWorker` does not exist.
    let container: JsValue = window().navigator().service_worker().into();
    let Ok(container) = container.dyn_into::<web_sys::ServiceWorkerContainer>() else { return };
    leptos::task::spawn_local(async move {
        // The address is always the same. A changed content tells the browser that there is a new release.
        let address = format!("{}service-worker.js", base_address());
        let registered = JsFuture::from(container.register(&address)).await;
        // The book works without it. A refusal (private windows) is not shown as an error.
        if let (Ok(_), Ok(ready)) = (registered, container.ready())
            && let Ok(registration) = JsFuture::from(ready).await
            && let Ok(registration) = registration.dyn_into::<web_sys::ServiceWorkerRegistration>()
            && let Err(error) = tell_what_is_fetched(container, registration)
        {
            web_sys::console::error_1(&error);
        }
    });
}

/// Posts the page's release with the address of every file that it has fetched, and of each further one when it has arrived. When another
/// service worker takes over, all of them are posted again.
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
    // `buffered` asks for earlier entries, too. It works with a single `type`, which web-sys does not support.
    let all = js_sys::JSON::parse(r#"{"type": "resource", "buffered": true}"#)?;
    observer.observe(all.unchecked_ref());
    let again = Closure::<dyn Fn()>::new(move || {
        observer.disconnect();
        observer.observe(all.unchecked_ref());
    });
    container.set_oncontrollerchange(Some(again.into_js_value().unchecked_ref()));
    Ok(())
}
