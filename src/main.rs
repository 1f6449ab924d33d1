//! The page.
fn main() {
    receptive::site::start();
}
