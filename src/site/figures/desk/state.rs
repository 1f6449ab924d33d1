//! The desk's state: the settings, the numbers that follow, what the reader looks at, and which cells belong to it.
use super::{
    compute, edits,
    geometry::{Link, Role},
    settings::{Settings, Tab, Wrt},
    terms::{Part, Spot, Subject, Term},
    timeline::Moments,
};
use crate::site::{controls, scope::Scope, url::UrlState, widgets::cells::Act};
use leptos::prelude::*;
use std::sync::Arc;

/// The sum that is shown: its cell, its products, and how many of its moments have passed.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum {
    pub target: Spot,
    pub terms: Vec<Term>,
    pub moments: Moments,
    pub done: usize,
}

impl Sum {
    /// The number of products that have been added.
    pub fn products(&self) -> usize {
        self.done.min(self.moments.products())
    }
    pub fn is_whole(&self) -> bool {
        self.done >= self.moments.total()
    }
    /// The product that was added last, while more are to come.
    pub fn now(&self) -> Option<usize> {
        (!self.is_whole() && self.done <= self.moments.products()).then(|| self.done.checked_sub(1)).flatten()
    }
}

/// For each role, how a cell belongs to what the reader looks at: 1 means that it belongs, 2 that it is in the present product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lit {
    roles: [Vec<u8>; 4],
}

impl Lit {
    fn new(subject: &Subject) -> Lit {
        Lit { roles: [Role::Input, Role::Kernel, Role::Bias, Role::Output].map(|role| vec![0; subject.geometry.size(role)]) }
    }
    pub fn of(&self, role: Role, index: usize) -> u8 {
        self.roles[role as usize].get(index).copied().unwrap_or(0)
    }
    fn light(&mut self, role: Role, index: usize, how: u8) {
        if let Some(cell) = self.roles[role as usize].get_mut(index) {
            *cell = how.max(*cell);
        }
    }
    fn link(&mut self, link: &Link, how: u8) {
        if let Some(cell) = link.input.cell() {
            self.light(Role::Input, cell, how);
        }
        if let Some(weight) = link.weight {
            self.light(Role::Kernel, weight, how);
        }
        self.light(Role::Output, link.output, how);
    }
    pub fn count(&self, role: Role) -> usize {
        self.roles[role as usize].iter().filter(|how| **how > 0).count()
    }
}

#[derive(Clone, Copy)]
pub struct Desk {
    pub scope: Scope,
    pub settings: UrlState<Settings>,
    /// The computation without the reader's position, so that what follows from it does not change with every step.
    pub asked: Memo<Settings>,
    pub subject: Memo<Result<Arc<Subject>, String>>,
    /// The cell under the pointer or the focus at the moment.
    pub pointed: RwSignal<Option<Spot>>,
    /// A given cell that was clicked. Its links stay highlighted.
    pub pinned: RwSignal<Option<Spot>>,
    /// A product of the formula under the pointer.
    pub term: RwSignal<Option<usize>>,
    /// The part whose symbol is under the pointer.
    pub symbol: RwSignal<Option<&'static str>>,
    /// The channels in front, of input and output, if the sum does not decide them.
    pub front: RwSignal<[usize; 2]>,
    pub playing: RwSignal<bool>,
    pub sum: Memo<Option<Sum>>,
    pub lit: Memo<Lit>,
    /// The channels in front, of input and output.
    pub channels: Memo<[usize; 2]>,
}

