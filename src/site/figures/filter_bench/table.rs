//! The state of the bench: the settings, the picture, the last frame, and what is learned; and its exchange with the workbench.
use super::settings::Settings;
use crate::{
    site::{
        browser::clock,
        scope::Scope,
        shared_worker::{Channel, SharedWorker},
        theme::Dark,
        url::UrlState,
        widgets::{
            camera::Camera,
            canvas::{self, Pixels, draw},
        },
    },
    vision::Plane,
    workbench::{
        Wishes,
        protocol::{
            Message,
            vision::{Answer, Ask, FilterOptions, Palette},
        },
    },
};
use leptos::{html, prelude::*};
use std::collections::BTreeMap;

/// The side of the drawn scene in pixels.
const SCENE: usize = 512;

/// The numbers of the last frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    pub range: [f32; 3],
    pub full: f32,
    /// The time from the question to the drawn picture, and the worker's times of filtering and colouring.
    pub milliseconds: [f32; 3],
    pub singular: Vec<f32>,
    pub rank: usize,
    pub multiplications: [usize; 2],
    /// The number of frames so far.
    pub count: u64,
}

/// Kernels that were learned from the picture's patches.
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

/// A kernel that is learned from a pair of pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Taught {
    pub running: bool,
    pub size: usize,
    pub steps: u64,
    /// The step, and the mean squared error over the target's variance.
    pub losses: Vec<(f64, f64)>,
    pub kernel: Vec<f32>,
    /// The kernel that it should become, if there is one.
    pub hidden: Option<Plane>,
}

#[derive(Clone, Copy)]
pub struct Table {
    pub scope: Scope,
    pub settings: UrlState<Settings>,
    pub kernel: Memo<Plane>,
    pub channel: StoredValue<Option<Channel>>,
    /// The picture as grey from 0 to 1, with noise.
    pub picture: RwSignal<Plane>,
    /// Pictures from a file, a sample or the camera, by their keys.
    pub sources: StoredValue<BTreeMap<String, Pixels>>,
    pub camera: RwSignal<Option<Camera>, LocalStorage>,
    pub frame: RwSignal<Frame>,
    pub input: NodeRef<html::Canvas>,
    pub output: NodeRef<html::Canvas>,
    pub spectra: [NodeRef<html::Canvas>; 3],
    /// Whether the spectra are shown.
    pub spectra_open: RwSignal<bool>,
    /// The place under the pointer.
    pub pointed: RwSignal<Option<[usize; 2]>>,
    pub message: RwSignal<Option<String>>,
    pub found: RwSignal<Found>,
    pub taught: RwSignal<Taught>,
    palette: StoredValue<Palette>,
    wishes: StoredValue<Wishes<Topic, Wish>>,
    /// When the last frame was asked for.
    asked_at: StoredValue<f64>,
    seen: StoredValue<bool>,
    /// Counts the pictures; below, which of them the workbench has.
    pictures: StoredValue<u32>,
    sent: StoredValue<Option<u32>>,
}

/// The topic of a question. At most one question of each topic is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    Frame,
    Spectra,
}

/// What shall be shown now.
#[derive(Clone, Debug, PartialEq)]
struct Wish {
    picture: u32,
    kernel: Plane,
    options: FilterOptions,
}

