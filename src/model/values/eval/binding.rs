//! What the binding of a name holds, and where steps into a value lead.

use super::values::environment_made;
use super::{Ctx, Values, one, union};
use crate::facts::{Key, Kind, Name, NodeId};
use crate::model::names::index::Member;
use crate::model::names::index::last_name;
use crate::model::names::index::owner_class;
use crate::model::names::scope::{Def, Origin, Step};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};
use crate::source::FileId;

impl Project {
    pub(super) fn name(&self, file: &FileModel, at: NodeRef, name: &Name, ctx: Ctx<'_>) -> Values {
        if matches!(&**name, "this" | "Self")
            && let Some(class) = owner_class(&self.index, &file.facts, at)
        {
            return one(match &**name {
                "this" => self.object_around(at, class, ctx),
                _ => Value::Class(class),
            });
        }
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        if defs.is_empty() {
            return self.wildcard(at.file, name).unwrap_or_else(|| one(self.foreign_name(at.file, name)));
        }
        let defs = self.without_excluded(at, defs);
        let defs = defs.into_iter().map(|def| self.def(at.file, def, ctx));
        union(defs.chain(std::iter::once_with(|| self.gathered(at))))
    }

    /// What a binding holds.
    pub(in crate::model) fn def(&self, file: FileId, def: &Def, ctx: Ctx<'_>) -> Values {
        let node = |n: NodeId| NodeRef { file, node: n };
        let default = self.default_in_pattern(file, def);
        let mut left_out = false;
        let values = match &def.origin {
            Origin::Definition(n) => self.values(node(*n), None),
            Origin::Import { node: n, index } => self.import(file, *n, *index as usize),
            Origin::Value { expr, path } => {
                let mut held = self.values(node(*expr), ctx);
                left_out = default.is_some() && self.drop_without(&mut held, path);
                let values = match &path[..] {
                    [Step::Key(key), rest @ ..] => {
                        let part = |v: &Value| self.of_call(node(*expr), v, key, self.item(v, key));
                        self.steps(union(held.iter().map(part)), rest)
                    }
                    path => self.steps(held, path),
                };
                if path.is_empty() {
                    values
                } else {
                    environment_made(self.file(file), values, node(def.node))
                }
            }
            Origin::Param { function, index, path } => {
                let mut values = self.param(node(*function), *index as usize, ctx);
                left_out = default.is_some() && self.drop_without(&mut values, path);
                self.steps(values, self.unwrapped_path(node(*function), *index as usize, path))
            }
            Origin::Caught(_) | Origin::Opaque => one(Value::Unknown),
        };
        let unknown = values.iter().all(|v| *v == Value::Unknown);
        let values = match unknown.then(|| self.held_by_variant(node(def.node))).flatten() {
            Some(held) => held,
            None => values,
        };
        let values = match default.map(node) {
            Some(default) if left_out => union([values, self.values(default, ctx)].into_iter()),
            Some(default) => self.or_default(values, default, ctx),
            None => values,
        };
        match def.ty {
            Some(ty) if values.iter().all(|v| *v == Value::Unknown || self.is_empty_wrapper(file, v)) => {
                self.typed(node(ty))
            }
            ty => self.or_typed(values, ty.map(node)),
        }
    }

    /// The default that a pattern has for a name: `const { limit = 5 } = options`.
    fn default_in_pattern(&self, file: FileId, def: &Def) -> Option<NodeId> {
        let facts = &self.file(file).facts;
        let Kind::Assign(a) = facts.kind(facts.parent(def.node)?) else { return None };
        let default = a.value.filter(|_| a.target == def.node)?;
        match &def.origin {
            // Otherwise it is no default but what is assigned.
            Origin::Value { expr, .. } => (*expr != default).then_some(default),
            Origin::Param { .. } => Some(default),
            _ => None,
        }
    }

    /// What a variant of an enumeration is declared to hold, where it is taken out by a pattern:
    /// `Vendor::Claude(api)`.
    fn held_by_variant(&self, bound: NodeRef) -> Option<Values> {
        let facts = self.facts(bound.file);
        let Kind::Call(pattern) = facts.kind(facts.parent(bound.node)?) else { return None };
        let Kind::Member { object, name, .. } = facts.kind(pattern.callee) else { return None };
        let position = pattern.args.iter().position(|a| a.value == bound.node)?;
        let class = self.values(bound.sibling(*object), None).into_iter().find_map(|v| match v {
            Value::Class(class) => Some(class),
            _ => None,
        })?;
        let Kind::Class(c) = self.kind(class) else { return None };
        let held = c.body.iter().find_map(|&variant| match self.kind(class.sibling(variant)) {
            Kind::Assign(a) if matches!(self.kind(class.sibling(a.target)), Kind::Name(n) if n == name) => {
                a.ty
            }
            _ => None,
        })?;
        let ty = match self.kind(class.sibling(held)) {
            Kind::List(types) if pattern.args.len() > 1 => *types.get(position)?,
            _ => held,
        };
        let values = self.typed(class.sibling(ty));
        values.iter().any(|v| *v != Value::Unknown).then_some(values)
    }