impl Desk {
    pub fn here() -> Desk {
        let settings = UrlState::<Settings>::here();
        let asked = Memo::new(move |_| settings.with(Settings::subject));
        let subject = Memo::new(move |_| asked.with(|asked| compute::subject(asked).map(Arc::new).map_err(|error| error.to_string())));
        let (pointed, pinned, term) = (RwSignal::new(None::<Spot>), RwSignal::new(None::<Spot>), RwSignal::new(None));
        let (front, playing) = (RwSignal::new([0, 0]), RwSignal::new(false));
        // The reader's position, without the rest of the settings.
        let place = Memo::new(move |_| settings.with(|s| (s.target(), s.left)));
        let sum = Memo::new(move |_| {
            let subject = subject.get().ok()?;
            let (target, left) = place.get();
            let preview = pointed.get().filter(|spot| spot.part == target.part && *spot != target);
            let target = preview.unwrap_or(target);
            let moments = Moments::of(&subject.settings, &subject.geometry, target);
            let done = moments.total() - if preview.is_some() { 0 } else { left.min(moments.total()) };
            Some(Sum { target, terms: subject.terms(target), moments, done })
        });
        let channels = Memo::new(move |_| {
            let front = front.get();
            sum.with(|sum| sum.as_ref().map_or([0, 0], |sum| channels_of(sum, &subject.get(), front)))
        });
        let lit = Memo::new(move |_| {
            let Ok(subject) = subject.get() else { return Lit::default() };
            let mut lit = Lit::new(&subject);
            let target = place.get().0.part;
            let other = pointed.get().or(pinned.get()).filter(|spot| spot.part != target);
            match other {
                Some(spot) => {
                    lit.light(spot.part.role(), spot.index, 2);
                    let links = match spot.part.role() {
                        Role::Bias => vec![],
                        role => subject.geometry.links(role, spot.index),
                    };
                    links.iter().for_each(|link| lit.link(link, 1));
                    // The upstream gradient of a pool's cell all goes to the largest value.
                    if spot.part.role() == Role::Output
                        && subject.settings.op.takes_the_largest()
                        && let Some(winner) = subject.winner(spot.index)
                    {
                        lit.light(Role::Input, winner, 2);
                    }
                    let [_, rows, columns] = subject.settings.output_shape();
                    let of_bias = |spot: Spot| spot.index * rows * columns..(spot.index + 1) * rows * columns;
                    if spot.part.role() == Role::Bias {
                        of_bias(spot).for_each(|output| lit.light(Role::Output, output, 1));
                    }
                }
                None => sum.with(|sum| {
                    let Some(sum) = sum else { return };
                    lit.light(sum.target.part.role(), sum.target.index, 1);
                    sum.terms.iter().for_each(|term| lit.link(&term.link, 1));
                    if let Some(term) = term.get().or(sum.now()).and_then(|at| sum.terms.get(at)) {
                        lit.link(&term.link, 2);
                    }
                    let biased = sum.is_whole() || sum.done > sum.moments.products() + usize::from(sum.moments.sums_channels());
                    if let Some(Spot { index, .. }) = subject.bias_of(sum.target).and_then(|bias| bias.spot).filter(|_| biased) {
                        lit.light(Role::Bias, index, 1);
                    }
                }),
            }
            lit
        });
        Desk {
            scope: Scope::here(),
            settings,
            asked,
            subject,
            pointed,
            pinned,
            term,
            symbol: RwSignal::new(None),
            front,
            playing,
            sum,
            lit,
            channels,
        }
    }

    pub fn read<T>(&self, read: impl FnOnce(&Settings) -> T) -> T {
        self.settings.with(read)
    }
    /// The value of a control, as the address has it.
    pub fn value(&self, key: &'static str) -> Signal<String> {
        self.settings.setting(key).value
    }
    /// Turns a control of the table; what plays rests.
    pub fn turn(&self, key: &'static str, value: String) {
        self.rest();
        self.settings.commit(|s| controls::turn(s, key, value));
    }
    /// Reads the numbers. Gives a default if they could not be computed.
    pub fn numbers<T: Default>(&self, read: impl FnOnce(&Subject) -> T) -> T {
        self.subject.with(|subject| subject.as_ref().map(|subject| read(subject)).unwrap_or_default())
    }
    /// Whether the sum is under way, so that later cells are not computed yet.
    pub fn under_way(&self) -> bool {
        self.playing.get() || self.read(|s| s.left > 0)
    }

