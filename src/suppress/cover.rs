//! Which lines a comment is about.

use std::cell::RefCell;
use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::facts::{Kind, NodeId};
use crate::model::FileModel;
use crate::source::Span;

/// How a comment stands among code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Nothing but comments on its lines.
    Alone,
    /// Code stands before it.
    BehindCode,
    /// Code stands after it only.
    BeforeCode,
}

/// The code at the two ends of a line: where its first and last characters stand, and which.
#[derive(Clone, Copy, Debug, Default)]
struct Edges {
    first: [Option<(u32, char)>; 2],
    last: [Option<(u32, char)>; 2],
}

/// How the comments of a file stand; a line is looked through once, however many are on it.
pub(super) struct Places<'f> {
    file: &'f FileModel,
    edges: FxHashMap<u32, Edges>,
}

impl<'f> Places<'f> {
    pub(super) fn new(file: &'f FileModel) -> Places<'f> {
        Places { file, edges: FxHashMap::default() }
    }

    /// How a comment stands among code.
    pub(super) fn place(&mut self, comment: Span) -> Place {
        let index = self.file.source.lines();
        let comment = without_line_end(self.file, comment);
        let before = self.edges(index.line(comment.start)).first;
        let after = self.edges(index.line(comment.end)).last;
        let before = before.map(|c| c.filter(|c| c.0 < comment.start).map(|c| c.1));
        let after = after.map(|c| c.filter(|c| c.0 >= comment.end).map(|c| c.1));
        match (before, after) {
            // The braces around a comment among JSX elements.
            ([None, _], [None, _]) | ([Some('{'), None], [Some('}'), None]) => Place::Alone,
            ([None, _], _) => Place::BeforeCode,
            _ => Place::BehindCode,
        }
    }

    fn edges(&mut self, line: u32) -> Edges {
        let file = self.file;
        *self.edges.entry(line).or_insert_with(|| {
            let range = file.source.lines().range(&file.source.text, line);
            let mut edges = Edges::default();
            for part in code(file, Span::new(range.start, range.end)) {
                let text = file.source.text.get(part.range()).unwrap_or_default();
                for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
                    let at = Some((part.start + at as u32, c));
                    match edges.first {
                        [None, _] => edges.first[0] = at,
                        [_, None] => edges.first[1] = at,
                        _ => {}
                    }
                    edges.last = [at, edges.last[0]];
                }
            }
            edges
        })
    }
}

/// Some grammars count the line break after a comment as a part of it.
fn without_line_end(file: &FileModel, comment: Span) -> Span {
    let text = file.source.text.get(comment.range()).unwrap_or_default();
    Span { start: comment.start, end: comment.start + text.trim_end().len() as u32 }
}

/// What a span holds besides comments.
fn code(file: &FileModel, span: Span) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut at = span.start;
    let first = file.facts.comments.partition_point(|comment| comment.span.end <= span.start);
    for comment in &file.facts.comments[first..] {
        if comment.span.start >= span.end {
            break;
        }
        parts.push(Span { start: at, end: comment.span.start.max(at) });
        at = comment.span.end.clamp(at, span.end);
    }
    parts.push(Span { start: at, end: span.end.max(at) });
    parts
}

/// The lines with code, in order.
fn code_lines(file: &FileModel) -> Vec<u32> {
    let source = &file.source;
    let holds_code = |&line: &u32| {
        let range = source.lines().range(&source.text, line);
        let blank = |part: &Span| source.text.get(part.range()).unwrap_or_default().trim().is_empty();
        !code(file, Span::new(range.start, range.end)).iter().all(blank)
    };
    (1..=source.lines().count()).filter(holds_code).collect()
}

/// What starts and ends on the lines of a file.
pub(super) struct Lines<'f> {
    file: &'f FileModel,
    /// Lines with code.
    code: Vec<u32>,
    /// The node that reaches farthest of those that start on a line, blocks aside.
    starting: FxHashMap<u32, NodeId>,
    /// Statements over several lines, by their last one.
    ending: FxHashMap<u32, Vec<NodeId>>,
    /// Where the first block within a node starts, for those that were asked.
    blocks: RefCell<FxHashMap<NodeId, Option<u32>>>,
}

