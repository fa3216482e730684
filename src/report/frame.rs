//! The code shown with a finding, as a source for miette.
//!
//! Only the lines that are shown are copied, made harmless and cut to the width.
//! Frames of several places, also in other files, stand one after another in one
//! text; each has a name and line numbers of its own.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::Report;
use super::neutral::{characters, is_in_key, neutralize};
use super::place::Place;
use crate::finding::Finding;

/// Lines shown around a label.
const CONTEXT: u32 = 1;
/// Frames with no more lines than this between them are shown as one.
const GAP: u32 = 2;

/// The frames of one finding.
#[derive(Debug)]
pub(super) struct Frames {
    text: String,
    frames: Vec<Frame>,
    labels: Vec<LabeledSpan>,
    /// Columns of the labels in the file, by offset in `text`.
    columns: Vec<(usize, u32)>,
}

#[derive(Debug)]
struct Frame {
    name: String,
    /// Number of the first line as it is shown, from 0.
    first_line: usize,
    /// Offsets in the text of the frames at which lines start.
    line_starts: Vec<usize>,
    end: usize,
}

/// A label on one line.
struct Mark<'a> {
    place: Place<'a>,
    text: String,
    primary: bool,
    /// Bytes within the line.
    start: usize,
    end: usize,
}

impl Frames {
    /// The frames of a finding that fit into `width` columns.
    pub(super) fn new(report: &Report<'_>, finding: &Finding, width: usize) -> Frames {
        let mut marks: Vec<Mark<'_>> = Vec::new();
        marks.extend(Mark::new(report, &finding.primary, true));
        marks.extend(finding.related.iter().filter_map(|label| Mark::new(report, label, false)));
        let mut frames =
            Frames { text: String::new(), frames: Vec::new(), labels: Vec::new(), columns: Vec::new() };
        for group in groups(marks) {
            frames.push(group, width);
        }
        frames
    }

    /// The labels, as places in the text of the frames.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.labels.iter().cloned()
    }

    /// Adds a frame for marks of one file or cell, sorted by line.
    fn push(&mut self, marks: Vec<Mark<'_>>, width: usize) {
        let (Some(first), Some(last)) = (marks.first(), marks.last()) else { return };
        let place = first.place;
        let lines = place.file.lines().count();
        let (low, high) = place.cell.map_or((1, lines), |cell| (cell.first_line, cell.end_line() - 1));
        let from = first.place.start.line.saturating_sub(CONTEXT).max(low);
        let to = (last.place.start.line + CONTEXT).min(high).max(last.place.start.line);
        // What follows the last line break of a file is no line to people.
        let nothing = to == lines && to > last.place.start.line && place.file.line(to).is_empty();
        let to = to - u32::from(nothing);
        let mut frame = Frame {
            name: place.shown_path(),
            first_line: place.shown_line(from) as usize - 1,
            line_starts: Vec::new(),
            end: 0,
        };
        let room = width.saturating_sub(6 + to.to_string().len()).max(40);
        let mut marks = marks.into_iter().peekable();
        for number in from..=to {
            let mut here = Vec::new();
            while let Some(mark) = marks.next_if(|mark| mark.place.start.line == number) {
                here.push(mark);
            }
            frame.line_starts.push(self.text.len());
            self.push_line(place.file.written_line(number), without_overlaps(here), room);
        }
        frame.end = self.text.len();
        self.frames.push(frame);
    }

    fn push_line(&mut self, line: &str, marks: Vec<Mark<'_>>, room: usize) {
        let anchor = marks.iter().find(|mark| mark.primary).or(marks.first());
        let window = window(line, anchor.map(|mark| (mark.start, mark.end)), room);
        let line_start = self.text.len();
        if window.start > 0 {
            self.text.push('…');
        }
        // Offsets of the line and of the text of the frames, character by character.
        let mut offsets = Vec::new();
        let word = start_of_word(line, window.start);
        let characters = characters(&line[word..]).map(|(at, c)| (word + at, c));
        for (at, c) in characters.skip_while(|&(at, _)| at < window.start) {
            offsets.push((at, self.text.len()));
            if at >= window.end {
                self.text.push('…');
                break;
            }
            self.text.push(c);
        }
        let line_end = self.text.len();
        let cut = window.end < line.len();
        let shown_end = if cut { line_end - '…'.len_utf8() } else { line_end };
        let shown = |offset: usize| match offsets.binary_search_by_key(&offset, |&(at, _)| at) {
            Ok(index) => offsets[index].1,
            Err(0) => line_start,
            Err(index) if index == offsets.len() => line_end,
            Err(index) => offsets[index].1,
        };
        for mark in marks {
            let start = if mark.start >= window.end && cut { shown_end } else { shown(mark.start) };
            let end = shown(mark.end).max(start);
            self.columns.push((start, mark.place.start.column));
            let text = Some(mark.text).filter(|text| !text.is_empty());
            let span = SourceSpan::from(start..end);
            self.labels.push(if mark.primary {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            });
        }
        self.text.push('\n');
    }
}