fn bytes(kernel: &Plane) -> Vec<u8> {
    bytemuck::cast_slice(&kernel.values).to_vec()
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
            channel: StoredValue::new(None),
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
            wishes: StoredValue::default(),
            asked_at: StoredValue::new(0.0),
            seen: StoredValue::new(false),
            pictures: StoredValue::new(0),
            sent: StoredValue::new(None),
        };
        table.channel.set_value(Some(SharedWorker::here().open_channel(move |answer| table.receive(answer))));
        // A picture with another source, seed or noise is asked for again.
        let source = Memo::new(move |_| settings.with(|s| (s.picture.clone(), s.seed, s.noise, s.grain)));
        Effect::new(move |_| {
            // It is read, and not only tracked, because a memo that nobody reads does not run.
            source.with(|_| ());
            table.look_again();
        });
        let shown = Memo::new(move |_| settings.with(|s| (s.border, s.flip, s.passes, s.view, s.threshold, s.gain)));
        Effect::new(move |_| {
            kernel.with(|_| ());
            shown.with(|_| ());
            table.spectra_open.track();
            table.refresh();
        });
        let dark = use_context::<Dark>();
        Effect::new(move |_| {
            if let Some(Dark(dark)) = dark {
                dark.get();
            }
            // The style sheet follows the theme with the next frame.
            table.scope.at_next_frame(move || {
                table.palette.set_value(canvas::palette());
                table.refresh();
            });
        });
        table
    }

    pub fn ask(self, ask: Ask) {
        self.send(ask, vec![]);
    }
    /// Sends a question and returns its number; 0 if there is no worker.
    pub fn send(self, ask: Ask, buffers: Vec<Vec<u8>>) -> u32 {
        self.channel.get_value().map_or(0, |channel| channel.ask(ask, buffers))
    }

    pub fn keep(self, kind: &str, pixels: Pixels) {
        self.sources.update_value(|sources| drop(sources.insert(kind.into(), pixels)));
    }

    /// The picture has changed.
    pub fn look_again(self) {
        self.pictures.update_value(|count| *count += 1);
        self.refresh();
    }

    /// Asks for the frame that the settings need, and then for the spectra if they are shown. It runs whenever something of it may have changed.
    pub fn refresh(self) {
        if self.is_waiting() || !self.seen.get_value() {
            return;
        }
        let settings = self.settings.get_untracked();
        let wish = self.wish(&settings);
        let is_due = |topic| self.wishes.with_value(|wishes| wishes.is_due(&topic, &wish));
        if is_due(Topic::Frame) {
            if self.sent.get_value() != Some(wish.picture) && !self.send_picture(&settings) {
                return;
            }
            self.asked_at.set_value(clock());
            let question = self.send(Ask::Filter(wish.options.clone()), vec![bytes(&wish.kernel)]);
            self.wishes.update_value(|wishes| wishes.asked(question, Topic::Frame, wish));
        } else if self.spectra_open.get_untracked() && is_due(Topic::Spectra) {
            let ask = Ask::Spectra { kernel: wish.options.kernel, palette: wish.options.palette };
            let question = self.send(ask, vec![bytes(&wish.kernel)]);
            self.wishes.update_value(|wishes| wishes.asked(question, Topic::Spectra, wish));
        }
    }

    fn wish(self, settings: &Settings) -> Wish {
        let kernel = self.kernel.get_untracked();
        let options = settings.options(self.palette.get_value());
        Wish { picture: self.pictures.get_value(), kernel, options }
    }

    /// The bench has become visible. It asks for what was needed so far, and from now on for everything at once, since a control may be far
    /// from the picture that it changes.
    pub fn see(self) {
        self.seen.set_value(true);
        self.refresh();
    }

    /// Sends the picture. Returns false if it has not arrived yet; then it asks for a frame later.
    fn send_picture(self, settings: &Settings) -> bool {
        let grain = settings.grain();
        if settings.picture == "scene" {
            self.ask(Ask::Scene { size: SCENE, seed: settings.seed, grain });
        } else {
            let source = self.sources.with_value(|sources| sources.get(&settings.picture).cloned());
            let Some(Pixels { height, width, bytes }) = source else { return false };
            if let Some(channel) = self.channel.get_value() {
                channel.ask(Ask::Picture { height, width, grain }, vec![bytes]);
            }
        }
        self.sent.set_value(Some(self.pictures.get_value()));
        true
    }

    fn receive(self, Message { question, body: answer, buffers }: Message<Answer>) {
        let answered = self.wishes.try_update_value(|wishes| wishes.answered(question)).flatten();
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
                let all = clock() - self.asked_at.get_value();
                let milliseconds = [all as f32, milliseconds[0], milliseconds[1]];
                let count = self.frame.with_untracked(|frame| frame.count) + 1;
                self.frame.set(Frame { range, full, milliseconds, singular, rank, multiplications, count });
                self.message.set(None);
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
            }
        }
        // What was needed meanwhile.
        if answered.is_some() {
            self.refresh();
        }
    }

    /// Begins again after a new worker was started, and forgets what the old one was asked.
    pub fn begin_again(self) {
        self.wishes.set_value(Wishes::default());
        self.sent.set_value(None);
        self.found.set(Found::default());
        self.taught.set(Taught::default());
        self.look_again();
    }

    /// Whether a frame is under way.
    pub fn is_waiting(self) -> bool {
        self.wishes.with_value(|wishes| wishes.is_under_way(&Topic::Frame))
    }

    /// The place that is shown: under the pointer, or pinned. It is inside the picture.
    pub fn place(self) -> [usize; 2] {
        let [row, column] = self.pointed.get().unwrap_or_else(|| self.settings.with(|s| [s.row, s.column]));
        self.picture.with(|p| [row.min(p.height.saturating_sub(1)), column.min(p.width.saturating_sub(1))])
    }
}
