//! What takes the place of nothing.

use super::{Ctx, Values, one, union};
use crate::facts::{Call, Kind};
use crate::model::value::{NodeRef, Value};
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
        if !file.sdk.has_word("missing-default", name) || !missing {
            return values;
        }
        values.retain(|v| !nothing(v));
        let default = match &call.args[..] {
            [default] => self.values(at.sibling(default.value), ctx),
            _ => one(Value::Unknown),
        };
        values.extend(union(default.into_iter().map(|v| match v {
            Value::Function(f) => self.returns(f, None, ctx),
            other => one(other),
        })));
        values
    }
}