    /// Chooses a cell of the target tensor.
    pub fn look_at(&self, index: usize) {
        self.pinned.set(None);
        self.settings.replace(move |s| {
            s.cell = index;
            s.left = 0;
        });
    }
    /// Handles what the reader did with a cell.
    pub fn act(&self, part: Part, what: Act) {
        let spot = |index: usize| Spot { part, index };
        match what {
            Act::Point(at) => {
                let at = at.map(spot);
                if self.pointed.get_untracked() != at {
                    self.pointed.set(at);
                }
            }
            Act::Pin(at) => {
                self.rest();
                if self.settings.with_untracked(|s| s.target_part() == part) {
                    return self.look_at(at);
                }
                let same = self.pinned.get_untracked() == Some(spot(at));
                self.pinned.set((!same || part.editable().is_some()).then_some(spot(at)));
            }
            Act::Write(at, value) => {
                self.rest();
                if let Some(tensor) = part.editable() {
                    self.settings.commit(|s| {
                        let place = edits::place(&part.shape(s), at);
                        s.edits.write(tensor, place, value);
                    });
                }
            }
        }
    }
    /// Brings a channel to the front. If the sum decides the channel, the sum moves there.
    pub fn bring(&self, role: Role, channel: usize) {
        self.rest();
        let part = self.settings.with_untracked(Settings::target_part);
        if part.role() == role {
            let size = self.settings.with_untracked(|s| {
                let [_, rows, columns] = if role == Role::Input { s.input_shape() } else { s.output_shape() };
                rows * columns
            });
            let cell = self.settings.with_untracked(|s| s.cell);
            return self.look_at(channel * size + cell % size);
        }
        self.front.update(|front| front[usize::from(role == Role::Output)] = channel);
        if self.settings.with_untracked(|s| s.left > 0) {
            // The sum under way would move it back.
            self.settings.replace(|s| s.left = 0);
        }
    }

    /// Makes one step. Returns false at the end.
    pub fn step(&self) -> bool {
        self.let_go();
        let mut moved = false;
        self.settings.preview(|s| moved = s.step());
        moved
    }
    pub fn back(&self) {
        self.let_go();
        self.settings.preview(|s| {
            s.back();
        });
    }
    fn let_go(&self) {
        if self.pinned.get_untracked().is_some() {
            self.pinned.set(None);
        }
    }
    /// Writes the reader's position into the address.
    pub fn keep(&self) {
        let (cell, left) = self.settings.with_untracked(|s| (s.cell, s.left));
        self.settings.replace(move |s| {
            s.cell = cell;
            s.left = left;
        });
    }
    /// Stops playing.
    pub fn rest(&self) {
        if self.playing.get_untracked() {
            self.playing.set(false);
            self.keep();
        }
    }
    pub fn turn_to(&self, tab: Tab, wrt: Wrt) {
        self.rest();
        self.let_go();
        self.settings.commit(|s| {
            if (s.tab, s.wrt) != (tab, wrt) {
                (s.cell, s.left) = (0, 0);
            }
            (s.tab, s.wrt) = (tab, wrt);
        });
    }
}

/// The channels of input and output in front: those of the sum, and among those that it sums over the present one.
fn channels_of(sum: &Sum, subject: &Result<Arc<Subject>, String>, front: [usize; 2]) -> [usize; 2] {
    let Ok(subject) = subject else { return [0, 0] };
    let settings = &subject.settings;
    let plane = |[_, rows, columns]: [usize; 3]| rows * columns;
    let now = sum.now().and_then(|at| sum.terms.get(at)).map(|term| term.link.channels);
    let within = |range: std::ops::Range<usize>, at: usize| if range.contains(&at) { at } else { range.start };
    let index = sum.target.index;
    match sum.target.part.role() {
        Role::Output => {
            let out = index / plane(settings.output_shape());
            [now.map_or_else(|| within(subject.geometry.reads(out), front[0]), |c| c[0]), out]
        }
        Role::Input => {
            let channel = index / plane(settings.input_shape());
            [channel, now.map_or_else(|| within(subject.geometry.feeds(channel), front[1]), |c| c[1])]
        }
        Role::Kernel => sum.terms.first().map_or([0, 0], |term| term.link.channels),
        Role::Bias => [within(subject.geometry.reads(index), front[0]), index],
    }
}
