//! The state of the bench: what is set, the picture, the last frame, what is learned; and the talk with the workbench.
use super::settings::Settings;
use crate::{
    nets::vision::Plane,
    site::{
        scope::Scope,
        theme::Dark,
        url::UrlState,
        widgets::{
            camera::Camera,
            canvas::{self, Pixels, clock, draw},
        },
        workshop::{Seat, Workshop},
    },
    workbench::protocol::vision::{Answer, Ask, FilterOptions, Grain, Palette},
};
use leptos::{html, prelude::*};
use std::collections::BTreeMap;

/// Pixels of the drawn scene along each side.
const SCENE: usize = 512;

/// The last frame's numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    pub range: [f32; 3],
    pub full: f32,
    /// From asking to drawn, and of that the worker's filtering and colouring.
    pub milliseconds: [f32; 3],
    pub singular: Vec<f32>,
    pub rank: usize,
    pub multiplications: [usize; 2],
    /// Frames so far.
    pub count: u64,
}

/// Kernels learned from the picture's patches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub running: bool,
    pub side: usize,
    pub rounds: usize,
    pub change: f32,
    pub sparseness: f32,
    pub kept: f32,
    pub kernels: Vec<f32>,
}

/// A kernel learned from a pair of pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taught {
    pub running: bool,
    pub size: usize,
    pub steps: u64,
    /// Step and mean squared error as a share of the target's variance.
    pub losses: Vec<(f64, f64)>,
    pub kernel: Vec<f32>,
    /// What it should become, where there is such a kernel.
    pub hidden: Option<Plane>,
}

#[derive(Clone, Copy)]
pub struct Table {
    pub scope: Scope,
    pub settings: UrlState<Settings>,
    pub kernel: Memo<Plane>,
    pub seat: StoredValue<Option<Seat>>,
    /// The picture as grey from 0 to 1, noise included.
    pub picture: RwSignal<Plane>,
    /// What came from a file, a sample or the camera, by the key of the picture.
    pub sources: StoredValue<BTreeMap<String, Pixels>>,
    pub camera: RwSignal<Option<Camera>, LocalStorage>,
    pub frame: RwSignal<Frame>,
    pub input: NodeRef<html::Canvas>,
    pub output: NodeRef<html::Canvas>,
    pub spectra: [NodeRef<html::Canvas>; 3],
    /// Whether the spectra are looked at.
    pub spectra_open: RwSignal<bool>,
    /// The place under the pointer.
    pub pointed: RwSignal<Option<[usize; 2]>>,
    pub message: RwSignal<Option<String>>,
    pub found: RwSignal<Found>,
    pub taught: RwSignal<Taught>,
    palette: StoredValue<Palette>,
    /// Asked for and not yet answered: since when.
    waiting: StoredValue<Option<f64>>,
    stale: StoredValue<bool>,
    seen: StoredValue<bool>,
    picture_stale: StoredValue<bool>,
    spectra_stale: StoredValue<bool>,
}

fn floats(buffers: &[Vec<u8>]) -> Vec<f32> {
    buffers.first().map(|bytes| bytemuck::pod_collect_to_vec(bytes)).unwrap_or_default()
}

impl Table {
    pub fn here() -> Table {
        let settings = UrlState::<Settings>::here();
        let kernel = Memo::new(move |_| settings.with(Settings::plane));
        let table = Table {
            scope: Scope::here(),
            settings,
            kernel,
            seat: StoredValue::new(None),
            picture: RwSignal::default(),
            sources: StoredValue::default(),
            camera: RwSignal::new_local(None),
            frame: RwSignal::default(),
            input: NodeRef::new(),
            output: NodeRef::new(),
            spectra: [NodeRef::new(), NodeRef::new(), NodeRef::new()],
            spectra_open: RwSignal::new(false),
            pointed: RwSignal::new(None),
            message: RwSignal::new(None),
            found: RwSignal::default(),
            taught: RwSignal::default(),
            palette: StoredValue::new(canvas::palette()),
            waiting: StoredValue::new(None),
            stale: StoredValue::new(false),
            seen: StoredValue::new(false),
            picture_stale: StoredValue::new(true),
            spectra_stale: StoredValue::new(true),
        };
        table.seat.set_value(Some(Workshop::here().sit(move |answer, buffers| table.take(answer, buffers))));
        // A picture of another kind, seed or noise is asked for anew.
        let source = Memo::new(move |_| settings.with(|s| (s.picture.clone(), s.seed, s.noise, s.grain)));
        Effect::new(move |_| {
            // Read, not only tracked: a memo that nobody reads follows nothing.
            source.with(|_| ());
            table.look_again();
        });
        let shown = Memo::new(move |_| settings.with(|s| (s.border, s.flip, s.passes, s.view, s.threshold, s.gain)));
        Effect::new(move |_| {
            kernel.with(|_| ());
            shown.with(|_| ());
            table.spectra_open.track();
            table.spectra_stale.set_value(true);
            table.refresh();
        });
        let dark = use_context::<Dark>();
        Effect::new(move |_| {
            if let Some(Dark(dark)) = dark {
                dark.get();
            }
            // The style sheet follows the theme with the next picture.
            table.scope.at_next_frame(move || {
                table.palette.set_value(canvas::palette());
                table.spectra_stale.set_value(true);
                table.refresh();
            });
        });
        table
    }

    pub fn ask(self, ask: Ask, kernel: Option<&Plane>) {
        self.send(ask, kernel.map(|kernel| bytemuck::cast_slice(&kernel.values).to_vec()).into_iter().collect());
    }
    pub fn send(self, ask: Ask, buffers: Vec<Vec<u8>>) {
        if let Some(seat) = self.seat.get_value() {
            seat.ask(ask, buffers);
        }
    }

