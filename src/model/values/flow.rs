//! Where a value goes: through names, records, calls and returns, to what is done with it.

mod calls;
mod construct;
mod marks;
mod member;
mod narrow;
mod walk;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::value::{NodeRef, Value};
use crate::facts::{Call, Kind, Name, NodeId};
use crate::model::names::index::last_name;
use crate::model::names::words::{has_word_of, words_of};
use crate::model::{Project, enclosing_function};
use crate::sdk::Sdk;
use walk::Walk;

/// What becomes of a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sink {
    /// Printed, logged, or shown as the last value of a notebook cell.
    Shown,
    /// Looked at: a condition, a comparison, a length.
    Tested,
    /// The name of a file that is opened or removed.
    Opened,
    /// Handed out by a generator, piece by piece.
    Yielded,
    /// Anything else.
    Used,
    /// Given back to callers out of sight.
    Returned,
    /// Written to a file or database.
    Written,
    /// Parsed as JSON or another format.
    Parsed,
    /// Run as code, a query or a command.
    Executed,
}

/// One end of a value's way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct End {
    /// Where.
    pub at: NodeRef,
    /// What happens there.
    pub sink: Sink,
    /// Whether it was gathered with other pieces on the way (`text += piece`, `parts.append(piece)`).
    pub gathered: bool,
    /// Whether only what a closing mark ends comes here, or what is asked for one: a text that is cut off
    /// does not.
    pub closed: bool,
    /// Whether it is only in what is logged: `log(reply)`.
    pub inside: bool,
    /// The call by which it first left its function, where that was asked for.
    pub through: Option<NodeRef>,
}

const MAX_DEPTH: u32 = 60;
const MAX_STEPS: usize = 800;
/// Calls entered or left at a time.
const MAX_CALLS: usize = 4;
const MAX_CALLERS: usize = 256;
/// Calls in a chain of methods that are looked back over.
const MAX_CHAIN: usize = 8;

/// A step from what is followed to the value in it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Part {
    Key(Name),
    Item(u32),
    /// A field of an object of the project, and its place where it has one.
    Field(Name, Option<u32>),
    Any,
    /// A text that something was written into as JSON or the like: to parse that is not to parse the value.
    Encoded,
}

/// The way from what is followed to the value inside it, innermost first; empty for the value itself.
type Parts = SmallVec<[Part; 4]>;

/// Whether a value was taken out of a list or table, which says nothing about what it is.
fn comes_out_of_collection(path: &str, sdk: &Sdk) -> bool {
    path.match_indices("()").any(|(i, _)| path.get(..i).is_some_and(|made| sdk.has_word("collection", made)))
}

impl Project {
    /// What becomes of the value of an expression, with the places; in source order. Followed
    /// into functions it is given to and back to the callers of functions that return it.
    pub fn sinks(&self, at: NodeRef) -> Vec<End> {
        let mut ends = self.sinks_by_caller(at);
        ends.iter_mut().for_each(|end| end.through = None);
        ends.sort();
        ends.dedup();
        ends
    }

    /// The same, told apart by the caller to which the value goes back first.
    pub fn sinks_by_caller(&self, at: NodeRef) -> Vec<End> {
        self.walk_from(at).ends
    }

    /// Whether a value is compared with others, perhaps shown, and that is all.
    pub(in crate::model) fn is_only_compared(&self, at: NodeRef) -> bool {
        let walk = self.walk_from(at);
        let compared = |end: &End| end.sink == Sink::Tested;
        !walk.kept
            && walk.ends.iter().any(compared)
            && walk.ends.iter().all(|end| compared(end) || end.sink == Sink::Shown)
    }

