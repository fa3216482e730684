//! What gives a body piece by piece, and whether it is a body of Claude's.

use super::piece::HOP;
use super::{MAX_DEPTH, Piece};
use crate::facts::{BinaryOp, Kind, Name};
use crate::model::names::index::last_name;
use crate::model::names::scope::{Def, Origin, Step};
use crate::model::stream::Project;
use crate::model::values::value::{Hop, NodeRef, Response, Value};

/// Callers of one function that are looked at.
const MAX_CALLERS: usize = 4;

/// Variables and parameters through which a body is followed.
const MAX_BODY_HOPS: u32 = 3;

impl Project {
    /// Whether a loop waits for one piece of an expression after another.
    pub(super) fn is_iterated(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Cast { .. } => from = node,
                Kind::Loop(l) => return l.is_async && l.iterable == Some(from),
                _ => return false,
            }
        }
        false
    }

    /// Whether an expression is the body of a response: `response.body`, `{ data: stream }`, or a
    /// parameter that is given one.
    pub(super) fn is_body(&self, at: NodeRef, depth: u32) -> bool {
        let file = self.file(at.file);
        let is = |key: &str| matches!(key, "body" | "data");
        match file.facts.kind(at.node) {
            Kind::Member { name, .. } => is(name),
            Kind::Cast { value: x, .. } | Kind::Await(x) | Kind::Unary { operand: x, .. } => {
                self.is_body(at.sibling(*x), depth)
            }
            Kind::Name(name) if depth < MAX_BODY_HOPS => {
                file.scopes.lookup(&file.facts, name, at.node).iter().any(|d| match &d.origin {
                    Origin::Value { expr, path } => match &path[..] {
                        [] => *expr != at.node && self.is_body(at.sibling(*expr), depth + 1),
                        [Step::Key(key)] => is(key),
                        _ => false,
                    },
                    Origin::Param { function, index, path } if path.is_empty() => {
                        let mut given = self.arguments_given(at.sibling(*function), *index, 4);
                        given.any(|(_, argument)| self.is_body(argument, depth + 1))
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Whether an expression gives pieces one after another.
    pub(super) fn source(&self, at: NodeRef, depth: u32) -> Option<Piece> {
        if depth > MAX_DEPTH {
            return None;
        }
        let model = self.file(at.file);
        let facts = &model.facts;
        match facts.kind(at.node) {
            Kind::Await(x) | Kind::Propagate(x) => self.source(at.sibling(*x), depth + 1),
            Kind::Cast { value, .. } => self.source(at.sibling(*value), depth + 1),
            Kind::Unary { operand, .. } => self.source(at.sibling(*operand), depth + 1),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, .. } => {
                self.source(at.sibling(*left), depth + 1)
            }
            Kind::Name(name) => {
                model.scopes.lookup(facts, name, at.node).iter().find_map(|def| match &def.origin {
                    Origin::Value { expr, path } if path.is_empty() && *expr != at.node => {
                        self.source(at.sibling(*expr), depth + 1)
                    }
                    Origin::Param { function, index, path } if path.is_empty() => {
                        let given = self.arguments_given(at.sibling(*function), *index, MAX_CALLERS);
                        let mut given = given.filter_map(|(_, argument)| self.source(argument, depth + HOP));
                        given.next().or_else(|| self.begun_with(def, at, depth))
                    }
                    Origin::Param { index: 0, .. } => self.begun_with(def, at, depth),
                    _ => None,
                })
            }
            // A field of an object that is made in the same file with such a thing in it.
            Kind::Member { name, .. } => self.kept_in_field(at, name, depth),
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                if model.sdk.has_word("line-sources", &name) {
                    return None;
                }
                let object = match facts.kind(call.callee) {
                    Kind::Member { object, .. } => Some(at.sibling(*object)),
                    _ => None,
                };
                let piped = object.is_some_and(|o| self.is_piped(o));
                match &*name {
                    "getReader" if piped => self.decoded_on_the_way(object?),
                    n if model.sdk.has_word("chunk-sources", n) => {
                        let text = self.option_of(at, "decode_unicode").is_known();
                        Some(Piece { source: at, text })
                    }
                    n if model.sdk.has_word("chunk-sources-text", n) => {
                        Some(Piece { source: at, text: true })
                    }
                    n if model.sdk.has_word("piece-callbacks", n) => self.kept_by_callback(at, depth + 1),
                    n if model.sdk.has_word("keeps-pieces", n) => self.source(object?, depth + 1),
                    n if model.sdk.has_word("same-text", n) || n == "new" => {
                        object.and_then(|o| self.source(o, depth + 1)).or_else(|| {
                            call.args.first().and_then(|a| self.source(at.sibling(a.value), depth + 1))
                        })
                    }
                    // What a function of the project opens.
                    _ => self.eval(at.sibling(call.callee)).iter().find_map(|v| match v {
                        Value::Function(f) => {
                            let returned = self.return_values(*f);
                            returned.iter().take(4).find_map(|&value| self.source(value, depth + HOP))
                        }
                        _ => None,
                    }),
                }
            }
            _ => None,
        }
    }

    /// What gives pieces and is the state, or a part of it, that a closure is run with first:
    /// `unfold((body, String::new()), |(mut body, mut rest)| …)`.
    fn begun_with(&self, def: &Def, at: NodeRef, depth: u32) -> Option<Piece> {
        let Origin::Param { function, path, .. } = &def.origin else { return None };
        let model = self.file(at.file);
        let Kind::Call(call) = model.facts.kind(model.facts.parent(*function)?) else { return None };
        let [begin, closure] = &call.args[..] else { return None };
        if closure.value != *function || !model.named_in(call.callee, "unfolds") {
            return None;
        }
        let state = match (&path[..], model.facts.kind(begin.value)) {
            ([], _) => begin.value,
            ([Step::Item(n)], Kind::List(items)) => *items.get(*n as usize)?,
            _ => return None,
        };
        self.source(at.sibling(state), depth + 1)
    }

    /// What gives pieces and is kept in a field of that name: `Reader { stream: response.bytes_stream() }`.
    fn kept_in_field(&self, at: NodeRef, name: &Name, depth: u32) -> Option<Piece> {
        let facts = self.facts(at.file);
        facts.ids().find_map(|node| {
            let value = match facts.kind(node) {
                Kind::Record(record) => record.value_of(name)?,
                Kind::Assign(a) => match facts.kind(a.target) {
                    Kind::Member { name: set, .. } if set == name => a.value?,
                    _ => return None,
                },
                _ => return None,
            };
            self.source(at.sibling(value), depth + HOP)
        })
    }

    pub(super) fn is_piped(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        matches!(file.facts.kind(at.node), Kind::Call(c)
            if file.named_in(c.callee, "pipes-through"))
    }

    /// A body piped through a decoder of text, and through nothing else.
    pub(super) fn decoded_on_the_way(&self, at: NodeRef) -> Option<Piece> {
        let facts = self.facts(at.file);
        let Kind::Call(call) = facts.kind(at.node) else { return None };
        let through = last_name(facts, call.args.first()?.value)?;
        let Kind::Member { object, .. } = facts.kind(call.callee) else { return None };
        (&*through == "TextDecoderStream" && !self.is_piped(at.sibling(*object)))
            .then_some(Piece { source: at, text: true })
    }

    /// The functions that take a body of Claude's apart, wherever it was asked for: `handed.bytes_stream()`.
    pub fn body_readers(&self) -> Vec<NodeRef> {
        let mut out = Vec::new();
        // Other vendors are asked in the same way, perhaps by what sends to Claude as well: of what that gives
        // back to one of its callers it is not known whose it is.
        let asks = |r: &Response| {
            r.hops.iter().all(|hop| matches!(hop, Hop::Argument(_)))
                && self.request_at(r.request).is_some_and(|request| !self.is_probe(request))
        };
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if matches!(model.facts.kind(node), Kind::Call(c) if model.named_in(c.callee, "chunk-sources"))
                    && self.is_body_of(at, &asks)
                {
                    out.push(self.whole_function(at));
                }
            }
        }
        out.dedup();
        out
    }

    /// Whether a source of pieces belongs to a request to Claude.
    pub fn is_claude_body(&self, source: NodeRef) -> bool {
        self.is_body_of(source, &|_| true)
    }

    /// Whether a source of pieces belongs to such a request.
    fn is_body_of(&self, source: NodeRef, of_kind: &dyn Fn(&Response) -> bool) -> bool {
        let facts = self.facts(source.file);
        let sent = |v: &Value| matches!(v, Value::Response(r) if of_kind(r));
        facts.descendants(source.node).into_iter().any(|n| {
            matches!(facts.kind(n), Kind::Name(_) | Kind::Member { .. })
                && self.eval(source.sibling(n)).iter().any(sent)
        })
    }
}
