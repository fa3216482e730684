//! Whether what a body holds is given in every case.

use crate::facts::{BinaryOp, Kind, NodeId};
use crate::model::names::index::constant;
use crate::model::names::index::last_name;
use crate::model::names::index::{Member, owner_class};
use crate::model::names::scope::Def;
use crate::model::values::json::Json;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Origin, Project, Request};

/// Copies of settings in a row.
const MAX_COPIES: u32 = 3;

impl Project {
    /// Whether a value is written where it is sent from, not in a variable that begins with it.
    pub fn is_in_place(&self, json: &Json) -> bool {
        let facts = self.facts(json.at.file);
        let literal = matches!(facts.kind(json.at.node), Kind::Str(_) | Kind::List(_) | Kind::Record(_));
        literal
            && facts
                .parent(json.at.node)
                .is_some_and(|p| matches!(facts.kind(p), Kind::Record(_) | Kind::Call(_) | Kind::List(_)))
    }

    /// Whether a field of a request that is given is given in every case.
    pub fn is_unconditional_field(&self, request: &Request, value: NodeRef) -> bool {
        let facts = self.facts(value.file);
        let conditional = |n: NodeId| {
            matches!(
                facts.kind(n),
                Kind::If { .. }
                    | Kind::Match(_)
                    | Kind::Loop(_)
                    | Kind::Try(_)
                    | Kind::Binary { op: BinaryOp::And, .. }
            )
        };
        let around = facts.ancestors(value.node).skip(1);
        let mut around = around.take_while(|&n| {
            let shared = value.file == request.at.file && facts.ancestors(request.at.node).any(|a| a == n);
            !shared && !matches!(facts.kind(n), Kind::Function(_))
        });
        !around.any(conditional)
    }

    /// Whether a value is given or not by a question about the model: `if takes_sampling(model)`.
    pub fn is_set_by_model(&self, value: NodeRef) -> bool {
        let facts = self.facts(value.file);
        let around = facts.ancestors(value.node).skip(1);
        let mut around = around.take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        around.any(|n| match facts.kind(n) {
            Kind::If { condition, .. } => self.speaks_of_model(value.sibling(*condition)),
            Kind::Binary { op: BinaryOp::And, left, .. } => self.speaks_of_model(value.sibling(*left)),
            Kind::Match(m) => self.speaks_of_model(value.sibling(m.subject)),
            _ => false,
        })
    }

    /// Whether a value is given wherever there is one: under conditions that ask for nothing but it, and
    /// at least one of them. What is around the request as well is no condition of its fields.
    pub fn is_set_where_there(&self, request: &Request, value: NodeRef) -> bool {
        let facts = self.facts(value.file);
        let asks = |n: NodeId| {
            facts.parent(n).is_some_and(|p| matches!(facts.kind(p), Kind::Call(c) if c.callee == n))
        };
        let names = |root: NodeId| {
            facts.descendants(root).into_iter().filter_map(move |n| match facts.kind(n) {
                // `is_given(user)`
                Kind::Name(name) if n == root || !asks(n) => Some(name.clone()),
                Kind::Member { name, .. } => Some(name.clone()),
                _ => None,
            })
        };
        let own: Vec<_> = names(value.node).collect();
        let asks_for_it = |condition: NodeId| {
            let mut asked = names(condition).peekable();
            asked.peek().is_some() && asked.all(|n| own.contains(&n))
        };
        let shared = |n: NodeId| {
            value.file == request.at.file && facts.ancestors(request.at.node).any(|around| around == n)
        };
        let mut asked = false;
        for node in facts.ancestors(value.node).skip(1) {
            match facts.kind(node) {
                _ if shared(node) => break,
                Kind::Function(_) => break,
                Kind::If { condition, .. } if asks_for_it(*condition) => asked = true,
                Kind::Binary { op: BinaryOp::And, left, .. } if asks_for_it(*left) => asked = true,
                Kind::If { .. } | Kind::Binary { op: BinaryOp::And, .. } => return false,
                Kind::Match(_) | Kind::Loop(_) => return false,
                _ => {}
            }
        }
        asked
    }

    /// Whether an expression stands where a field of that name is set: `body["k"] = …`, `k=…`, `{ k: … }`.
    pub fn is_set_as(&self, value: NodeRef, key: &str) -> bool {
        let facts = self.facts(value.file);
        let Some(parent) = facts.parent(value.node) else { return false };
        match facts.kind(parent) {
            Kind::Assign(a) if a.value == Some(value.node) => match facts.kind(a.target) {
                Kind::Index { index, .. } => constant(facts, *index).is_some_and(|k| &*k == key),
                Kind::Member { name, .. } => &**name == key,
                _ => false,
            },
            Kind::Call(call) => {
                call.args.iter().any(|a| a.value == value.node && a.name.as_deref() == Some(key))
            }
            Kind::Record(record) => record.entries.iter().any(|e| {
                e.value == value.node && matches!(&e.key, Some(crate::facts::Key::Known(k)) if &**k == key)
            }),
            _ => false,
        }
    }

