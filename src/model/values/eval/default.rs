//! What takes the place of nothing.

use super::{Ctx, Values, one, union};
use crate::facts::{Call, Kind};
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    /// `limit.unwrap_or(DEFAULT)`: where there is nothing, the default takes its place.
    pub(super) fn with_default(
        &self,
        file: &FileModel,
        at: NodeRef,
        name: &str,
        call: &Call,
        mut values: Values,
        ctx: Ctx<'_>,
    ) -> Values {
        let nothing = |v: &Value| matches!(v, Value::Node(n) if matches!(self.kind(*n), Kind::Null));
        // A variable of the environment need not be there.
        let read = |v: &Value| match v {
            Value::External(e) => {
                e.path.strip_suffix("()").is_some_and(|p| file.sdk.has_word("environment", p))
            }
            _ => false,
        };
        let missing = values.iter().any(nothing) || call.args.len() == 1 && values.iter().any(read);
        if !file.sdk.has_word("missing-default", name) {
            return values;
        }
        if !missing {
            // Of what is out of sight, the default is one of the values; an empty text stands for none.
            if let [default] = &call.args[..]
                && values.iter().all(|v| matches!(v, Value::Unknown | Value::External(_)))
            {
                let default = self.given_instead(self.values(at.sibling(default.value), ctx), ctx);
                let stands_for_one = |v: &Value| {
                    self.is_plain(v)
                        && !matches!(v, Value::Node(n) if self.text(*n).known().is_some_and(|t| t.is_empty()))
                };
                let default: Values = default.into_iter().filter(stands_for_one).collect();
                if !default.is_empty() {
                    values.push(Value::Unknown);
                    values.extend(default);
                    return union(std::iter::once(values));
                }
            }
            return values;
        }
        values.retain(|v| !nothing(v));
        let default = match &call.args[..] {
            [default] => self.values(at.sibling(default.value), ctx),
            _ => one(Value::Unknown),
        };
        values.extend(self.given_instead(default, ctx));
        values
    }

    /// A default, or what a function that makes it gives back.
    fn given_instead(&self, default: Values, ctx: Ctx<'_>) -> Values {
        union(default.into_iter().map(|v| match v {
            Value::Function(f) => self.returns(f, None, ctx),
            other => one(other),
        }))
    }

    /// `config.get("model", DEFAULT)`: of what is looked up in a place out of sight, the text, number or truth that
    /// stands in for it is one of the values.
    pub(super) fn or_what_stands_in(
        &self,
        file: &FileModel,
        at: NodeRef,
        call: &Call,
        mut values: Values,
        ctx: Ctx<'_>,
    ) -> Values {
        let is_open = values.iter().all(|v| *v == Value::Unknown);
        let looks_up =
            || last_name(&file.facts, call.callee).is_some_and(|name| file.sdk.has_word("looks-up", &name));
        if !is_open || !looks_up() {
            return values;
        }
        let Some(default) = self.default_beside(at, call) else { return values };
        values.extend(self.values(default, ctx).into_iter().filter(|v| self.is_plain(v)));
        values
    }

    fn is_plain(&self, value: &Value) -> bool {
        let plain = |n: &NodeRef| matches!(self.kind(*n), Kind::Str(_) | Kind::Number(_) | Kind::Bool(_));
        matches!(value, Value::Node(n) if plain(n))
    }
}
