//! The reader's camera: it is opened on request, read one frame at a time, and closed.
use super::canvas::{Pixels, grab};
use crate::site::browser::text;
use futures_channel::oneshot;
use js_sys::Reflect;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

/// An open camera: the stream, and the element that plays it.
#[derive(Clone)]
pub struct Camera {
    stream: MediaStream,
    video: HtmlVideoElement,
}

impl Camera {
    /// Opens the camera. An error is a sentence. If the reader grants it when nobody waits any more, it is closed at once.
    pub async fn open() -> Result<Camera, String> {
        let (sender, receiver) = oneshot::channel();
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(Ok(camera)) = sender.send(Self::opened().await) {
                camera.stop();
            }
        });
        let opened = receiver.await.unwrap_or_else(|_| Err(js_sys::Error::new("nobody answered").into()));
        opened.map_err(|error| format!("The camera cannot be used: {}.", text(&error).trim_end_matches('.')))
    }
    async fn opened() -> Result<Camera, JsValue> {
        let wanted = MediaStreamConstraints::new();
        wanted.set_video(&JsValue::TRUE);
        let devices: JsValue = window().navigator().media_devices()?.into();
        if devices.is_undefined() {
            return Err(js_sys::Error::new("this browser gives it to pages with a secure address (https) only").into());
        }
        let devices: web_sys::MediaDevices = devices.unchecked_into();
        let stream: MediaStream = JsFuture::from(devices.get_user_media_with_constraints(&wanted)?).await?.unchecked_into();
        let video: HtmlVideoElement = document().create_element("video")?.unchecked_into();
        video.set_src_object(Some(&stream));
        video.set_muted(true);
        // Without this a phone shows the video in full screen.
        Reflect::set(&video, &"playsInline".into(), &JsValue::TRUE)?;
        JsFuture::from(video.play()?).await?;
        Ok(Camera { stream, video })
    }
    /// The present frame, with at most `most` pixels along the longer side. None before the first frame.
    pub fn frame(&self, most: u32) -> Option<Result<Pixels, String>> {
        let video = &self.video;
        (video.video_width() > 0).then(|| {
            grab(video.video_height(), video.video_width(), most, |context, width, height| {
                context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height)
            })
        })
    }
    /// Stops the stream and removes it from the element.
    pub fn stop(&self) {
        self.stream.get_tracks().iter().for_each(|track| track.unchecked_into::<MediaStreamTrack>().stop());
        self.video.set_src_object(None);
    }
}
