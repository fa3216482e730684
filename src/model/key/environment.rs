//! Reads of environment variables, and what happens when one is missing.

use crate::facts::{Arg, BinaryOp, Kind, Name, StrPart};
use crate::model::Phase;
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::{External, NodeRef, Value};

/// A read of an environment variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnvironmentRead {
    /// The call, member or index that reads it; in a pattern the name bound.
    pub at: NodeRef,
    /// The variable.
    pub variable: Name,
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

    /// What is taken where the variable that a value is read from is not set: `getenv("URL", "https://…")`.
    pub(in crate::model) fn environment_default(&self, value: &Value) -> Option<NodeRef> {
        let Value::External(External { made: Some(made), .. }) = value else { return None };
        self.default_of_read(*made)
    }

    /// The same of such a read.
    pub(in crate::model) fn default_of_read(&self, read: NodeRef) -> Option<NodeRef> {
        let Kind::Call(call) = self.kind(read) else { return None };
        let default = call.args.get(1).map(|default| read.sibling(default.value));
        default.filter(|_| self.environment_read(read).is_some())
    }

    /// Whether the program sets a variable itself, from settings or what a user entered: it need not be
    /// there when the program starts. With a name out of sight it may be this one.
    pub fn is_set_by_program(&self, variable: &str) -> bool {
        self.set_variables().iter().any(|name| name.as_deref().is_none_or(|n| n == variable))
    }

    fn set_variables(&self) -> &[Option<Name>] {
        self.set_variables.get_or_init(|| {
            let mut out = Vec::new();
            for (file, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
                let facts = &model.facts;
                for node in facts.ids() {
                    let at = NodeRef { file, node };
                    match facts.kind(node) {
                        Kind::Assign(a) => out.extend(self.assigned_variable(at.sibling(a.target))),
                        Kind::Call(call) => {
                            let sets = model.named_in(call.callee, "environment-setters");
                            if let (true, Some(name)) = (sets, call.args.first()) {
                                out.extend(self.text(at.sibling(name.value)).known().map(|n| Some(n.into())));
                            }
                        }
                        _ => {}
                    }
                }
            }
            out
        })
    }

    /// The variable that an assignment sets; `Some(None)` when its name is computed after the start.
    fn assigned_variable(&self, target: NodeRef) -> Option<Option<Name>> {
        if let Some(read) = self.environment_read(target) {
            return (!matches!(self.kind(target), Kind::Name(_))).then_some(Some(read.variable));
        }
        let Kind::Index { object, .. } = self.kind(target) else { return None };
        let last = last_name(self.facts(target.file), *object)?;
        let computed = self.file(target.file).sdk.ends_word("environment", &last)
            && self.is_environment(target.sibling(*object))
            && self.phase(target) != Phase::Start;
        computed.then_some(None)
    }

    fn is_environment(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        self.eval(at).iter().any(|v| matches!(v, Value::External(e) if sdk.has_word("environment", &e.path)))
    }

    /// Whether an expression is what a call calls.
    pub(in crate::model) fn is_called(&self, at: NodeRef) -> bool {
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
            let facts = self.facts(at.file);
            if let Some(read) = self.environment_read(at) {
                // `os.getenv("A", os.getenv("B"))`
                let other = self.default_of_read(at).and_then(|other| self.environment_read(other));
                out.extend(other.map(|other| Source::Environment(other, methods.clone())));
                return out.push(Source::Environment(read, methods));
            }
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
    pub(in crate::model) fn wrapped_key(&self, callee: NodeRef, args: &[Arg]) -> Option<NodeRef> {
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
}
