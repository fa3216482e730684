//! Which fixes can be made together.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Edit;
use crate::source::{FileId, Span};

/// Edits of several files that keep apart from each other.
#[derive(Debug, Default, Clone)]
pub(super) struct Edits(BTreeMap<FileId, BTreeSet<(Span, String)>>);

impl Edits {
    /// Adds the edits of a fix, all or none. What is already there is shared: what two findings
    /// ask for is done once.
    pub(super) fn add(&mut self, edits: &[Edit]) -> bool {
        if !edits.iter().all(|edit| self.takes(edit)) || overlap(edits) {
            return false;
        }
        for edit in edits {
            self.0.entry(edit.at.file).or_default().insert((edit.at.span, edit.text.clone()));
        }
        true
    }

    fn takes(&self, edit: &Edit) -> bool {
        let Some(there) = self.0.get(&edit.at.file) else { return true };
        let key = (edit.at.span, edit.text.clone());
        // Only the neighbours can be in the way, since those that are there keep apart.
        let before = there.range(..&key).next_back();
        let after = there.range(&key..).next();
        after == Some(&key)
            || ![before, after].into_iter().flatten().any(|(span, _)| clash(*span, edit.at.span))
    }

    /// The files that are changed.
    pub(super) fn files(&self) -> impl Iterator<Item = FileId> {
        self.0.keys().copied()
    }

    /// The edits of a file, in order.
    pub(super) fn of(&self, file: FileId) -> Vec<(Span, &str)> {
        let edits = self.0.get(&file).into_iter().flatten();
        edits.map(|(span, text)| (*span, &**text)).collect()
    }
}

/// Whether edits of one fix are in each other's way.
fn overlap(edits: &[Edit]) -> bool {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| {
        pair[0] != pair[1] && pair[0].at.file == pair[1].at.file && clash(pair[0].at.span, pair[1].at.span)
    })
}

/// Whether two edits would touch the same text, or insert at the same place.
fn clash(a: Span, b: Span) -> bool {
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    second.start < first.end || first.start == second.start
}

#[cfg(test)]
mod tests {
    use super::Edits;
    use crate::finding::{Edit, Location};
    use crate::source::{FileId, Span};

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { at: Location { file: FileId(0), span: Span::new(start, end) }, text: text.into() }
    }

    #[test]
    fn edits_keep_apart() {
        let mut edits = Edits::default();
        assert!(edits.add(&[edit(10, 20, "a"), edit(30, 40, "b")]));
        assert!(!edits.add(&[edit(19, 21, "c")]), "overlaps the one before");
        assert!(!edits.add(&[edit(0, 1, "d"), edit(25, 31, "d")]), "all or none");
        assert!(!edits.add(&[edit(15, 15, "e")]), "inserts into what is replaced");
        assert!(edits.add(&[edit(20, 30, "f")]), "touching is no overlap");
        assert!(edits.add(&[edit(10, 20, "a"), edit(50, 50, "g")]), "the same edit is shared");
        assert!(!edits.add(&[edit(50, 50, "h")]), "two texts for one place");
        assert!(!edits.add(&[edit(60, 64, "i"), edit(62, 66, "j")]), "overlaps itself");
        let texts: Vec<&str> = edits.of(FileId(0)).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["a", "f", "b", "g"]);
    }
}
