//! Tables of values with the key of each in an address and its name on the page.
/// A table of values with their keys and names.
pub type Keyed<T> = &'static [(T, &'static str, &'static str)];

pub fn key<T: PartialEq>(table: Keyed<T>, value: &T) -> String {
    table.iter().find(|(known, ..)| known == value).map_or(String::new(), |(_, key, _)| key.to_string())
}
/// A key that is not in the table changes nothing.
pub fn set_by_key<T: Copy>(table: Keyed<T>, slot: &mut T, key: &str) {
    if let Some((value, ..)) = table.iter().find(|(_, known, _)| *known == key) {
        *slot = *value;
    }
}
