//! Sources cut off, with holes, and grown together.

use super::lint;
use super::samples::samples;

/// Cuts of all samples together, spread over their bytes.
const CUTS: usize = 80;

/// The nearest place between characters, from `at` down.
fn between(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Places in the samples, evenly spread: extension, text, offset.
fn places(samples: &[(String, String)], count: usize) -> Vec<(&str, &str, usize)> {
    let total: usize = samples.iter().map(|s| s.1.len()).sum();
    // Odd, so that places do not fall on the same columns again and again.
    let step = (total / count).max(1) | 1;
    let mut places = Vec::new();
    let mut next = step / 2;
    for (extension, text) in samples {
        while next < text.len() {
            places.push((extension.as_str(), text.as_str(), between(text, next)));
            next += step;
        }
        next -= text.len();
    }
    places
}

fn path(extension: &str) -> String {
    format!("app/main.{extension}")
}

#[test]
fn there_are_samples_of_every_language() {
    let samples = samples();
    for extension in ["py", "ts", "tsx", "rs"] {
        assert!(samples.iter().any(|s| s.0 == extension), "{extension}");
    }
}

#[test]
fn sources_cut_off() {
    let samples = samples();
    for (extension, text, at) in places(&samples, CUTS) {
        lint(&[(&path(extension), &text[..at])]);
    }
}

#[test]
fn sources_without_their_beginning() {
    let samples = samples();
    for (extension, text, at) in places(&samples, CUTS) {
        lint(&[(&path(extension), &text[at..])]);
    }
}

#[test]
fn sources_with_a_hole() {
    let samples = samples();
    for (extension, text, at) in places(&samples, CUTS) {
        let after = between(text, at + 1 + at % 40).max(at);
        lint(&[(&path(extension), &format!("{}{}", &text[..at], &text[after..]))]);
    }
}

/// The head of one and the tail of another, also of another language.
#[test]
fn sources_grown_together() {
    let samples = samples();
    let places = places(&samples, CUTS);
    for (index, (extension, head, at)) in places.iter().enumerate() {
        let (_, tail, from) = places[(index * 37 + 11) % places.len()];
        lint(&[(&path(extension), &format!("{}{}", &head[..*at], &tail[from..]))]);
    }
}

/// All samples as one project: names meet that have nothing to do with each other.
#[test]
fn all_samples_at_once() {
    let samples = samples();
    let named: Vec<(String, &str)> = samples
        .iter()
        .enumerate()
        .map(|(index, (extension, text))| (format!("app/m{index}.{extension}"), text.as_str()))
        .collect();
    let sources: Vec<(&str, &str)> = named.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    assert!(lint(&sources).contains("\"rule\""));
}
