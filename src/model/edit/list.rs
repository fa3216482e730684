//! Taking something out of what stands between commas, and putting something in.

use crate::facts::Comment;
use crate::source::Span;

/// A text with its comments, and the items of a list in it.
pub(super) struct List<'t> {
    /// The text of the file.
    pub(super) text: &'t str,
    /// Its comments, in order.
    pub(super) comments: &'t [Comment],
    /// The items, in order.
    pub(super) items: Vec<Span>,
    /// Where the closing bracket stands.
    pub(super) close: usize,
}

impl List<'_> {
    /// What to take out for an item to go, with its comma; with its lines where it has them to
    /// itself. `None` where something stands in between that nothing is known of.
    pub(super) fn without(&self, index: usize) -> Option<Span> {
        let item = *self.items.get(index)?;
        let (start, mut end) = (item.start as usize, item.end as usize);
        let comma = self.next(end).filter(|&at| self.text.as_bytes().get(at) == Some(&b','));
        if let Some(comma) = comma {
            end = comma + 1;
        }
        let line = self.line_start(start);
        if self.is_blank(line, start)
            && let Some(next_line) = self.line_end(end)
            && (comma.is_some() || index == 0 || self.comma_before(index).is_some())
        {
            return Some(Span::new(line, next_line));
        }
        let blanks =
            |at: usize| self.text[at..].len() - self.text[at..].trim_start_matches([' ', '\t']).len();
        if comma.is_some() {
            let behind = end + blanks(end);
            let last = self.text[behind..].starts_with(['\n', '\r']) || behind == self.close;
            let before = self.text[..start].trim_end_matches([' ', '\t']).len();
            return Some(match last && before > line {
                true => Span::new(before, end),
                false => Span::new(start, behind),
            });
        }
        match index {
            0 => Some(Span::new(start, end)),
            _ => Some(Span::new(self.comma_before(index)?, end)),
        }
    }

    /// Where to put another item at the end, and how it has to be written for that.
    pub(super) fn with(&self, item: &str) -> Option<(usize, String)> {
        let Some(last) = self.items.last() else {
            let before = self.text[..self.close].trim_end();
            return before.ends_with(['(', '{', '[']).then(|| match before.ends_with('{') {
                true => (before.len(), format!(" {item} ")),
                false => (before.len(), item.to_string()),
            });
        };
        let (start, end) = (last.start as usize, last.end as usize);
        let next = self.next(end)?;
        let comma = self.text.as_bytes().get(next) == Some(&b',');
        // Something that is not known may stand behind the last item.
        if !comma && next != self.close || comma && self.next(next + 1)? != self.close {
            return None;
        }
        let line = self.line_start(start);
        let between = if self.is_blank(line, start) && start > line {
            format!("\n{}", &self.text[line..start])
        } else {
            " ".to_string()
        };
        Some(match comma {
            true if between.starts_with('\n') => (next + 1, format!("{between}{item},")),
            true => (next + 1, format!("{between}{item}")),
            false => (end, format!(",{between}{item}")),
        })
    }

    /// Where an item's comma ends what is before it: the end of the item before.
    fn comma_before(&self, index: usize) -> Option<usize> {
        let before = self.items.get(index.checked_sub(1)?)?.end as usize;
        let between = self.text.get(before..self.items[index].start as usize)?;
        (between.trim() == ",").then_some(before)
    }

    /// The next byte that is neither blank nor in a comment.
    fn next(&self, mut at: usize) -> Option<usize> {
        loop {
            at += self.text.get(at..)?.len() - self.text.get(at..)?.trim_start().len();
            let comment = self.comments.partition_point(|c| (c.span.start as usize) < at);
            match self.comments.get(comment) {
                Some(c) if c.span.start as usize == at && !c.span.is_empty() => at = c.span.end as usize,
                _ => return Some(at),
            }
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn is_blank(&self, start: usize, end: usize) -> bool {
        self.text[start..end].bytes().all(|b| b == b' ' || b == b'\t')
    }

    /// The start of the next line, where only blanks and a comment stand before it.
    fn line_end(&self, at: usize) -> Option<usize> {
        let end = at + self.text[at..].find('\n')? + 1;
        let rest = self.text[at..end].trim_start_matches([' ', '\t']);
        let from = end - rest.len();
        let comment = self.comments.partition_point(|c| (c.span.start as usize) < from);
        let is_comment = || {
            let comment = self.comments.get(comment).map(|c| c.span);
            comment
                .is_some_and(|c| c.start as usize == from && self.text[from..end].trim_end().len() <= c.len())
        };
        (rest.trim().is_empty() || is_comment()).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::List;
    use crate::source::Span;

    fn list<'t>(text: &'t str, items: &[&str]) -> List<'t> {
        let span = |item: &&str| {
            let at = text.find(*item).unwrap_or(0);
            Span::new(at, at + item.len())
        };
        List {
            text,
            comments: &[],
            items: items.iter().map(span).collect(),
            close: text.rfind(')').unwrap_or(0),
        }
    }

    #[track_caller]
    fn without(text: &str, items: &[&str], index: usize, expected: &str) {
        let span = list(text, items).without(index).expect("it can be taken out");
        assert_eq!([&text[..span.start as usize], &text[span.end as usize..]].concat(), expected);
    }

    #[track_caller]
    fn with(text: &str, items: &[&str], expected: &str) {
        let (at, new) = list(text, items).with("z=0").expect("it can be put in");
        assert_eq!([&text[..at], &new, &text[at..]].concat(), expected);
    }

    #[test]
    fn items_go_with_their_commas() {
        let items = ["a=1", "b=2", "c=3"];
        without("f(a=1, b=2, c=3)", &items, 0, "f(b=2, c=3)");
        without("f(a=1, b=2, c=3)", &items, 1, "f(a=1, c=3)");
        without("f(a=1, b=2, c=3)", &items, 2, "f(a=1, b=2)");
        without("f(a=1, b=2, c=3,)", &items, 2, "f(a=1, b=2,)");
        without("f(a=1)", &["a=1"], 0, "f()");
        without("f(\n  a=1,\n  b=2,\n  c=3,\n)", &items, 1, "f(\n  a=1,\n  c=3,\n)");
        without("f(\r\n\ta=1,\r\n\tb=2,\r\n\tc=3\r\n)", &items, 2, "f(\r\n\ta=1,\r\n\tb=2,\r\n)");
        without("f(\n  a=1, b=2,\n  c=3)", &items, 1, "f(\n  a=1,\n  c=3)");
        assert_eq!(list("f((a=1), b=2)", &["a=1", "b=2"]).without(1), None);
    }

    #[test]
    fn items_come_behind_the_last_one() {
        with("f()", &[], "f(z=0)");
        with("f(a=1)", &["a=1"], "f(a=1, z=0)");
        with("f(a=1,)", &["a=1"], "f(a=1, z=0)");
        with("f(\n  a=1,\n)", &["a=1"], "f(\n  a=1,\n  z=0,\n)");
        with("f(\n  a=1\n)", &["a=1"], "f(\n  a=1,\n  z=0\n)");
        assert!(list("f(a=1 b)", &["a=1"]).with("z=0").is_none());
    }
}
