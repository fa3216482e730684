//! What a look around an open file gets wrong, remembered while it is typed in.
//!
//! At every key only some files around it are linted. Where a request is retried or a setting is made
//! further away, that finds too much or too little, and what is shown would come and go. So both are
//! compared when everything was linted, and as long as keys follow each other the difference is kept,
//! moved along with the lines it stands in.

use std::path::Path;
use std::sync::Arc;

use gen_lsp_types::{Diagnostic, Position, Range};

use super::convert::{Item, Shown};
use super::server::path_of;
use crate::source::LineIndex;

/// The difference for one file.
#[derive(Debug)]
pub(super) struct Amendment {
    /// The text of the file for which it was found out.
    text: Arc<str>,
    /// What is seen from afar only.
    missed: Vec<Item>,
    /// What is seen to be wrong from afar.
    wrong: Vec<Item>,
}

impl Amendment {
    /// Compares what is found around a file with what is found in everything.
    pub(super) fn new(near: Shown, all: Shown) -> Amendment {
        let without = |items: &[Item], others: &[Item]| -> Vec<Item> {
            let own = items.iter().filter(|item| !others.iter().any(|other| item.is_like(other)));
            own.cloned().collect()
        };
        let (missed, wrong) = (without(&all.items, &near.items), without(&near.items, &all.items));
        Amendment { text: all.text, missed, wrong }
    }

    /// Takes out what is wrong and adds what is missed, where its lines are still the same ones.
    pub(super) fn amend(&self, path: &Path, shown: &mut Shown) {
        if self.missed.is_empty() && self.wrong.is_empty() || !is_counted_by_lines(path) {
            return;
        }
        let kept = KeptLines::between(&self.text, &shown.text);
        for wrong in &self.wrong {
            let Some(wrong) = kept.diagnostic(path, &wrong.diagnostic) else { continue };
            let place = shown.items.iter().position(|item| is_same(&item.diagnostic, &wrong));
            place.map(|place| shown.items.remove(place));
        }
        for missed in &self.missed {
            let Some(diagnostic) = kept.diagnostic(path, &missed.diagnostic) else { continue };
            let known = |item: &Item| {
                item.diagnostic.range == diagnostic.range && item.diagnostic.code == diagnostic.code
            };
            if !shown.items.iter().any(known) {
                // Its fix is one for another text.
                shown.items.push(Item { cell: None, diagnostic, rule: missed.rule, fix: None });
            }
        }
        let place = |at: Position| (at.line, at.character);
        let order = |item: &Item| {
            (place(item.diagnostic.range.start), place(item.diagnostic.range.end), item.rule.id)
        };
        shown.items.sort_by_key(order);
    }
}

/// Whether places in a file are lines of what is linted, which those in notebooks are not.
fn is_counted_by_lines(path: &Path) -> bool {
    path.extension().is_none_or(|extension| extension != "ipynb")
}

/// Whether two diagnostics say the same of the same place.
fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.range == b.range && a.code == b.code && a.message == b.message
}

/// The lines that two texts have in common, at their heads and at their ends.
#[derive(Debug)]
struct KeptLines {
    head: u32,
    tail: u32,
    before: u32,
    now: u32,
}

impl KeptLines {
    fn between(before: &str, now: &str) -> KeptLines {
        let (old, new) = (LineIndex::new(before), LineIndex::new(now));
        let (old_count, new_count) = (old.count(), new.count());
        let same = |line: u32, other: u32| before[old.range(before, line)] == now[new.range(now, other)];
        let most = old_count.min(new_count);
        let head = (1..=most).take_while(|&line| same(line, line)).count() as u32;
        let tail =
            (0..most - head).take_while(|&back| same(old_count - back, new_count - back)).count() as u32;
        KeptLines { head, tail, before: old_count, now: new_count }
    }

    /// Where a line is now, both counted from 0; `None` where it was changed.
    fn line(&self, line: u32) -> Option<u32> {
        let moved = || {
            let back = self.before.checked_sub(line).filter(|back| (1..=self.tail).contains(back))?;
            self.now.checked_sub(back)
        };
        if line < self.head { Some(line) } else { moved() }
    }

    fn range(&self, range: Range) -> Option<Range> {
        let position = |at: Position| Some(Position { line: self.line(at.line)?, character: at.character });
        Some(Range { start: position(range.start)?, end: position(range.end)? })
    }

