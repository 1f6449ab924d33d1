//! The order in which the whole site writes an image's axes: N C H W as in PyTorch, or N H W C as in TensorFlow. The browser remembers the choice.
use super::browser;
use leptos::prelude::*;

/// The memory format: the position of the channels among an image's axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axes {
    /// N C H W, PyTorch's order, which is the default.
    #[default]
    ChannelsFirst,
    /// N H W C, TensorFlow's order.
    ChannelsLast,
}

const KEY: &str = "axes";

impl Axes {
    /// Both orders; the default comes first.
    pub const ALL: [Axes; 2] = [Axes::ChannelsFirst, Axes::ChannelsLast];

    /// The four letters in their order. The browser remembers them.
    pub fn name(self) -> &'static str {
        match self {
            Axes::ChannelsFirst => "NCHW",
            Axes::ChannelsLast => "NHWC",
        }
    }

    /// Reorders axes, which are given channels first as letter and size. Axes that are not an image's keep their place.
    pub fn order<T: Clone>(self, axes: &[(char, T)]) -> Vec<(char, T)> {
        let mut axes = axes.to_vec();
        if self == Axes::ChannelsLast
            && let Some(at) = axes.iter().position(|(letter, _)| *letter == 'C')
        {
            let channels = axes.remove(at);
            let after = axes.iter().rposition(|(letter, _)| "HW".contains(*letter)).map_or(at, |last| last + 1);
            axes.insert(after, channels);
        }
        axes
    }

    /// The shape as text: `C 3 × H 5 × W 5` is written `3 × 5 × 5`.
    pub fn shape(self, axes: &[(char, usize)]) -> String {
        self.order(axes).iter().map(|(_, size)| size.to_string()).collect::<Vec<_>>().join(" × ")
    }
}

/// What the reader chose, for everything below, in whichever tab.
pub fn provide() -> RwSignal<Axes> {
    let named = |name: Option<String>| Axes::ALL.into_iter().find(|axes| name.as_deref() == Some(axes.name())).unwrap_or_default();
    let chosen = RwSignal::new(named(browser::remembered(KEY)));
    Effect::new(move |_| browser::remember(KEY, chosen.get().name()));
    browser::when_remembered(KEY, move |name| chosen.set(named(name)));
    provide_context(chosen);
    chosen
}

/// The reader's choice from the context, or channels first if nothing was provided.
pub fn here() -> RwSignal<Axes> {
    use_context().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_go_last() {
        let image = [('N', 2), ('C', 3), ('H', 4), ('W', 5)];
        assert_eq!(Axes::ChannelsFirst.shape(&image), "2 × 3 × 4 × 5");
        assert_eq!(Axes::ChannelsLast.shape(&image), "2 × 4 × 5 × 3");
        assert_eq!(Axes::ChannelsLast.shape(&[('C', 3), ('H', 4), ('W', 5)]), "4 × 5 × 3");
        assert_eq!(Axes::ChannelsLast.shape(&[('O', 8), ('I', 3)]), "8 × 3");
    }
}
