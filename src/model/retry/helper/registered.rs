//! Functions that a framework calls: commands of a program, handlers of requests and events.

use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether a function given to a helper runs in a handler that the helper registers: as often
    /// as its event comes.
    pub(in crate::model::retry) fn is_run_by_handler(&self, f: NodeRef, parameter: usize) -> bool {
        let Kind::Function(function) = self.kind(f) else { return false };
        let facts = self.facts(f.file);
        if !function.body.is_some() {
            return false;
        }
        let name = function.params.get(parameter).map(|p| facts.kind(p.pattern));
        let Some(Kind::Name(name)) = name else { return false };
        let runs = |n: &NodeId| match facts.kind(*n) {
            Kind::Call(c) => matches!(facts.kind(c.callee), Kind::Name(callee) if callee == name),
            _ => false,
        };
        let registers = |n: NodeId, inner: NodeId| match facts.kind(n) {
            Kind::Call(c) if c.args.iter().any(|a| a.value == inner) => self
                .last_name_at(f.sibling(c.callee))
                .is_some_and(|callee| self.file(f.file).sdk.has_word("handler-names", &callee)),
            _ => false,
        };
        facts.descendants(function.body).into_iter().filter(runs).any(|call| {
            let around = facts.ancestors(call).take_while(|&n| n != f.node);
            around
                .filter(|&n| matches!(facts.kind(n), Kind::Function(_)))
                .any(|inner| facts.parent(inner).is_some_and(|parent| registers(parent, inner)))
        })
    }

    /// Whether a decorator makes a command of a program.
    pub(in crate::model::retry) fn is_entry(&self, decorator: NodeRef) -> bool {
        let sdk = self.file(decorator.file).sdk;
        self.eval(decorator).iter().any(|v| match v {
            Value::External(e) => sdk.has_word("entry", &e.path),
            _ => false,
        })
    }

    /// Whether a decorator makes a handler of requests or events.
    pub(in crate::model::retry) fn is_handler(&self, decorator: NodeRef) -> bool {
        let sdk = self.file(decorator.file).sdk;
        let named = self.last_name_at(decorator).is_some_and(|n| sdk.has_word("handler-names", &n));
        named && matches!(self.kind(decorator), Kind::Member { .. }) || self.is_registrar(decorator, None)
    }
}
