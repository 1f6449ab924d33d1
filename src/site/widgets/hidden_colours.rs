//! A bitmap's pixels with the colours that its transparency hides: a canvas of two dimensions multiplies them by the opacity, a texture keeps them.
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlCanvasElement, ImageBitmap, WebGl2RenderingContext as Gl, WebGlFramebuffer, WebGlTexture, WebglLoseContext};

/// Bytes that it takes besides: a texture, and those that it is made smaller through.
pub fn needed([width, height]: [u32; 2]) -> u64 {
    6 * u64::from(width) * u64::from(height)
}

/// Red, green, blue and opacity of a bitmap that was not multiplied by its opacity, made to have so many columns and rows.
pub fn pixels(bitmap: &ImageBitmap, wanted: [usize; 2]) -> Result<Vec<u8>, JsValue> {
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    let gl: Gl = canvas.get_context("webgl2")?.ok_or_else(|| js_sys::Error::new("this browser has no WebGL 2"))?.unchecked_into();
    let pixels = read(&gl, bitmap, wanted.map(|side| side as i32));
    // Browsers give a page only some of them.
    if let Ok(Some(extension)) = gl.get_extension("WEBGL_lose_context") {
        extension.unchecked_into::<WebglLoseContext>().lose_context();
    }
    pixels
}

fn read(gl: &Gl, bitmap: &ImageBitmap, wanted: [i32; 2]) -> Result<Vec<u8>, JsValue> {
    let mut sides = [bitmap.width(), bitmap.height()].map(|side| side as i32);
    let texture = bound(gl);
    gl.tex_image_2d_with_u32_and_u32_and_image_bitmap(Gl::TEXTURE_2D, 0, Gl::RGBA8 as i32, Gl::RGBA, Gl::UNSIGNED_BYTE, bitmap)?;
    let mut from = framed(gl, Gl::READ_FRAMEBUFFER, texture.as_ref());
    while sides != wanted {
        // By halves at most, since a pixel is made of four.
        let next = [0, 1].map(|axis| wanted[axis].max((sides[axis] + 1) / 2).min(sides[axis]));
        let smaller = bound(gl);
        gl.tex_storage_2d(Gl::TEXTURE_2D, 1, Gl::RGBA8, next[0], next[1]);
        let to = framed(gl, Gl::DRAW_FRAMEBUFFER, smaller.as_ref());
        gl.bind_framebuffer(Gl::READ_FRAMEBUFFER, from.as_ref());
        gl.blit_framebuffer(0, 0, sides[0], sides[1], 0, 0, next[0], next[1], Gl::COLOR_BUFFER_BIT, Gl::LINEAR);
        (sides, from) = (next, to);
    }
    gl.bind_framebuffer(Gl::READ_FRAMEBUFFER, from.as_ref());
    let mut pixels = vec![0; 4 * wanted[0] as usize * wanted[1] as usize];
    gl.read_pixels_with_opt_u8_array(0, 0, wanted[0], wanted[1], Gl::RGBA, Gl::UNSIGNED_BYTE, Some(&mut pixels))?;
    match gl.get_error() {
        Gl::NO_ERROR => Ok(pixels),
        error => Err(js_sys::Error::new(&format!("WebGL's error {error:#x}")).into()),
    }
}

fn bound(gl: &Gl) -> Option<WebGlTexture> {
    let texture = gl.create_texture();
    gl.bind_texture(Gl::TEXTURE_2D, texture.as_ref());
    texture
}

fn framed(gl: &Gl, target: u32, texture: Option<&WebGlTexture>) -> Option<WebGlFramebuffer> {
    let frame = gl.create_framebuffer();
    gl.bind_framebuffer(target, frame.as_ref());
    gl.framebuffer_texture_2d(target, Gl::COLOR_ATTACHMENT0, Gl::TEXTURE_2D, texture, 0);
    frame
}
