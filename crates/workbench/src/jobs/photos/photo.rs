//! The present photo. It is decoded once, and resized once for each way in which a network needs it.
use crate::{
    jobs::vision::paint,
    protocol::{
        Message,
        photos::Answer,
        vision::{Palette, View},
    },
};
use engine::{Error, Result};
use vision::{Disturbance, Photo, Plane, Preprocess, Resampling};

/// The longest side of the small copy for the page.
const SMALL: usize = 640;

pub(super) struct Sight {
    photo: Photo,
    /// The shorter side, the interpolation, and the resized photo.
    resized: Vec<(usize, Resampling, Photo)>,
}

/// Red, green, blue and opacity of a photo.
pub(super) fn pixels(photo: &Photo) -> Vec<u8> {
    photo.rgb.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect()
}

/// A small copy to look at, made quickly: only every n-th pixel is kept, then the rest is averaged.
fn small(photo: &Photo) -> Result<Photo> {
    let longest = photo.width.max(photo.height);
    let by = |most: usize| [photo.width, photo.height].map(|side| (side * most.min(longest) / longest).max(1));
    let ([width, height], [coarse_width, coarse_height]) = (by(SMALL), by(3 * SMALL));
    photo.resize(coarse_width, coarse_height, Resampling::Nearest)?.resize(width, height, Resampling::Bilinear)
}

/// Refuses numbers that a control cannot send.
fn checked(disturbance: &Disturbance) -> Result<()> {
    let Disturbance { shift: [right, down], turn, blur, noise, patch, patch_at: [x, y] } = *disturbance;
    let all = [("shift", right, -1.0, 1.0), ("shift", down, -1.0, 1.0), ("turn", turn, -360.0, 360.0), ("blur", blur, 0.0, 0.2)];
    let more = [("noise", noise, 0.0, 255.0), ("patch", patch, 0.0, 1.0), ("patch's place", x, 0.0, 1.0), ("patch's place", y, 0.0, 1.0)];
    match all.into_iter().chain(more).find(|(_, value, least, most)| !(least..=most).contains(&value)) {
        Some((name, value, least, most)) => Err(Error::data(name, format!("expected a number from {least} to {most}, found {value}"))),
        None => Ok(()),
    }
}

impl Sight {
    /// A photo that took `seconds` to decode.
    pub(super) fn of(file: String, photo: Photo, seconds: f64) -> Result<(Sight, Message<Answer>)> {
        let copy = small(&photo)?;
        let (height, width) = (photo.height, photo.width);
        let answer = Answer::Photo { file, height, width, small: [copy.height, copy.width], milliseconds: (1e3 * seconds) as f32 };
        Ok((Sight { photo, resized: vec![] }, Message::with(answer, vec![pixels(&copy)])))
    }
    fn resized(&mut self, Preprocess { resize, resampling, .. }: &Preprocess) -> Result<&Photo> {
        let at = match self.resized.iter().position(|(side, by, _)| side == resize && by == resampling) {
            Some(at) => at,
            None => {
                self.resized.push((*resize, *resampling, self.photo.resize_shorter(*resize, *resampling)?));
                self.resized.len() - 1
            }
        };
        Ok(&self.resized[at].2)
    }
    fn disturbed(&mut self, preprocess: &Preprocess, disturbance: &Disturbance) -> Result<Photo> {
        checked(disturbance)?;
        Ok(disturbance.apply(self.resized(preprocess)?, preprocess.crop))
    }
    /// The part of the photo that a network reads, after the disturbance.
    pub(super) fn seen(&mut self, preprocess: &Preprocess, disturbance: &Disturbance) -> Result<Photo> {
        self.disturbed(preprocess, disturbance)?.crop_centre(preprocess.crop)
    }
    pub(super) fn steps(
        &mut self,
        model: String,
        preprocess: &Preprocess,
        disturbance: &Disturbance,
        palette: &Palette,
    ) -> Result<Message<Answer>> {
        let resized = self.disturbed(preprocess, disturbance)?;
        let cropped = resized.crop_centre(preprocess.crop)?;
        let side = preprocess.crop;
        let channels = preprocess.normalise(&cropped);
        let planes =
            channels.chunks_exact(side * side).map(|values| Plane::new(side, side, values.to_vec())).collect::<Result<Vec<_>>>()?;
        // All three channels share a scale, so that they can be compared.
        let full = planes.iter().fold(0.0f32, |most, plane| most.max(plane.largest()));
        let mut buffers = vec![pixels(&resized), pixels(&cropped)];
        buffers.extend(planes.iter().map(|plane| paint(plane, View::Signed, palette, full)));
        let answer = Answer::Prepared {
            model,
            preprocess: *preprocess,
            decoded: [self.photo.height, self.photo.width],
            resized: [resized.height, resized.width],
            cropped: [side, side],
            ranges: planes.iter().map(Plane::range).collect(),
        };
        Ok(Message::with(answer, buffers))
    }
}
