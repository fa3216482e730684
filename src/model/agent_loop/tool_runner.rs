//! Requests that run tools in a loop by themselves.

use crate::facts::Kind;
use crate::finding::Location;
use crate::model::Project;
use crate::model::control::loop_bound::Bound;
use crate::model::control::region::Exit;
use crate::model::names::index::constant;
use crate::model::request::Request;
use crate::model::tools::tool_grants::Granted;
use crate::model::values::value::{Field, NodeRef, Value};
use crate::source::Span;

/// A request whose library runs the tools and asks again.
#[derive(Clone, Debug)]
pub struct ToolRunner {
    /// The call, or the construction of the client or of the record that holds the option.
    pub at: NodeRef,
    /// The calls that run it.
    pub runs: Vec<NodeRef>,
    /// The option that caps its turns.
    pub option: String,
    /// Where the option belongs, if that is in sight.
    pub holder: Option<NodeRef>,
    /// What caps them.
    pub bound: Bound,
    /// What it may run.
    pub granted: Granted,
}

impl Project {
    /// Every request of the project whose library runs tools by itself.
    pub fn tool_runners(&self) -> Vec<ToolRunner> {
        let mut out: Vec<ToolRunner> = Vec::new();
        let mut bare: Vec<NodeRef> = Vec::new();
        for request in self.requests() {
            if !request.kind.tool_loop {
                continue;
            }
            let Some(turns) = &request.kind.turns else { continue };
            let shown = turns.split('|').next().unwrap_or(turns).rsplit(['.', '#']).next().unwrap_or(turns);
            let granted = self.granted(request, turns);
            let bound = match self.spelled_option(request, turns) {
                _ if granted == Granted::Impossible => Bound::Known(request.at),
                Field::Known(nodes) => match nodes.iter().find(|&&n| self.never_ends(n)) {
                    // `if self.max_turns is not None: options["max_turns"] = self.max_turns`: whoever
                    // makes the object decides.
                    Some(_) if nodes.iter().all(|&n| self.is_set_where_there(request, n)) => {
                        Bound::Unknown(request.at)
                    }
                    Some(_) => Bound::Absent,
                    None => nodes.first().map_or(Bound::Absent, |&n| Bound::Known(n)),
                },
                Field::Unknown(_) => Bound::Unknown(request.at),
                Field::Absent if request.kind.default_turns.is_some() => Bound::Known(request.at),
                Field::Absent => self.bound_of_iteration(request.at),
            };
            // An option is missing where options are put together, once, however often it is asked.
            let holder = self.turns_holder(request, turns);
            let at = match (holder, turns.starts_with('@'), &request.clients[..]) {
                (Some(holder), ..) => holder,
                (None, true, [client]) => client.made.unwrap_or(request.at),
                // Called without any: once for a file.
                _ if self.has_no_options(request, turns) => {
                    let known = out.iter().find(|r| r.at.file == request.at.file && bare.contains(&r.at));
                    let at = known.map_or(request.at, |r| r.at);
                    bare.push(at);
                    at
                }
                _ => request.at,
            };
            match out.iter_mut().find(|r| r.at == at) {
                Some(known) => {
                    known.runs.push(request.at);
                    if known.bound.is_absent() {
                        known.bound = bound;
                    }
                }
                None => {
                    let own = turns.split('|').next().is_some_and(|first| first == shown);
                    let holder = holder.or_else(|| own.then_some(request.at));
                    let option = shown.to_string();
                    out.push(ToolRunner { at, runs: vec![request.at], option, holder, bound, granted });
                }
            }
        }
        out
    }

    /// The records that hold the option, under any of its spellings.
    fn option_holders(&self, request: &Request, spellings: &str) -> Vec<NodeRef> {
        let mut out = Vec::new();
        for spelling in spellings.split('|') {
            if spelling.starts_with(['@', '#', '*', '.']) {
                if let Some((base, _)) = spelling.rsplit_once('.')
                    && !base.is_empty()
                {
                    out.extend(self.located(request, &[base.to_string()]));
                }
            } else if let Some((head, _)) = spelling.split_once('.') {
                out.extend(self.literal_field(request.at, head, 0).nodes());
            }
        }
        out
    }

    /// The call or literal that makes the record that holds the option.
    fn turns_holder(&self, request: &Request, spellings: &str) -> Option<NodeRef> {
        self.option_holders(request, spellings).into_iter().find_map(|base| self.made_at(base))
    }

    fn made_at(&self, base: NodeRef) -> Option<NodeRef> {
        self.eval(base).iter().find_map(|v| match v {
            Value::External(e) => e.made,
            Value::Instance { made, .. } => *made,
            Value::Node(n) => Some(*n),
            _ => None,
        })
    }

    /// Whether a call that takes the option in a record is given none.
    fn has_no_options(&self, request: &Request, spellings: &str) -> bool {
        let nested = spellings.split('|').all(|s| s.contains('.'));
        nested && self.option_holders(request, spellings).is_empty()
    }

    /// An option, under any of its spellings.
    pub(in crate::model) fn spelled_option(&self, request: &Request, spellings: &str) -> Field {
        let mut result = Field::Absent;
        for spelling in spellings.split('|') {
            let field = if spelling.starts_with(['@', '#', '*', '.']) {
                let locators = [spelling.to_string()];
                let nodes = self.located(request, &locators);
                if !nodes.is_empty() {
                    Field::Known(nodes)
                } else if spelling.starts_with('@') && request.clients.iter().all(|c| c.made.is_none()) {
                    // Whoever hands the client over has made it.
                    Field::Unknown(Some(request.at))
                } else {
                    match spelling.rsplit_once('.') {
                        // Certainly absent only when the record it belongs to is there, or nothing is.
                        Some((base, option)) if !base.is_empty() => {
                            let bases = self.located(request, &[base.to_string()]);
                            self.within(&bases, option)
                        }
                        _ => Field::Unknown(Some(request.at)),
                    }
                }
            } else {
                match spelling.split_once('.') {
                    Some((head, tail)) => match self.literal_field(request.at, head, 0) {
                        Field::Known(nodes) => self.within(&nodes, tail),
                        other => other,
                    },
                    None => self.body_field(request, spelling),
                }
            };
            match field {
                Field::Known(_) => return field,
                Field::Unknown(_) => result = field,
                Field::Absent => {}
            }
        }
        result
    }

