//! Where fixes were made, so that none is made twice.

use crate::source::{FileId, Span};

/// A place that was changed for a rule.
#[derive(Debug, Clone)]
struct Place {
    rule: &'static str,
    file: FileId,
    span: Span,
}

/// The places that were changed, in the text as it is now.
#[derive(Debug, Default)]
pub(super) struct Done(Vec<Place>);

impl Done {
    /// Whether an edit for a rule would change again what was changed for the same rule. That is
    /// no progress: a fix that has to be made twice does not help.
    pub(super) fn has(&self, rule: &str, file: FileId, edit: Span) -> bool {
        self.0.iter().any(|place| {
            let span = place.span;
            place.rule == rule
                && place.file == file
                && if edit.is_empty() || span.is_empty() {
                    // Next to what was removed something else may be removed, but not put in.
                    edit.start <= span.end && span.start <= edit.end && (edit.is_empty() || !span.is_empty())
                } else {
                    edit.start < span.end && span.start < edit.end
                }
        })
    }

    /// Moves the places of a file along with edits, which are sorted and apart.
    pub(super) fn shift(&mut self, file: FileId, edits: &[(Span, &str)]) {
        for place in self.0.iter_mut().filter(|place| place.file == file) {
            let Span { start, end } = place.span;
            place.span = Span { start: moved(start, edits), end: moved(end, edits).max(moved(start, edits)) };
        }
    }

    /// Notes an edit that was made together with others of its file.
    pub(super) fn add(&mut self, rule: &'static str, file: FileId, edit: Span, edits: &[(Span, &str)]) {
        let Some(&(_, text)) = edits.iter().find(|(span, _)| *span == edit) else { return };
        let before: Vec<(Span, &str)> = edits.iter().filter(|(span, _)| *span < edit).copied().collect();
        let start = moved(edit.start, &before);
        self.0.push(Place { rule, file, span: Span { start, end: start + text.len() as u32 } });
    }
}

/// Where an offset is after edits.
fn moved(offset: u32, edits: &[(Span, &str)]) -> u32 {
    let mut shift = 0_i64;
    for (span, text) in edits.iter().take_while(|(span, _)| span.start < offset) {
        let kept = i64::from(span.end.min(offset) - span.start);
        shift += text.len() as i64 - kept;
    }
    (i64::from(offset) + shift).max(0) as u32
}

#[cfg(test)]
mod tests {
    use super::Done;
    use crate::source::{FileId, Span};

    #[test]
    fn a_place_is_changed_once_for_a_rule() {
        let file = FileId(0);
        let mut done = Done::default();
        let first = [(Span::new(0, 4), "longer text"), (Span::new(20, 20), "inserted")];
        for (span, _) in first {
            done.add("a", file, span, &first);
        }
        assert!(done.has("a", file, Span::new(27, 27)), "before what was inserted");
        assert!(done.has("a", file, Span::new(35, 35)), "after it");
        assert!(!done.has("a", file, Span::new(36, 36)));
        assert!(!done.has("b", file, Span::new(27, 27)), "another rule");
        done.shift(file, &[(Span::new(11, 15), "")]);
        assert!(done.has("a", file, Span::new(23, 25)));
        assert!(!done.has("a", file, Span::new(31, 33)));
    }
}