    /// A diagnostic for the text of now; what it says of lines that were changed is left out.
    fn diagnostic(&self, path: &Path, diagnostic: &Diagnostic) -> Option<Diagnostic> {
        let mut moved = Diagnostic { range: self.range(diagnostic.range)?, ..diagnostic.clone() };
        if let Some(related) = &mut moved.related_information {
            related.retain_mut(|related| {
                let is_here = path_of(&related.location.uri).is_some_and(|of| of == path);
                let range = if is_here { self.range(related.location.range) } else { None };
                related.location.range = range.unwrap_or(related.location.range);
                range.is_some() || !is_here
            });
        }
        Some(moved)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::path::Path;

    use gen_lsp_types::{Code, Diagnostic, Message, Position, Range};

    use super::{Amendment, KeptLines};
    use crate::lsp::convert::{Item, Shown};

    const TEXT: &str = "one\ntwo\nthree\nfour\n";

    fn item(rule: &str, line: u32) -> Item {
        let rule = crate::rules::find(rule).unwrap();
        let at = |character| Position { line, character };
        let diagnostic = Diagnostic {
            range: Range { start: at(0), end: at(3) },
            severity: None,
            code: Some(Code::String(rule.id.into())),
            code_description: None,
            source: None,
            message: Message::String("said".into()),
            tags: None,
            related_information: None,
            data: None,
        };
        Item { cell: None, diagnostic, rule, fix: None }
    }

    fn shown(text: &str, items: &[(&str, u32)]) -> Shown {
        Shown { text: text.into(), items: items.iter().map(|&(rule, line)| item(rule, line)).collect() }
    }

    fn amended(
        near: &[(&str, u32)],
        all: &[(&str, u32)],
        text: &str,
        now: &[(&str, u32)],
    ) -> Vec<(String, u32)> {
        let amendment = Amendment::new(shown(TEXT, near), shown(TEXT, all));
        let mut shown = shown(text, now);
        amendment.amend(Path::new("app.py"), &mut shown);
        shown.items.iter().map(|item| (item.rule.id.to_string(), item.diagnostic.range.start.line)).collect()
    }

    #[test]
    fn what_is_seen_from_afar_only_stays_and_moves() {
        let (near, all) = (&[("missing-retry", 1)], &[("missing-jitter", 3), ("missing-retry", 1)]);
        let now = amended(near, all, "one\n\ntwo\nthree\nfour\n", &[("missing-retry", 2)]);
        assert_eq!(now, [("missing-retry".to_string(), 2), ("missing-jitter".to_string(), 4)]);
    }

    #[test]
    fn what_is_wrong_stays_away_until_its_line_is_changed() {
        let near: &[(&str, u32)] = &[("missing-retry", 1)];
        assert!(amended(near, &[], "zero\ntwo\nthree\nfour\n", near).is_empty());
        let changed = "one\nand two\nthree\nfour\n";
        assert_eq!(amended(near, &[], changed, near), [("missing-retry".to_string(), 1)]);
        assert!(amended(&[], near, changed, &[]).is_empty());
    }

    #[test]
    fn what_is_found_again_is_said_once() {
        let retry: &[(&str, u32)] = &[("missing-retry", 1)];
        assert_eq!(amended(&[], retry, TEXT, retry), [("missing-retry".to_string(), 1)]);
    }

    #[test]
    fn lines_move_with_what_is_typed_above_them() {
        let kept = KeptLines::between("a\nb\nc\nd\n", "a\nnew\nlines\nc\nd\n");
        let lines: Vec<Option<u32>> = (0..6).map(|line| kept.line(line)).collect();
        assert_eq!(lines, [Some(0), None, Some(3), Some(4), Some(5), None]);
    }

    #[test]
    fn lines_that_are_repeated_are_counted_once() {
        let kept = KeptLines::between("x\nx\nx", "x\nx");
        let lines: Vec<Option<u32>> = (0..3).map(|line| kept.line(line)).collect();
        assert_eq!(lines, [Some(0), Some(1), None]);
        let same = KeptLines::between("x\ny", "x\ny");
        assert_eq!((0..2).map(|line| same.line(line)).collect::<Vec<_>>(), [Some(0), Some(1)]);
    }
}