    /// Leaves out what certainly has no such part: whether there was any.
    fn drop_without(&self, held: &mut Values, path: &[Step]) -> bool {
        let [Step::Key(key)] = path else { return false };
        let before = held.len();
        held.retain(|v| !self.is_written_without(v, key));
        held.len() < before
    }

    /// Whether a value is an object that is written out in a call, all of it in sight, without that key.
    pub(super) fn is_written_without(&self, value: &Value, key: &str) -> bool {
        let Value::Node(at) = value else { return false };
        let facts = self.facts(at.file);
        let Kind::Record(record) = facts.kind(at.node) else { return false };
        let argument = |n: NodeId| matches!(facts.kind(n), Kind::Call(c) if c.args.iter().any(|a| a.value == at.node && a.name.is_none()));
        record.ty.is_none()
            && facts.parent(at.node).is_some_and(argument)
            && record.entries.iter().all(|e| matches!(&e.key, Some(Key::Known(known)) if &**known != key))
    }

    /// Whether a field is one that all who give the object leave out: `options.limit` where they write `{ n: 3 }`.
    pub(super) fn is_given_by_none(&self, at: NodeRef, ctx: Ctx<'_>) -> bool {
        let Kind::Member { object, name, .. } = self.kind(at) else { return false };
        let is_name = matches!(self.kind(at.sibling(*object)), Kind::Name(_));
        is_name && self.values(at.sibling(*object), ctx).iter().all(|v| self.is_written_without(v, name))
    }

    /// Values, and a default where there may be none.
    fn or_default(&self, mut values: Values, default: NodeRef, ctx: Ctx<'_>) -> Values {
        let nothing = |v: &Value| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Null));
        let missing = values.is_empty() || values.iter().any(|v| *v == Value::Unknown || nothing(v));
        if !missing {
            return values;
        }
        values.retain(|v| !nothing(v));
        union([values, self.values(default, ctx)].into_iter())
    }

    /// Whether a value is a cell that is filled later: `OnceLock::new()`.
    fn is_empty_wrapper(&self, file: FileId, value: &Value) -> bool {
        let Value::External(e) = value else { return false };
        let ty = e.path.strip_suffix(".new()").and_then(|p| p.rsplit('.').next());
        let bare = e.made.is_some_and(|m| matches!(self.kind(m), Kind::Call(c) if c.args.is_empty()));
        bare && ty.is_some_and(|t| self.file(file).sdk.wraps_type(t))
    }

    /// The way from a parameter to a name in its pattern: `State(app)` holds what it wraps.
    fn unwrapped_path<'p>(&self, function: NodeRef, index: usize, path: &'p [Step]) -> &'p [Step] {
        let file = self.file(function.file);
        let Kind::Function(f) = file.facts.kind(function.node) else { return path };
        let Some(Kind::Call(c)) = f.params.get(index).map(|p| file.facts.kind(p.pattern)) else {
            return path;
        };
        let wraps = last_name(&file.facts, c.callee).is_some_and(|n| file.sdk.wraps_type(&n));
        match path {
            [Step::Item(0), rest @ ..] if wraps => rest,
            _ => path,
        }
    }

    fn steps(&self, mut values: Values, path: &[Step]) -> Values {
        for step in path {
            values = union(values.iter().map(|v| match step {
                Step::Key(key) => self.item(v, key),
                Step::Item(i) => self.each(v, Some(f64::from(*i))),
                Step::Each => self.each(v, None),
                Step::Enter => self.enter(v),
                Step::Unwrap => one(v.clone()),
            }));
        }
        values
    }

    fn enter(&self, value: &Value) -> Values {
        match value {
            Value::Instance { class, .. } => {
                let enter = ["__enter__", "__aenter__"].iter().flat_map(|m| self.class_member(*class, m));
                let functions: Vec<NodeRef> = enter
                    .filter_map(|m| match m {
                        Member::Method(f) => Some(f),
                        _ => None,
                    })
                    .collect();
                if functions.is_empty() {
                    return one(value.clone());
                }
                union(functions.into_iter().map(|f| self.returns(f, None, None)))
            }
            other => one(other.clone()),
        }
    }
}