    fn walk_from(&self, at: NodeRef) -> Walk<'_> {
        let mut walk = Walk {
            project: self,
            ends: Vec::new(),
            gathered: false,
            inside: false,
            kept: false,
            narrowed: self.narrowed_at(at),
            calls: SmallVec::new(),
            left: 0,
            through: None,
            seen: FxHashSet::default(),
        };
        // A name in a pattern holds the value: its readers are what matters.
        match self.file(at.file).scopes.binding(at.node) {
            Some(def) if self.is_binding(at) => walk.read(at, def, Parts::new(), 0),
            _ => walk.follow(at, Parts::new(), 0),
        }
        walk.ends.sort();
        walk.ends.dedup();
        walk
    }

    /// Whether the text comes to that end only if a closing mark was found in it.
    pub fn is_closed(&self, end: &End, ends: &[End]) -> bool {
        // `closed_part or all_of_it`: the test of that says nothing.
        let mixed = |e: &End| ends.iter().any(|other| other.at == e.at && !other.closed);
        let tested = |e: &&End| e.closed && e.sink == Sink::Tested && self.is_behind_mark(e.at, end.at);
        end.closed || ends.iter().any(|e| tested(&e) && !mixed(e))
    }

    /// The places that read a variable from the binding at a node, within the same function;
    /// in source order.
    pub fn readers(&self, binding: NodeRef) -> Vec<NodeRef> {
        let model = self.file(binding.file);
        let facts = &model.facts;
        let Kind::Name(name) = facts.kind(binding.node) else { return Vec::new() };
        let root = self.function_of_variable(binding, name);
        let readers = model.readers(name);
        let readers = readers.get(&binding.node).map_or(&[][..], |r| r).iter().copied();
        readers.filter(|&n| facts.ancestors(n).any(|a| a == root)).map(|n| binding.sibling(n)).collect()
    }

    /// The function that the variable of a binding belongs to: that around a closure which sets one of it.
    fn function_of_variable(&self, binding: NodeRef, name: &Name) -> NodeId {
        let model = self.file(binding.file);
        let facts = &model.facts;
        let Some(own) = enclosing_function(facts, binding.node) else { return NodeId::ROOT };
        let outer = |f: &NodeId| facts.ancestors(own).any(|n| n == *f);
        let defs = model.scopes.lookup(facts, name, binding.node);
        let functions = defs.iter().filter_map(|def| enclosing_function(facts, def.node));
        functions.filter(outer).min_by_key(|&f| facts.span(f).start).unwrap_or(own)
    }

    fn is_binding(&self, at: NodeRef) -> bool {
        self.file(at.file).binds(at.node)
    }

    /// What a call that the data knows does with its arguments.
    pub(in crate::model) fn known_sink(&self, call: NodeRef, callee: NodeId) -> Option<Sink> {
        let model = self.file(call.file);
        let name = last_name(&model.facts, callee)?;
        let path = self.eval(call.sibling(callee)).iter().find_map(|v| match v {
            Value::External(e) => Some(e.path.clone()),
            _ => None,
        });
        let method = matches!(model.facts.kind(callee), Kind::Member { .. });
        let listed = |list: &str| {
            path.as_deref().is_some_and(|p| model.sdk.has_word(list, p))
                || method && model.sdk.has_word(list, &format!(".{name}"))
        };
        let lists = [
            ("log", Sink::Shown),
            ("parse", Sink::Parsed),
            ("execute", Sink::Executed),
            ("write", Sink::Written),
            ("test", Sink::Tested),
            ("looks-for", Sink::Tested),
            ("opens-path", Sink::Opened),
        ];
        let sink = lists.into_iter().find(|(list, _)| listed(list)).map(|(_, sink)| sink);
        let sink = sink.or_else(|| self.writes_rows(call, callee).then_some(Sink::Written));
        // What else is executed may be a plan or a plugin.
        let sink = sink.filter(|&sink| {
            sink != Sink::Executed
                || !method
                || path.as_deref().is_some_and(|p| !comes_out_of_collection(p, model.sdk))
                || !model.sdk.has_word("vague-executes", &name)
                || self.runs_queries(call.sibling(callee))
        });
        // Whoever keeps a log of it shows it, be it in a file.
        sink.map(|sink| if sink == Sink::Written && self.keeps_log(call) { Sink::Shown } else { sink })
    }

    /// Whether a method writes to a table that the calls before it name: `from("pages").update(…)`,
    /// `update(pages).set(…)`.
    pub(in crate::model) fn writes_rows(&self, call: NodeRef, callee: NodeId) -> bool {
        let model = self.file(call.file);
        let facts = &model.facts;
        let Kind::Member { object, name, .. } = facts.kind(callee) else { return false };
        // `pages.update({ where: { id }, data: { text } })`
        let rows = |n: NodeId| matches!(facts.kind(n), Kind::Record(r) if r.value_of("data").is_some());
        if model.sdk.has_word("writes-data", name)
            && matches!(self.kind(call), Kind::Call(c) if c.args.first().is_some_and(|a| rows(a.value)))
        {
            return true;
        }
        let mut before = *object;
        let mut own = true;
        for _ in 0..MAX_CHAIN {
            let Kind::Call(c) = facts.kind(before) else { return false };
            let Some(first) = last_name(facts, c.callee) else { return false };
            // The step right before, or any of those before that.
            let listed = |list: &str| model.sdk.has_word(list, &format!("{name}<{first}"));
            if own && listed("writes-after") || listed("writes-behind") {
                return true;
            }
            if listed("fills-statement") {
                return c.args.first().is_some_and(|a| self.is_writing_statement(call.sibling(a.value)));
            }
            own = false;
            match facts.kind(c.callee) {
                Kind::Member { object, .. } => before = *object,
                _ => return false,
            }
        }
        false
    }

    /// Whether a statement of a query language writes what it is given: `INSERT INTO pages VALUES (?)`.
    pub(super) fn is_writing_statement(&self, at: NodeRef) -> bool {
        self.statement_word(at).is_some_and(|w| self.file(at.file).sdk.has_word("writing-statements", &w))
    }

    /// Whether the statement that a call is given certainly only looks for rows: `SELECT id FROM pages WHERE text = ?`.
    fn only_reads_rows(&self, at: NodeRef, call: &Call) -> bool {
        let Some(first) = call.args.first().map(|a| at.sibling(a.value)) else { return false };
        let statement = match self.kind(first) {
            Kind::Record(r) => {
                r.value_of("text").or_else(|| r.value_of("sql")).map_or(first, |n| first.sibling(n))
            }
            // `text("SELECT …")`
            Kind::Call(c) => c.args.first().map_or(first, |a| first.sibling(a.value)),
            _ => first,
        };
        let sdk = self.file(at.file).sdk;
        self.statement_word(statement).is_some_and(|word| sdk.has_word("reading-statements", &word))
    }

    /// The word that a statement begins with.
    fn statement_word(&self, at: NodeRef) -> Option<String> {
        let text = self.text(at);
        let first = text.pieces.first().cloned().flatten()?;
        Some(first.split_whitespace().next()?.to_lowercase())
    }

    /// Whether a method belongs to something that is called after a database.
    fn runs_queries(&self, callee: NodeRef) -> bool {
        let model = self.file(callee.file);
        let Kind::Member { object, .. } = model.facts.kind(callee.node) else { return false };
        // `connect().execute(query)`
        let owner = match model.facts.kind(*object) {
            Kind::Call(c) => c.callee,
            Kind::Await(inner) | Kind::Propagate(inner) => *inner,
            _ => *object,
        };
        last_name(&model.facts, owner).is_some_and(|n| self.has_part(callee, "database-parts", &n))
    }

    /// Whether a place is in a function that is called after logs.
    fn keeps_log(&self, at: NodeRef) -> bool {
        self.is_named_after(at, "logging-words")
    }

    /// Whether a place is in a function that does nothing but to keep a log, by its name: `log_answer`, and not
    /// `publish_log` or `log_and_check`.
    pub(in crate::model) fn only_keeps_log(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let logs = |name: &str| {
            let words = words_of(name);
            let first = words.first().is_some_and(|word| file.sdk.has_word("logging-verbs", word));
            first && !words.iter().any(|word| file.sdk.has_word("joining-words", word))
        };
        file.facts.ancestors(at.node).any(|around| match file.facts.kind(around) {
            Kind::Function(function) => function.name.as_deref().is_some_and(logs),
            _ => false,
        })
    }

    /// Whether a place is in a function that has a word of a list in its name.
    pub(in crate::model) fn is_named_after(&self, at: NodeRef, list: &str) -> bool {
        let file = self.file(at.file);
        file.facts.ancestors(at.node).any(|around| match file.facts.kind(around) {
            Kind::Function(function) => {
                function.name.as_deref().is_some_and(|name| has_word_of(file.sdk, list, name))
            }
            _ => false,
        })
    }
}