impl<'a> Mark<'a> {
    fn new(report: &Report<'a>, label: &crate::finding::Label, primary: bool) -> Option<Mark<'a>> {
        let place = Place::of(report, label.at)?;
        let line = place.file.line(place.start.line);
        let start = (place.start.byte_column as usize - 1).min(line.len());
        // What goes on is underlined on its first line only.
        let end = if place.end.line > place.start.line {
            line.trim_end().len()
        } else {
            place.end.byte_column as usize - 1
        };
        let end = end.clamp(start, line.len());
        Some(Mark { place, text: neutralize(&label.text).into_owned(), primary, start, end })
    }
}

/// Splits marks into those shown in one frame each, the primary one's first.
fn groups(marks: Vec<Mark<'_>>) -> Vec<Vec<Mark<'_>>> {
    let Some(primary) = marks.first() else { return Vec::new() };
    let key = |mark: &Mark<'_>| (mark.place.file.path.clone(), mark.place.cell.map(|cell| cell.number));
    let first = (key(primary), primary.place.start.line);
    let mut keyed: Vec<_> = marks.into_iter().map(|mark| (key(&mark), mark)).collect();
    keyed.sort_by(|(a, m), (b, n)| {
        (a != &first.0, a, m.place.start.line).cmp(&(b != &first.0, b, n.place.start.line))
    });
    let mut groups: Vec<(_, Vec<Mark<'_>>)> = Vec::new();
    for (key, mark) in keyed {
        match groups.last_mut() {
            Some((last, group))
                if *last == key
                    && group.last().is_some_and(|before| {
                        mark.place.start.line <= before.place.start.line + 2 * CONTEXT + GAP + 1
                    }) =>
            {
                group.push(mark);
            }
            _ => groups.push((key, vec![mark])),
        }
    }
    groups.sort_by_key(|(_, group)| !group.iter().any(|mark| mark.primary));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// miette draws underlines of one line side by side: an outer one ends where an inner one
/// begins, and equal ones become one.
fn without_overlaps(mut marks: Vec<Mark<'_>>) -> Vec<Mark<'_>> {
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut apart: Vec<Mark<'_>> = Vec::new();
    for mut mark in marks {
        if let Some(before) = apart.last_mut() {
            if mark.start > before.start {
                before.end = before.end.min(mark.start);
            } else if mark.end > before.end {
                mark.start = before.end.max(mark.start);
            }
            if mark.start == before.start {
                before.primary |= mark.primary;
                if before.text.is_empty() {
                    before.text = mark.text;
                } else if !mark.text.is_empty() && mark.text != before.text {
                    before.text = format!("{}; {}", before.text, mark.text);
                }
                continue;
            }
        }
        apart.push(mark);
    }
    apart
}

/// Which bytes of a line are shown: all of them, or `room` characters around the anchor. Looks
/// no farther than that: a line may be the whole file.
fn window(line: &str, anchor: Option<(usize, usize)>, room: usize) -> std::ops::Range<usize> {
    let after = |byte: usize, n: usize| line[byte..].char_indices().nth(n).map(|(at, _)| byte + at);
    let before = |byte: usize, n: usize| {
        let mut back = line[..byte].char_indices().rev();
        if n == 0 { byte } else { back.nth(n - 1).map_or(0, |(at, _)| at) }
    };
    if after(0, room).is_none() {
        return 0..line.len();
    }
    let (start, end) = anchor.unwrap_or((0, 0));
    // One column on each side for the ellipsis.
    let room = room - 2;
    let from = if after(0, room).is_some_and(|limit| end < limit) { 0 } else { before(start, room / 4) };
    match after(from, room) {
        Some(to) => from..to,
        None => before(line.len(), room)..line.len(),
    }
}

/// Where the run of letters and digits around a place begins: a key that began before the shown
/// part of its line is as secret there.
fn start_of_word(line: &str, at: usize) -> usize {
    let ends_before = |b: &u8| !is_in_key(*b);
    line.as_bytes()[..at].iter().rposition(ends_before).map_or(0, |last| last + 1)
}

impl SourceCode for Frames {
    /// Always the whole frame, or where the span itself is when no context is asked for.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        _context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let frame = self
            .frames
            .iter()
            .find(|frame| {
                frame.line_starts.first().is_some_and(|&start| start <= span.offset()) && end < frame.end
            })
            .ok_or(MietteError::OutOfBounds)?;
        let start = frame.line_starts.first().copied().unwrap_or_default();
        let lines = frame.line_starts.len();
        let (range, line, column) = if context_before > 0 {
            (start..frame.end, frame.first_line, 0)
        } else {
            let index = frame.line_starts.partition_point(|&at| at <= span.offset()) - 1;
            let column = self.columns.iter().find(|&&(at, _)| at == span.offset()).map_or(1, |&(_, c)| c);
            (span.offset()..end, frame.first_line + index, column as usize - 1)
        };
        Ok(Box::new(MietteSpanContents::new_named(
            frame.name.clone(),
            &self.text.as_bytes()[range.clone()],
            range.into(),
            line,
            column,
            lines,
        )))
    }
}