impl<'f> Lines<'f> {
    /// Looks through the nodes of a file.
    pub(super) fn new(file: &'f FileModel) -> Lines<'f> {
        let (facts, index) = (&file.facts, file.source.lines());
        let (starting, ending) = (FxHashMap::default(), FxHashMap::default());
        let mut lines = Lines { file, code: code_lines(file), starting, ending, blocks: RefCell::default() };
        for id in facts.ids().filter(|&id| !matches!(facts.kind(id), Kind::Block { .. })) {
            let span = facts.span(id);
            let start = index.line(first_byte(file, id));
            let farthest = lines.starting.entry(start).or_insert(id);
            if facts.span(*farthest).end < span.end {
                *farthest = id;
            }
            let around = facts.parent(id).map(|parent| facts.kind(parent));
            let end = index.line(span.end);
            if end > start && matches!(around, Some(Kind::Block { .. } | Kind::Class(_))) {
                lines.ending.entry(end).or_default().push(id);
            }
        }
        lines
    }

    /// The lines whose findings a comment is about; empty when there are none.
    pub(super) fn about(&self, comment: Span, place: Place) -> Range<u32> {
        let comment = without_line_end(self.file, comment);
        let index = self.file.source.lines();
        match place {
            Place::BeforeCode => {
                let line = index.line(comment.end);
                line..line + 1
            }
            Place::BehindCode => {
                let line = index.line(comment.start);
                self.start_of_what_ends(line, comment.start)..line + 1
            }
            Place::Alone => {
                let after = index.line(comment.end);
                match self.next_code_line(after) {
                    Some(line) => line..self.end_of_what_starts(line) + 1,
                    None => after..after,
                }
            }
        }
    }

    fn first_block_line(&self, id: NodeId) -> Option<u32> {
        let mut known = self.blocks.borrow_mut();
        *known.entry(id).or_insert_with(|| first_block_line(self.file, id))
    }

    /// The first line with code after a line, in a notebook within the same cell.
    fn next_code_line(&self, line: u32) -> Option<u32> {
        let cell = |line| self.file.source.cell(line).map(|cell| cell.number);
        let next = *self.code.get(self.code.partition_point(|&code| code <= line))?;
        (cell(next) == cell(line)).then_some(next)
    }

    /// The first line of the plain statement over several lines that ends on this one, before
    /// `end`; else the line itself.
    fn start_of_what_ends(&self, line: u32, end: u32) -> u32 {
        let statements = self.ending.get(&line).into_iter().flatten().copied();
        statements
            .filter(|&id| self.file.facts.span(id).end <= end && self.first_block_line(id).is_none())
            .map(|id| self.file.source.lines().line(first_byte(self.file, id)))
            .max()
            .unwrap_or(line)
    }

    /// The last line of what starts on a line: all of it, or what stands before its first block.
    fn end_of_what_starts(&self, line: u32) -> u32 {
        let Some(&id) = self.starting.get(&line) else { return line };
        match self.first_block_line(id) {
            Some(block) => line.max(block.saturating_sub(1)),
            None => {
                let span = self.file.facts.span(id);
                self.file.source.lines().line(span.end.saturating_sub(1).max(span.start))
            }
        }
    }
}

/// Where a node starts, with its decorators.
fn first_byte(file: &FileModel, id: NodeId) -> u32 {
    let decorators = match file.facts.kind(id) {
        Kind::Function(function) => &function.decorators,
        Kind::Class(class) => &class.decorators,
        _ => return file.facts.span(id).start,
    };
    let first = decorators.first().map(|&decorator| file.facts.span(decorator).start);
    first.into_iter().chain([file.facts.span(id).start]).min().unwrap_or_default()
}

/// The line on which the first statement, member or arm within a node starts, if it has any.
fn first_block_line(file: &FileModel, around: NodeId) -> Option<u32> {
    let facts = &file.facts;
    let mut first: Option<u32> = None;
    let mut waiting = vec![around];
    while let Some(id) = waiting.pop() {
        let inner = match facts.kind(id) {
            Kind::Block { body, .. } => Some(body.first().map_or(facts.span(id), |&n| facts.span(n))),
            Kind::Class(class) => class.body.first().map(|&member| facts.span(member)),
            Kind::Match(matching) => matching.arms.first().map(|arm| arm.span),
            _ => None,
        };
        match inner {
            Some(span) => first = Some(first.map_or(span.start, |at| at.min(span.start))),
            // What is within a block starts after it.
            None => facts.for_each_child(id, |child| waiting.push(child)),
        }
    }
    first.map(|at| file.source.lines().line(at))
}
