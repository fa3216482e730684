//! Reads of environment variables, and what happens when one is missing.

use super::Project;
use super::index::{constant, last_name};
use super::value::{NodeRef, Value};
use crate::facts::{Arg, BinaryOp, Kind, Name, StrPart};

/// A read of an environment variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnvironmentRead {
    /// The call, member or index that reads it; in a pattern the name bound.
    pub at: NodeRef,
    /// The variable.
    pub variable: Name,
}

/// What becomes of the program when a variable is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// It stops there: an exception, a panic, an error for the caller.
    Raises,
    /// It is noticed, and a failure reported: an error answer, an exception.
    Fails,
    /// It is noticed, and the program goes on without.
    Degrades,
    /// Something else takes its place.
    Default,
    /// Nothing: `None`, `undefined` flows on.
    Unchecked,
    /// Out of sight.
    Unknown,
}

/// What an expression may get its value from.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// An environment variable; with the names of the methods its value goes through later.
    Environment(EnvironmentRead, Vec<Name>),
    /// A literal.
    Literal(NodeRef),
    /// Nothing: `None`, `null`.
    Nothing,
    /// Anything else: a parameter, a settings object, a database.
    Other,
}

const MAX_DEPTH: u32 = 8;

impl Project {
    /// The environment variable that exactly this node reads.
    pub fn environment_read(&self, at: NodeRef) -> Option<EnvironmentRead> {
        let model = self.file(at.file);
        let facts = &model.facts;
        let found = |variable: Name| Some(EnvironmentRead { at, variable });
        match facts.kind(at.node) {
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                if !model.sdk.ends_word("environment", &name) || !self.is_environment(at.sibling(call.callee))
                {
                    return None;
                }
                let first = call.args.iter().find(|a| !a.spread && !a.keyword_spread)?;
                found(self.text(at.sibling(first.value)).known()?.into())
            }
            Kind::Member { object, name, .. } if !self.is_called(at) => {
                let last = last_name(facts, *object)?;
                let there =
                    model.sdk.ends_word("environment", &last) && self.is_environment(at.sibling(*object));
                if there { found(name.clone()) } else { None }
            }
            Kind::Index { object, index } => {
                let last = last_name(facts, *object)?;
                let there =
                    model.sdk.ends_word("environment", &last) && self.is_environment(at.sibling(*object));
                if there { found(self.text(at.sibling(*index)).known()?.into()) } else { None }
            }
            // `const { API_KEY } = process.env`
            Kind::Name(bound) => {
                let parent = facts.parent(at.node)?;
                let Kind::Record(record) = facts.kind(parent) else { return None };
                let assign = facts.parent(parent)?;
                let Kind::Assign(a) = facts.kind(assign) else { return None };
                if a.target != parent || !self.is_environment(at.sibling(a.value?)) {
                    return None;
                }
                let entry = record.entries.iter().find(|e| e.value == at.node)?;
                match &entry.key {
                    Some(crate::facts::Key::Known(key)) => found(key.clone()),
                    _ => found(bound.clone()),
                }
            }
            _ => None,
        }
    }

    fn is_environment(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().any(|v| matches!(v, Value::External(e) if sdk.has_word("environment", &e.path)))
    }

    fn is_called(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        facts.parent(at.node).is_some_and(|p| matches!(facts.kind(p), Kind::Call(c) if c.callee == at.node))
    }

    /// What the value of an expression may come from, through names, fields, parameters and files.
    pub fn sources(&self, at: NodeRef) -> Vec<Source> {
        let mut out = Vec::new();
        self.sources_within(at, &[], 0, &mut out);
        out.dedup();
        out
    }

    fn sources_within(&self, at: NodeRef, later: &[Name], depth: u32, out: &mut Vec<Source>) {
        if depth > MAX_DEPTH || out.len() > 16 {
            return out.push(Source::Other);
        }
        // A text around it: `Bearer ${key}`.
        match self.kind(at) {
            Kind::Str(_) | Kind::Binary { op: BinaryOp::Add, .. } => {
                return self.parts(at, later, depth, out);
            }
            _ => {}
        }
        for value in self.eval(at).iter() {
            match value {
                Value::Node(node) => match self.kind(*node) {
                    Kind::Null => out.push(Source::Nothing),
                    Kind::Str(_) | Kind::Binary { op: BinaryOp::Add, .. } => {
                        self.parts(*node, later, depth, out)
                    }
                    _ => out.push(Source::Other),
                },
                Value::External(e) => match e.made {
                    Some(made) => self.chain(made, later, depth, out),
                    None => out.push(Source::Other),
                },
                _ => out.push(Source::Other),
            }
        }
    }

    /// The holes of a text, or the text itself when it has none.
    fn parts(&self, at: NodeRef, later: &[Name], depth: u32, out: &mut Vec<Source>) {
        match self.kind(at) {
            Kind::Str(parts) => {
                let mut holes = parts.iter().filter_map(|p| match p {
                    StrPart::Hole(hole) => Some(at.sibling(*hole)),
                    StrPart::Text(_) => None,
                });
                match holes.next() {
                    None => out.push(Source::Literal(at)),
                    Some(first) => {
                        for hole in [first].into_iter().chain(holes) {
                            self.sources_within(hole, later, depth + 1, out);
                        }
                    }
                }
            }
            Kind::Binary { left, right, .. } => {
                for side in [*left, *right] {
                    // `"Bearer " + key`: the fixed part is no source of its own.
                    if constant(self.facts(at.file), side).is_none() {
                        self.sources_within(at.sibling(side), later, depth + 1, out);
                    }
                }
            }
            _ => out.push(Source::Other),
        }
    }

    /// From the last call or access of a chain back to the read: `os.environ.get("K").strip()`.
    fn chain(&self, made: NodeRef, later: &[Name], depth: u32, out: &mut Vec<Source>) {
        let mut methods: Vec<Name> = later.to_vec();
        let mut at = made;
        for _ in 0..MAX_DEPTH {
            if let Some(read) = self.environment_read(at) {
                return out.push(Source::Environment(read, methods));
            }
            let facts = self.facts(at.file);
            match facts.kind(at.node) {
                Kind::Call(call) => {
                    let callee = at.sibling(call.callee);
                    if let Some(wrapped) = self.wrapped_key(callee, &call.args) {
                        return self.sources_within(wrapped, &methods, depth + 1, out);
                    }
                    match facts.kind(call.callee) {
                        Kind::Member { object, name, .. } => {
                            methods.push(name.clone());
                            at = at.sibling(*object);
                        }
                        _ => break,
                    }
                }
                Kind::Member { object, .. } | Kind::Index { object, .. } => at = at.sibling(*object),
                Kind::Await(x) | Kind::Propagate(x) => at = at.sibling(*x),
                Kind::Cast { value, .. } => at = at.sibling(*value),
                Kind::Name(_) if at != made => return self.sources_within(at, &methods, depth + 1, out),
                _ => break,
            }
        }
        out.push(Source::Other);
    }

    /// The argument of a call that only changes the form of a key: `SecretStr(key)`, `format!(…)`.
    fn wrapped_key(&self, callee: NodeRef, args: &[Arg]) -> Option<NodeRef> {
        let model = self.file(callee.file);
        let name = last_name(&model.facts, callee.node)?;
        if !model.sdk.ends_word("key-wrapper", &name) {
            return None;
        }
        let listed = self
            .eval(callee)
            .iter()
            .any(|v| matches!(v, Value::External(e) if model.sdk.has_word("key-wrapper", &e.path)));
        let arg = args.iter().rfind(|a| constant(&model.facts, a.value).is_none()).or(args.first())?;
        listed.then(|| callee.sibling(arg.value))
    }

    /// What happens when the variable is missing, judged by the code around the read and by the
    /// methods that its value goes through later.
    pub fn missing(&self, read: &EnvironmentRead, later: &[Name]) -> Missing {
        let sdk = self.file(read.at.file).sdk;
        let here = self.missing_at(read);
        if here != Missing::Unchecked {
            return here;
        }
        for method in later {
            if sdk.has_word("missing-default", method) {
                return Missing::Default;
            }
            if sdk.has_word("missing-raises", method) {
                return Missing::Raises;
            }
        }
        self.check_of(read.at).unwrap_or(Missing::Unchecked)
    }

    fn missing_at(&self, read: &EnvironmentRead) -> Missing {
        let model = self.file(read.at.file);
        let (facts, sdk) = (&model.facts, model.sdk);
        let mut fallible = false;
        match facts.kind(read.at.node) {
            Kind::Call(call) => {
                let others: Vec<&Arg> = call.args.iter().skip(1).collect();
                if let Some(default) = others.first() {
                    if !matches!(facts.kind(default.value), Kind::Null) {
                        return Missing::Default;
                    }
                } else if self.is_listed("environment-checked", read.at.sibling(call.callee)) {
                    return Missing::Raises;
                }
                fallible = self.is_listed("environment-result", read.at.sibling(call.callee));
            }
            Kind::Index { object, .. } | Kind::Member { object, .. }
                if self.is_listed("environment-item-checked", read.at.sibling(*object)) =>
            {
                return Missing::Raises;
            }
            Kind::Name(_) => {
                // A default in a pattern stands between the name and the entry.
                return Missing::Unchecked;
            }
            _ => {}
        }
        let mut at = read.at.node;
        while let Some(parent) = facts.parent(at) {
            let up = read.at.sibling(parent);
            match facts.kind(parent) {
                Kind::Cast { .. } | Kind::Await(_) => {}
                Kind::Propagate(_) => return Missing::Raises,
                Kind::Member { object, name, .. } if *object == at && self.is_called(up) => {
                    if sdk.has_word("missing-raises", name) {
                        return Missing::Raises;
                    }
                    let call = facts.parent(parent).unwrap_or(parent);
                    if sdk.has_word("missing-default", name) {
                        return if self.fails(up.sibling(call)) { Missing::Raises } else { Missing::Default };
                    }
                    if sdk.has_word("missing-test", name) {
                        return Missing::Unknown;
                    }
                    if sdk.has_word("missing-option", name) {
                        fallible = false;
                    } else if !sdk.has_word("missing-keeps", name) {
                        return if fallible { Missing::Unknown } else { Missing::Raises };
                    }
                    at = call;
                    continue;
                }
                Kind::Member { object, .. } | Kind::Index { object, .. } if *object == at => {
                    return Missing::Raises;
                }
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } if *left == at => {
                    let right = up.sibling(*right);
                    if self.fails(right) {
                        return Missing::Raises;
                    }
                    if constant(facts, right.node).is_some() {
                        return Missing::Default;
                    }
                }
                Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, right, .. } if *right == at => {}
                Kind::If { condition, .. } if *condition != at => {}
                Kind::Match(m) if m.subject == at => {
                    return self.worst(m.arms.iter().map(|arm| up.sibling(arm.body)));
                }
                Kind::Let { value, .. } if *value == at => {
                    let otherwise = facts.parent(parent).and_then(|p| match facts.kind(p) {
                        Kind::If { otherwise, .. } => *otherwise,
                        _ => None,
                    });
                    return self.worst(otherwise.map(|o| up.sibling(o)));
                }
                Kind::Assign(a) if a.value == Some(at) && a.otherwise.is_some() => {
                    return self.worst(a.otherwise.map(|o| up.sibling(o)));
                }
                Kind::Unary { .. }
                | Kind::If { .. }
                | Kind::Loop(_)
                | Kind::Assert { .. }
                | Kind::Binary { .. } => {
                    return self.tested(read.at).unwrap_or(Missing::Unknown);
                }
                Kind::Call(call) if call.callee != at => {
                    if self.wrapped_key(up.sibling(call.callee), &call.args).is_none() {
                        return if self.callee_fails(up.sibling(call.callee)) {
                            Missing::Raises
                        } else if fallible {
                            Missing::Unknown
                        } else {
                            Missing::Unchecked
                        };
                    }
                }
                _ => break,
            }
            at = parent;
        }
        if !fallible {
            return Missing::Unchecked;
        }
        self.check_of(read.at).unwrap_or(Missing::Unknown)
    }

    pub(super) fn is_listed(&self, list: &str, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().any(|v| matches!(v, Value::External(e) if sdk.has_word(list, &e.path)))
    }

    /// Whether a function of the project raises by itself: `requireKey(process.env.KEY)`.
    fn callee_fails(&self, callee: NodeRef) -> bool {
        self.eval(callee).iter().any(|v| match v {
            Value::Function(f) => matches!(self.kind(*f), Kind::Function(f2) if f2.body.is_some()
                && self.fails(f.sibling(f2.body))),
            _ => false,
        })
    }

    /// Whether code raises, ends the program, or gives back an error.
    pub fn fails(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Throw(_) | Kind::Propagate(_) => true,
            Kind::Number(status) => (400.0..600.0).contains(status),
            Kind::Call(call) => last_name(facts, call.callee).is_some_and(|name| {
                model.sdk.has_word("fail", &name)
                    || model.sdk.ends_word("exit", &name) && self.is_listed("exit", at.sibling(call.callee))
            }),
            Kind::Record(r) => r.entries.iter().any(
                |e| matches!(&e.key, Some(crate::facts::Key::Known(k)) if matches!(&**k, "error" | "errors")),
            ),
            _ => false,
        })
    }
}
