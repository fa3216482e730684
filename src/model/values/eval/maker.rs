//! What is made by a function that is handed over for it: cells that are filled at their first use, defaults
//! of fields, parameters that a framework fills.

use super::{Ctx, Values, one, union};
use crate::facts::{Arg, Call, Kind};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    /// What a cell that is filled at its first use is filled with: `cell.get_or_init(|| make())`.
    pub(super) fn made_on_demand(
        &self,
        file: &FileModel,
        at: NodeRef,
        name: &str,
        call: &Call,
        ctx: Ctx<'_>,
    ) -> Option<Values> {
        let [maker] = &call.args[..] else { return None };
        if !file.sdk.has_word("fills-cell", name) {
            return None;
        }
        let results = |f: NodeRef| self.returns(f, None, ctx);
        let made = union(self.values(at.sibling(maker.value), ctx).iter().filter_map(|v| match v {
            Value::Function(f) => Some(results(*f)),
            _ => None,
        }));
        // `|| async { make() }`
        let made = union(made.into_iter().map(|v| match v {
            Value::Function(f) => results(f),
            other => one(other),
        }));
        made.iter().any(|v| !matches!(v, Value::Unknown)).then_some(made)
    }

    /// What the function gives that a call is handed to make its value: `LazyLock::new(Client::new)`,
    /// `field(default_factory=Anthropic)`, `Depends(get_client)`.
    pub(super) fn made_by_maker(
        &self,
        file: &FileModel,
        at: NodeRef,
        call: &Call,
        ctx: Ctx<'_>,
    ) -> Option<Values> {
        let named = |a: &&Arg| a.name.as_ref().is_some_and(|name| file.sdk.has_word("maker-arguments", name));
        let maker =
            call.args.iter().find(named).or_else(|| call.args.first().filter(|a| a.name.is_none()))?;
        let made = union(self.values(at.sibling(maker.value), ctx).iter().filter_map(|v| match v {
            Value::Function(f) => Some(self.returns(*f, None, ctx)),
            Value::Class(class) => Some(one(Value::Instance { class: *class, made: None })),
            // `LazyLock::new(Client::new)`
            Value::External(external) => {
                let (args, type_args) = (Box::default(), Box::default());
                let make = Call { callee: maker.value, args, type_args, style: call.style };
                Some(self.external_call(file, at, &make, external, ctx))
            }
            _ => None,
        }));
        made.iter().any(|v| *v != Value::Unknown).then_some(made)
    }

    /// What a framework gives for a parameter: `client = Depends(get_client)`.
    pub(in crate::model) fn provided(&self, at: NodeRef) -> Option<Values> {
        let file = self.file(at.file);
        let Kind::Call(call) = file.facts.kind(at.node) else { return None };
        let provides = |v: &Value| matches!(v, Value::External(e) if file.sdk.has_word("lazy", &e.path));
        if !self.values(at.sibling(call.callee), None).iter().any(provides) {
            return None;
        }
        let given = self.made_by_maker(file, at, call, None)?;
        given.iter().any(|v| matches!(v, Value::Client(_) | Value::Instance { .. })).then_some(given)
    }
}
