//! Exact places for fixes: what is replaced, taken out or put in, and how it is written there.
//!
//! Every answer is an edit of which it is certain what it changes, or nothing.

mod list;
mod step;

use super::Project;
use crate::facts::{CallStyle, Kind};
use crate::finding::{Edit, Location};
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;
use crate::source::{FileId, Span};

use list::List;

fn edit(file: FileId, span: Span, text: impl Into<String>) -> Edit {
    Edit { at: Location { file, span }, text: text.into() }
}

impl Project {
    /// Another text in a literal that holds nothing but a given one.
    pub fn retext(&self, literal: Location, old: &str, new: &str) -> Option<Edit> {
        let written = self.source_file(literal.file).text.get(literal.span.range())?;
        let at = written.find(old)?;
        let (before, after) = (&written[..at], &written[at + old.len()..]);
        let marks = |text: &str| text.chars().all(|c| "\"'`#rbuRBU".contains(c));
        if !marks(before) || !marks(after) || old.is_empty() {
            return None;
        }
        let start = literal.span.start as usize + at;
        Some(edit(literal.file, Span::new(start, start + old.len()), new))
    }

    /// Another number where one is written in digits alone.
    pub fn renumber(&self, at: NodeRef, number: u64) -> Option<Edit> {
        let written = self.file(at.file).text_of(at.node);
        let digits = !written.is_empty() && written.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        (digits && matches!(self.kind(at), Kind::Number(_)))
            .then(|| edit(at.file, self.location(at).span, number.to_string()))
    }

    /// Another expression instead of one.
    pub fn rewrite(&self, at: NodeRef, text: impl Into<String>) -> Edit {
        edit(at.file, self.location(at).span, text)
    }

    /// Without an argument, field or builder step of a name, given its value.
    pub fn without_option(&self, value: NodeRef, name: &str) -> Option<Edit> {
        let at = self.given_as(value);
        let facts = self.facts(at.file);
        let holder = facts.parent(at.node)?;
        match facts.kind(holder) {
            Kind::Call(call) => {
                let index = call.args.iter().position(|arg| arg.value == at.node)?;
                if call.args[index].name.as_deref() == Some(name) {
                    let span = self.argument_list(at.sibling(holder))?.without(index)?;
                    return Some(edit(at.file, span, ""));
                }
                let Kind::Member { object, name: step, .. } = facts.kind(call.callee) else { return None };
                if &**step != name || call.args.len() != 1 || call.args[0].name.is_some() {
                    return None;
                }
                let from = facts.span(*object).end;
                let end = facts.span(holder).end;
                let link = self.file(at.file).source.text.get(from as usize..end as usize)?;
                link.trim_start().strip_prefix('.').filter(|rest| rest.trim_start().starts_with(name))?;
                Some(edit(at.file, Span { start: from, end }, ""))
            }
            Kind::Record(record) => {
                // All fields of a type have to be there.
                if record.ty.is_some() {
                    return None;
                }
                let index = record.entries.iter().position(|entry| entry.value == at.node)?;
                let span = self.entry_list(at.sibling(holder))?.without(index)?;
                let written = self.file(at.file).source.text.get(span.range())?;
                written.contains(name).then(|| edit(at.file, span, ""))
            }
            _ => None,
        }
    }

    /// The expression by which a value is given, wrappers around it included: `Some(0.5)`.
    fn given_as(&self, value: NodeRef) -> NodeRef {
        let facts = self.facts(value.file);
        let mut at = value.node;
        while let Some(parent) = facts.parent(at) {
            match facts.kind(parent) {
                Kind::Cast { value, .. } if *value == at => {}
                Kind::Unary { .. } => {}
                Kind::Call(call)
                    if call.args.len() == 1
                        && call.args[0].value == at
                        && last_name(facts, call.callee).is_some_and(|n| &*n == "Some") => {}
                _ => break,
            }
            at = parent;
        }
        value.sibling(at)
    }

