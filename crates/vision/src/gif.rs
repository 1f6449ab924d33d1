//! A GIF's first picture on its screen: colours as its table has them, also where they are transparent.
use crate::files::Head;
use gif::{ColorOutput, DecodeOptions};

/// Red, green and blue of each pixel of the screen, which `head` has made room for. Around the picture lies, as in Pillow, the transparent colour, or the first.
pub(crate) fn decode(bytes: &[u8], head: &Head) -> Result<Vec<u8>, String> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    let mut decoder = options.read_info(bytes).map_err(|error| error.to_string())?;
    let frame = decoder.next_frame_info().map_err(|error| error.to_string())?.ok_or("it ends before its first picture")?;
    let [left, top, width, height] = [frame.left, frame.top, frame.width, frame.height].map(usize::from);
    let around = frame.transparent.unwrap_or(0);
    let table = decoder.palette().map_err(|error| error.to_string())?.as_chunks::<3>().0.to_vec();
    let colour = |index: u8| table.get(usize::from(index)).copied().unwrap_or_default();
    let mut indices = vec![0; decoder.buffer_size()];
    decoder.read_into_buffer(&mut indices).map_err(|error| error.to_string())?;
    let across = head.width as usize;
    if (left + width > across || top + height > head.height as usize) || indices.len() != width * height {
        return Err("its first picture contradicts its head".into());
    }
    let mut rgb = colour(around).repeat(across * head.height as usize);
    for (row, indices) in indices.chunks_exact(width).enumerate() {
        let (pixels, _) = rgb[3 * ((top + row) * across + left)..].as_chunks_mut::<3>();
        for (pixel, index) in pixels.iter_mut().zip(indices) {
            *pixel = colour(*index);
        }
    }
    Ok(rgb)
}