    fn within(&self, bases: &[NodeRef], option: &str) -> Field {
        let mut result = Field::Absent;
        for &base in bases {
            let Some(made) = self.made_at(base) else {
                result = Field::Unknown(Some(base));
                continue;
            };
            let own = self.literal_field(made, option, 0);
            let (from, given) = match self.copied_from(made).filter(|_| own.is_absent()) {
                Some(copied) => (copied, self.literal_field(copied, option, 0)),
                None => (made, own),
            };
            let field = match given {
                // `options.max_turns = 20`
                Field::Absent => self.set_later(base, from, option),
                given => given,
            };
            match field {
                Field::Known(_) => return field,
                Field::Unknown(_) => result = field,
                Field::Absent => {}
            }
        }
        result
    }

    /// What made the record that a call copies, other fields aside: `replace(BASE, cwd=…)`.
    fn copied_from(&self, made: NodeRef) -> Option<NodeRef> {
        let Kind::Call(call) = self.kind(made) else { return None };
        let sdk = self.file(made.file).sdk;
        let copies = |v: &Value| matches!(v, Value::External(e) if sdk.has_word("copies-with", &e.path));
        let first = call.args.first().filter(|a| a.name.is_none())?;
        let copied = self.eval(made.sibling(call.callee)).iter().any(copies);
        self.made_at(made.sibling(first.value)).filter(|_| copied)
    }

    /// Whether a value of the option means that there is no cap.
    fn never_ends(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        match self.kind(at) {
            Kind::Null => return true,
            Kind::List(items) => return items.iter().all(|&i| self.never_ends(at.sibling(i))),
            Kind::Function(_) => {
                let returned = self.return_values(at);
                return !returned.is_empty()
                    && returned.iter().all(|&r| matches!(self.kind(r), Kind::Bool(false)));
            }
            Kind::Call(c) => {
                return model.named_in(c.callee, "never-stops")
                    || c.args.first().is_some_and(|a| self.is_infinite(at.sibling(a.value)));
            }
            _ => {}
        }
        self.is_infinite(at)
            || matches!(&self.eval(at)[..], [Value::Node(n)] if *n != at && matches!(self.kind(*n), Kind::Null))
    }

    fn is_infinite(&self, at: NodeRef) -> bool {
        self.number(at).is_some_and(|n| n >= 1e6) || self.file(at.file).named_in(at.node, "no-limit")
    }

    /// An iteration over the runner that is left early counts as its cap.
    fn bound_of_iteration(&self, at: NodeRef) -> Bound {
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let Kind::Loop(l) = model.facts.kind(node) else { continue };
                let Some(iterable) = l.iterable else { continue };
                let root = NodeRef { file, node };
                // `for i, message in enumerate(runner)`
                let counted = match model.facts.kind(iterable) {
                    Kind::Call(c) if model.named_in(c.callee, "enumerate") => c.args.first().map(|a| a.value),
                    _ => None,
                };
                let runs = self.eval(root.sibling(counted.unwrap_or(iterable))).iter().any(|v| match v {
                    Value::Response(r) => r.request == at,
                    _ => false,
                });
                if !runs {
                    continue;
                }
                let region = self.loop_region(root);
                let early = |exit: &&Exit| {
                    !exit.fails
                        && (exit.conditions.is_empty()
                            || !exit.conditions.iter().any(|&c| self.asks_for_final_message(c)))
                };
                if let Some(exit) = region.exits.iter().find(early) {
                    return Bound::Known(exit.at);
                }
                let bound = self.limits_in_region(&region);
                if !bound.is_absent() {
                    return bound;
                }
            }
        }
        self.time_limit_around(at)
    }

    /// Whether a condition asks for the message that comes when all is over:
    /// `message.type === "result"`, `isinstance(message, ResultMessage)`.
    fn asks_for_final_message(&self, condition: NodeRef) -> bool {
        let file = self.file(condition.file);
        file.facts.descendants(condition.node).into_iter().any(|node| match file.facts.kind(node) {
            Kind::Str(_) => {
                constant(&file.facts, node).is_some_and(|text| file.sdk.has_word("final-messages", &text))
            }
            Kind::Name(name) | Kind::Member { name, .. } => file.sdk.has_word("final-messages", name),
            _ => false,
        })
    }

    /// The head of a loop: its keyword and condition.
    pub fn head_location(&self, at: NodeRef) -> Location {
        let facts = self.facts(at.file);
        let whole = facts.span(at.node);
        let body = match facts.kind(at.node) {
            Kind::Loop(l) => facts.span(l.body).start,
            _ => whole.end,
        };
        self.trimmed(at, Span { start: whole.start, end: body.max(whole.start) })
    }

    fn trimmed(&self, at: NodeRef, span: Span) -> Location {
        let text = self.file(at.file).source.text.get(span.range()).unwrap_or("");
        let kept = text.trim_end().trim_end_matches(['{', ':']).trim_end().len();
        let mut location = self.location(at);
        location.span = Span { start: span.start, end: span.start + kept as u32 };
        location
    }
}
