use std::collections::BTreeMap;

fn main() {
    let text = std::env::args().nth(1).unwrap_or_else(|| "hello rust".into());
    let mut counts = BTreeMap::new();
    for letter in text.chars() {
        *counts.entry(letter).or_insert(0) += 1;
    }
    println!("{counts:?}");
}