    pub fn keep(self, kind: &str, pixels: Pixels) {
        self.sources.update_value(|sources| drop(sources.insert(kind.into(), pixels)));
    }

    /// The picture has changed.
    pub fn look_again(self) {
        self.picture_stale.set_value(true);
        self.spectra_stale.set_value(true);
        self.refresh();
    }

    /// Asks for a frame; while one is under way only that another is wanted is remembered, and it will be the latest.
    pub fn refresh(self) {
        if self.is_waiting() || !self.seen.get_value() {
            self.stale.set_value(true);
            return;
        }
        let settings = self.settings.get_untracked();
        if self.picture_stale.get_value() && !self.send_picture(&settings) {
            return;
        }
        self.waiting.set_value(Some(clock()));
        self.stale.set_value(false);
        let kernel = self.kernel.get_untracked();
        let options = FilterOptions {
            kernel: [kernel.height, kernel.width],
            border: settings.border,
            convolve: settings.flip,
            passes: settings.passes,
            view: settings.view,
            threshold: settings.threshold,
            gain: settings.gain,
            palette: self.palette.get_value(),
        };
        self.ask(Ask::Filter(options), Some(&kernel));
    }

    /// It has come into sight: what was wanted until now is asked for, and from now on everything at once, for what a control changes may stand
    /// far from the picture.
    pub fn see(self) {
        self.seen.set_value(true);
        if self.stale.get_value() {
            self.refresh();
        }
    }

    /// False where the picture is still to come: then it asks for a frame itself.
    fn send_picture(self, settings: &Settings) -> bool {
        let grain = Grain { noise: settings.noise, amount: settings.grain, seed: settings.seed };
        if settings.picture == "scene" {
            self.ask(Ask::Scene { size: SCENE, seed: settings.seed, grain }, None);
        } else {
            let source = self.sources.with_value(|sources| sources.get(&settings.picture).cloned());
            let Some(Pixels { height, width, bytes }) = source else { return false };
            if let Some(seat) = self.seat.get_value() {
                seat.ask(Ask::Picture { height, width, grain }, vec![bytes]);
            }
        }
        self.picture_stale.set_value(false);
        true
    }

    fn take(self, answer: Answer, buffers: Vec<Vec<u8>>) {
        match answer {
            Answer::Picture { height, width } => {
                if let Ok(picture) = Plane::from_grey(height, width, &buffers[0]) {
                    self.picture.set(picture);
                }
                if let (Some(canvas), Some(pixels)) = (self.input.get_untracked(), buffers.get(1)) {
                    draw(&canvas, height, width, pixels);
                }
            }
            Answer::Filtered { height, width, range, full, milliseconds, singular, rank, multiplications } => {
                if let Some(canvas) = self.output.get_untracked() {
                    draw(&canvas, height, width, &buffers[0]);
                }
                let all = self.waiting.get_value().map_or(0.0, |asked| clock() - asked);
                let milliseconds = [all as f32, milliseconds[0], milliseconds[1]];
                let count = self.frame.with_untracked(|frame| frame.count) + 1;
                self.frame.set(Frame { range, full, milliseconds, singular, rank, multiplications, count });
                self.message.set(None);
                self.settle();
            }
            Answer::Spectra { height, width } => {
                for (canvas, pixels) in self.spectra.iter().zip(&buffers) {
                    if let Some(canvas) = canvas.get_untracked() {
                        draw(&canvas, height, width, pixels);
                    }
                }
            }
            Answer::Components { running, side, rounds, change, sparseness, kept, .. } => {
                self.found.set(Found { running, side, rounds, change, sparseness, kept, kernels: floats(&buffers) });
            }
            Answer::Taught { running, size, steps, losses, variance } => self.taught.update(|taught| {
                let first = steps + 1 - losses.len() as u64;
                let share = |loss: f32| f64::from(loss / variance.max(f32::MIN_POSITIVE));
                taught.losses.extend(losses.iter().enumerate().map(|(i, loss)| ((first + i as u64) as f64, share(*loss))));
                (taught.running, taught.size, taught.steps, taught.kernel) = (running, size, steps, floats(&buffers));
            }),
            Answer::Failed { message } => {
                self.message.set(Some(message));
                self.found.update(|found| found.running = false);
                self.taught.update(|taught| taught.running = false);
                self.settle();
            }
        }
    }

    /// A frame came, or will not: the next one if one is wanted, else the spectra if they are looked at.
    fn settle(self) {
        self.waiting.set_value(None);
        if self.stale.get_value() {
            return self.refresh();
        }
        if self.spectra_open.get_untracked() && self.spectra_stale.get_value() {
            self.spectra_stale.set_value(false);
            let kernel = self.kernel.get_untracked();
            self.ask(Ask::Spectra { kernel: [kernel.height, kernel.width], palette: self.palette.get_value() }, Some(&kernel));
        }
    }

    /// After the worker was started anew: what was asked of the old one is forgotten.
    pub fn begin_again(self) {
        self.waiting.set_value(None);
        self.found.set(Found::default());
        self.taught.set(Taught::default());
        self.look_again();
    }

    /// Whether a frame is under way.
    pub fn is_waiting(self) -> bool {
        self.waiting.get_value().is_some()
    }

    /// The place that is looked at: under the pointer, or pinned; inside the picture.
    pub fn place(self) -> [usize; 2] {
        let [row, column] = self.pointed.get().unwrap_or_else(|| self.settings.with(|s| [s.row, s.column]));
        self.picture.with(|p| [row.min(p.height.saturating_sub(1)), column.min(p.width.saturating_sub(1))])
    }
}