    /// Whether a value is read from an object of settings, without a question whether it is there.
    pub fn is_setting(&self, at: NodeRef) -> bool {
        matches!(self.kind(at), Kind::Member { object, .. } if matches!(self.kind(at.sibling(*object)), Kind::Name(_)))
    }

    /// Whether such an object of settings was made or fetched in the function itself: what comes in
    /// as a parameter may hold one field or the other.
    pub fn is_fetched_setting(&self, at: NodeRef) -> bool {
        let Kind::Member { object, .. } = self.kind(at) else { return false };
        self.is_fetched(at.sibling(*object), MAX_COPIES)
    }

    fn is_fetched(&self, settings: NodeRef, copies: u32) -> bool {
        let file = self.file(settings.file);
        let Kind::Name(name) = file.facts.kind(settings.node) else { return false };
        let defs = file.scopes.lookup(&file.facts, name, settings.node);
        let fetched = |d: &Def| {
            let Origin::Value { expr, .. } = &d.origin else { return false };
            // `let config = config.clone()`
            let mut copied = Some(*expr);
            for _ in 0..MAX_COPIES {
                copied = match copied.map(|n| file.facts.kind(n)) {
                    // `options.cloned().unwrap_or_default()`
                    Some(Kind::Call(call)) => match file.facts.kind(call.callee) {
                        Kind::Member { object, name, .. }
                            if file.sdk.passes_object(name) || file.sdk.has_word("missing-default", name) =>
                        {
                            Some(*object)
                        }
                        _ => None,
                    },
                    _ => break,
                };
            }
            match copied.filter(|&n| matches!(file.facts.kind(n), Kind::Name(_))) {
                Some(copied) => copies > 0 && self.is_fetched(settings.sibling(copied), copies - 1),
                None => true,
            }
        };
        !defs.is_empty() && defs.iter().all(|def| fetched(def))
    }

    /// Whether a value is certainly given: a number, or something with one to fall back on.
    pub fn is_always_given(&self, at: NodeRef) -> bool {
        self.is_given_within(at, 0)
    }

    /// The same, or something with anything to fall back on: it is sent on purpose.
    pub fn is_meant_to_be_given(&self, at: NodeRef) -> bool {
        let falls_back = matches!(self.kind(at), Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. });
        falls_back || self.is_always_given(at)
    }

    /// What a field of the object around is set to; nothing where one of these is out of sight.
    pub(in crate::model) fn own_field_values(&self, at: NodeRef, name: &str) -> Vec<NodeRef> {
        let class = self.function_of(at).and_then(|f| owner_class(&self.index, self.facts(at.file), f));
        class.and_then(|class| self.field_values(class, name)).unwrap_or_default()
    }

    /// What a field of a type is set to, unless one of these is out of sight.
    pub(in crate::model) fn field_values(&self, class: NodeRef, name: &str) -> Option<Vec<NodeRef>> {
        let values = self.class_member(class, name).into_iter().filter_map(|m| match m {
            // Only declared.
            Member::Field { value: None, ty: Some(_) } => None,
            Member::Field { value, .. } => Some(value),
            _ => Some(None),
        });
        values.collect()
    }

    fn is_given_within(&self, at: NodeRef, depth: u32) -> bool {
        if depth > 6 {
            return false;
        }
        if self.number(at).is_some() {
            return true;
        }
        let given = |n: NodeId| self.is_given_within(at.sibling(n), depth + 1);
        match self.kind(at) {
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } => given(*right),
            // What is reckoned is a number.
            Kind::Binary { op: BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div, .. } => true,
            Kind::If { then, otherwise: Some(otherwise), .. } => given(*then) && given(*otherwise),
            Kind::Call(call) => {
                let name = last_name(self.facts(at.file), call.callee);
                let fallback = match (name.as_deref(), &call.args[..]) {
                    (Some("get" | "getenv"), [_, fallback]) => Some(fallback.value),
                    (Some("unwrap_or"), [fallback]) => Some(fallback.value),
                    (Some("float" | "Number" | "parseFloat"), [_]) => return true,
                    _ => None,
                };
                fallback.is_some_and(given)
            }
            Kind::Name(_) => match (self.file(at.file).only_value(at.node), &self.eval(at)[..]) {
                (_, [Value::Node(node)]) if *node != at => self.is_given_within(*node, depth + 1),
                (Some(value), _) => given(value),
                _ => false,
            },
            // `self.top_p = settings.get("top_p", 0.95)`
            Kind::Member { object, name, .. } if self.file(at.file).is_own_object(*object) => {
                let set = self.own_field_values(at, name);
                !set.is_empty() && set.into_iter().all(|value| self.is_given_within(value, depth + 1))
            }
            _ => false,
        }
    }
}
