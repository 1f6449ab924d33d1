//! The photos of the site, and the names of the reader's own.
use crate::site::controls::Choices;

/// A photo of the site.
pub struct Sample {
    /// The name of its file without the ending.
    pub key: &'static str,
    /// The name that readers see.
    pub name: &'static str,
    /// Width and height, so that its place can be reserved.
    pub size: [u32; 2],
}

const fn sample(key: &'static str, name: &'static str, size: [u32; 2]) -> Sample {
    Sample { key, name, size }
}

/// All photos of the site. The first is the default.
pub const SAMPLES: [Sample; 4] = [
    sample("coffee", "Coffee", [600, 400]),
    sample("chelsea", "Cat", [451, 300]),
    sample("astronaut", "Astronaut", [512, 512]),
    sample("camera", "Photographer", [512, 512]),
];
/// The reader's own photo, which is in no address.
pub const OWN: &str = "own";
/// The camera's, which is in no address either.
pub const LIVE: &str = "live";

/// All photos that can be chosen.
pub fn choices() -> Choices {
    let sites = SAMPLES.map(|sample| (sample.key, sample.name));
    sites.into_iter().chain([(OWN, "Your own"), (LIVE, "The camera")]).map(|(key, name)| (key.into(), name.into())).collect()
}