    /// Another name for the argument or field that a value is given as.
    pub fn rename_option(&self, value: NodeRef, old: &str, new: &str) -> Option<Edit> {
        let at = self.given_as(value);
        let facts = self.facts(at.file);
        let holder = facts.parent(at.node)?;
        let span = match facts.kind(holder) {
            Kind::Call(call) => {
                let arg = call.args.iter().find(|a| a.value == at.node && a.name.as_deref() == Some(old))?;
                arg.span
            }
            Kind::Record(record) => record.entries.iter().find(|e| e.value == at.node)?.span,
            _ => return None,
        };
        if span == facts.span(at.node) {
            // `{ id }`
            let written = self.file(at.file).language.option(new, old)?;
            return Some(edit(at.file, Span { end: span.start, ..span }, written.strip_suffix(old)?));
        }
        let written = self.file(at.file).source.text.get(span.range())?;
        let quote = usize::from(written.starts_with(['"', '\'']));
        written.get(quote..)?.strip_prefix(old)?.strip_prefix(['"', '\'', ':', '=', ' '])?;
        let start = span.start as usize + quote;
        Some(edit(at.file, Span::new(start, start + old.len()), new))
    }

    /// Another option at the end of those of a call, or of the record that makes them.
    pub fn with_option(&self, at: NodeRef, name: &str, value: &str) -> Option<Edit> {
        let language = self.file(at.file).language;
        let option = language.option(name, value)?;
        let insert = |list: List<'_>, text: &str| {
            let (place, text) = list.with(text)?;
            Some(edit(at.file, Span::new(place, place), text))
        };
        match self.kind(at) {
            Kind::Record(record) if record.ty.is_none() && !language.has_keywords() => {
                insert(self.entry_list(at)?, &option)
            }
            Kind::Call(call) if language.has_keywords() => {
                let spread = call.args.iter().any(|arg| arg.spread || arg.keyword_spread);
                (!spread).then(|| insert(self.argument_list(at)?, &option))?
            }
            Kind::Call(call) => match &call.args[..] {
                [] => insert(self.argument_list(at)?, &format!("{{ {option} }}")),
                [only] if matches!(self.kind(at.sibling(only.value)), Kind::Record(_)) => {
                    insert(self.entry_list(at.sibling(only.value))?, &option)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Another option that is a time.
    pub fn with_seconds(&self, at: NodeRef, name: &str, seconds: u32) -> Option<Edit> {
        self.with_option(at, name, &self.file(at.file).language.seconds(seconds))
    }

    /// Another text under a key beside a field of a record, or in a builder step beside one: what
    /// holds `value` gets a fellow.
    pub fn with_fellow(&self, value: NodeRef, key: &str, text: &str) -> Option<Edit> {
        let facts = self.facts(value.file);
        let holder = facts.parent(value.node)?;
        let source = &self.file(value.file).source.text;
        match facts.kind(holder) {
            Kind::Record(record) if record.ty.is_none() => {
                let entry = record.entries.iter().find(|entry| entry.value == value.node)?;
                entry.key.as_ref()?;
                let written = source.get(entry.span.range())?;
                let quote = if written.contains('\'') && !written.contains('"') { '\'' } else { '"' };
                let (place, new) = self
                    .entry_list(value.sibling(holder))?
                    .with(&format!("{quote}{key}{quote}: {quote}{text}{quote}"))?;
                Some(edit(value.file, Span::new(place, place), new))
            }
            // `.header("x-api-key", key)`
            Kind::Call(call) if call.style == CallStyle::Plain && call.args.len() == 2 => {
                let Kind::Member { object, .. } = facts.kind(call.callee) else { return None };
                if call.args[1].value != value.node || !matches!(facts.kind(*object), Kind::Call(_)) {
                    return None;
                }
                let object = facts.span(*object).end as usize;
                let callee = source.get(object..facts.span(call.callee).end as usize)?;
                let chained = callee.trim_start().starts_with('.');
                let end = facts.span(holder).end as usize;
                chained.then(|| {
                    edit(value.file, Span::new(end, end), format!("{callee}(\"{key}\", \"{text}\")"))
                })
            }
            _ => None,
        }
    }

    /// A statement on a line of its own behind the one that binds a value to a name: `{name}` in
    /// the text stands for it.
    pub fn with_statement(&self, value: NodeRef, text: &str) -> Option<Edit> {
        let facts = self.facts(value.file);
        let mut at = value.node;
        let mut parent = facts.parent(at)?;
        while matches!(facts.kind(parent), Kind::Await(_)) {
            at = parent;
            parent = facts.parent(at)?;
        }
        let Kind::Assign(assign) = facts.kind(parent) else { return None };
        let Kind::Name(name) = facts.kind(assign.target) else { return None };
        let block = facts.parent(parent)?;
        if assign.value != Some(at) || !matches!(facts.kind(block), Kind::Block { .. }) {
            return None;
        }
        let source = &self.file(value.file).source.text;
        let span = facts.span(parent);
        let line = source[..span.start as usize].rfind('\n').map_or(0, |end| end + 1);
        let before = &source[line..span.start as usize];
        let indent = &before[..before.len() - before.trim_start().len()];
        let end = span.end as usize;
        let rest = source[end..].lines().next().unwrap_or_default().trim();
        let language = self.file(value.file).language;
        if !language.begins_binding(before.trim()) || !(rest.is_empty() || rest == ";") {
            return None;
        }
        let end = end + source[end..].find(';').filter(|_| rest == ";").map_or(0, |at| at + 1);
        let statement = language.statement(&text.replace("{name}", name));
        Some(edit(value.file, Span::new(end, end), format!("\n{indent}{statement}")))
    }

    /// The call of another function of the same module, with its import where it needs one.
    pub fn with_callee(&self, call: NodeRef, new: &str) -> Option<Vec<Edit>> {
        let Kind::Call(parts) = self.kind(call) else { return None };
        let file = self.file(call.file);
        let facts = &file.facts;
        match facts.kind(parts.callee) {
            Kind::Member { name_span, .. } => Some(vec![edit(call.file, *name_span, new)]),
            Kind::Name(old) => {
                let known = |node| match facts.kind(node) {
                    Kind::Import(import) => Some(import),
                    _ => None,
                };
                let mut names = facts.ids().filter_map(known).flat_map(|import| &import.names);
                let import = names.find(|n| n.local == *old && n.imported.as_ref() == Some(old))?;
                let mut there = facts.ids().filter_map(known).flat_map(|import| &import.names);
                let span = facts.span(parts.callee);
                let mut edits = vec![edit(call.file, span, new)];
                let read = file.names(old).iter().filter(|&&n| facts.span(n) != import.span).count();
                if there.any(|n| &*n.local == new) {
                    // It is there already.
                } else if read <= 1 {
                    edits.push(edit(call.file, import.span, new));
                } else {
                    let end = Span { start: import.span.end, ..import.span };
                    edits.push(edit(call.file, end, format!(", {new}")));
                }
                Some(edits)
            }
            _ => None,
        }
    }

    /// The arguments of a call as a list in the text.
    fn argument_list(&self, at: NodeRef) -> Option<List<'_>> {
        let file = self.file(at.file);
        let Kind::Call(call) = self.kind(at) else { return None };
        let items: Vec<Span> = call.args.iter().map(|arg| arg.span).collect();
        self.list(at, items, ')').filter(|_| call.style != CallStyle::Macro && !file.facts.too_deep)
    }

    /// The fields of a record as a list in the text.
    fn entry_list(&self, at: NodeRef) -> Option<List<'_>> {
        let Kind::Record(record) = self.kind(at) else { return None };
        self.list(at, record.entries.iter().map(|entry| entry.span).collect(), '}')
    }

    fn list(&self, at: NodeRef, items: Vec<Span>, bracket: char) -> Option<List<'_>> {
        let file = self.file(at.file);
        let span = file.facts.span(at.node);
        let text = &*file.source.text;
        let sound = items.iter().all(|item| !item.is_empty() && span.contains(*item));
        let close = span.end as usize - 1;
        (sound && items.is_sorted() && text.get(span.range())?.ends_with(bracket)).then_some(List {
            text,
            comments: &file.facts.comments,
            items,
            close,
        })
    }
}
