//! What a call that executes does with its arguments: the code that it runs, and the rest.

use super::super::{Part, Parts, Sink, Walk};
use crate::facts::{Call, Kind, NodeId, StrPart};
use crate::model::names::index::constant;
use crate::model::values::value::{NodeRef, Value};

impl Walk<'_> {
    /// What a tag does with what its template is filled with, where it hands that to a database beside the
    /// statement: ``sql`update pages set text = ${text}` ``.
    pub(super) fn bound_by_tag(&self, at: NodeRef, call: &Call) -> Option<Sink> {
        let project = self.project;
        let model = project.file(at.file);
        let facts = &model.facts;
        let Kind::Str(parts) = facts.kind(at.node) else { return None };
        let tag = facts.span(call.callee).end == facts.span(at.node).start;
        if !tag || !model.named_in(call.callee, "binding-tags") {
            return None;
        }
        // `const sql = String.raw` joins the text as it is.
        let tag = at.sibling(call.callee);
        let own = project.eval(tag).iter().any(|v| matches!(v, Value::Function(_)));
        if own || project.is_listed("joining-tags", tag) {
            return None;
        }
        let unbound = |hole: NodeId| {
            facts.descendants(hole).into_iter().any(|n| match facts.kind(n) {
                Kind::Call(c) => model.named_in(c.callee, "unbound-names"),
                // What a variable stands for may have been made so.
                Kind::Name(_) => project.eval(at.sibling(n)).iter().any(|v| match v {
                    Value::Node(made) => match project.kind(*made) {
                        Kind::Call(c) => project.file(made.file).named_in(c.callee, "unbound-names"),
                        _ => false,
                    },
                    Value::External(e) => {
                        let made = e.path.trim_end_matches("()").rsplit('.').next();
                        made.is_some_and(|name| model.sdk.has_word("unbound-names", name))
                    }
                    _ => false,
                }),
                _ => false,
            })
        };
        if parts.iter().any(|part| matches!(part, StrPart::Hole(hole) if unbound(*hole))) {
            return None;
        }
        Some(if project.is_writing_statement(at) { Sink::Written } else { Sink::Used })
    }

    /// Whether the value is one of the arguments that a program is started with, and not its code:
    /// `["git", "commit", "-m", text]`, or added to such a list; what follows `-c` is run.
    fn is_plain_argument(&self, list: NodeRef, parts: &[Part]) -> bool {
        let project = self.project;
        let list = match project.kind(list) {
            Kind::Spread(inner) => list.sibling(*inner),
            _ => list,
        };
        let part = parts.last();
        if !matches!(part, Some(Part::Item(1..) | Part::Any)) {
            return false;
        }
        let place = |list: NodeRef| match (project.kind(list), part) {
            (Kind::List(items), Some(Part::Item(position))) => {
                items.get(*position as usize - 1).map(|&item| list.sibling(item))
            }
            (Kind::List(items), _) => items.last().map(|&item| list.sibling(item)),
            _ => None,
        };
        let before = place(list).or_else(|| {
            project.eval(list).iter().find_map(|v| match v {
                Value::Node(made) => place(*made),
                _ => None,
            })
        });
        let sdk = project.file(list.file).sdk;
        before.is_some_and(|before| {
            constant(project.facts(before.file), before.node)
                .is_none_or(|flag| !sdk.has_word("code-flags", &flag))
        })
    }

    /// What a call that executes does with one of its arguments: `execSync("less", { input: text })`.
    pub(super) fn executed(&self, at: NodeRef, up: NodeRef, call: &Call, parts: &Parts) -> Sink {
        let project = self.project;
        let sdk = project.file(at.file).sdk;
        let arg = call.args.iter().position(|a| a.value == at.node);
        let first = arg == Some(0);
        let callee = up.sibling(call.callee);
        let method = matches!(project.kind(callee), Kind::Member { .. });
        let runs = |v: &Value| matches!(v, Value::External(e) if sdk.has_word("execute", &e.path));
        if !project.eval(callee).iter().any(runs) {
            // What is given to a query beside its text is data: `query(sql, [text])`, `query({ sql, args: [text] })`.
            let beside = match parts.last() {
                Some(Part::Key(key)) if first => !sdk.has_word("statement-fields", key),
                _ => !first && call.args.len() > 1,
            };
            let data = method && beside;
            let asks = || self.project.only_reads_rows(up, call);
            return match data {
                true if asks() => Sink::Used,
                true => Sink::Written,
                false => Sink::Executed,
            };
        }
        // What a program is given beside its command: its standard input, its environment.
        let option = match parts.last() {
            Some(Part::Key(key)) => Some(key),
            _ => arg.and_then(|i| call.args.get(i)?.name.as_ref()),
        };
        let beside = match option {
            Some(option) => !sdk.has_word("command-fields", option),
            None => method && !first && parts.is_empty(),
        };
        // `spawn({ cmd: ["git", "commit", "-m", text] })`
        let listed = match (parts.split_last(), project.kind(at)) {
            (Some((Part::Key(key), inner)), Kind::Record(r)) => {
                r.value_of(key).map(|list| (at.sibling(list), inner))
            }
            _ => None,
        };
        let (list, inside) = listed.unwrap_or((at, parts));
        if beside || self.is_plain_argument(list, inside) { Sink::Used } else { Sink::Executed }
    }
}
