//! Failures that carry the time the server asks for: `Failure::Limited(seconds)`, `new Limited(seconds)`.

use rustc_hash::FxHashSet;

use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// Nodes of an argument that are looked at for the header.
const MAX_NODES: usize = 48;

impl Project {
    /// Whether code takes the time the server asks for out of a failure that was made with it.
    pub(super) fn reads_carried_wish(&self, root: NodeRef) -> bool {
        let carriers = self.wish_carriers();
        if carriers.is_empty() {
            return false;
        }
        let facts = self.facts(root.file);
        let nodes = facts.descendants(root.node);
        let carries = |n: NodeId| last_name(facts, n).is_some_and(|name| carriers.contains(&name));
        // `Failure::Limited(seconds) => …`
        let is_bound = |n: NodeId| matches!(facts.kind(n), Kind::Name(name) if !name.starts_with('_'));
        let parted = nodes.iter().any(|&n| {
            parts(facts.kind(n)).is_some_and(|(made, held)| carries(made) && held.into_iter().any(is_bound))
        });
        // `e instanceof Limited ? e.seconds : …`
        let named = || nodes.iter().any(|&n| matches!(facts.kind(n), Kind::Name(_)) && carries(n));
        let read = || {
            nodes.iter().any(|&n| match facts.kind(n) {
                Kind::Member { object, .. } => {
                    matches!(facts.kind(*object), Kind::Name(_)) && !self.is_called(root.sibling(n))
                }
                _ => false,
            })
        };
        parted || named() && read()
    }

    /// Names of the types and variants that are made with the time the server asks for.
    fn wish_carriers(&self) -> &FxHashSet<Name> {
        self.wish_carriers.get_or_init(|| {
            let mut out = FxHashSet::default();
            for (file, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
                let facts = &model.facts;
                let spellings = model.sdk.words("header-spellings");
                if !spellings.iter().any(|part| model.source.text.contains(part.as_str())) {
                    continue;
                }
                for node in facts.ids() {
                    let Some((made, held)) = parts(facts.kind(node)) else { continue };
                    let Some(name) = last_name(facts, made).filter(|n| n.starts_with(char::is_uppercase))
                    else {
                        continue;
                    };
                    let at = NodeRef { file, node };
                    if held.into_iter().any(|n| self.holds_wish(at.sibling(n)))
                        && self.is_type_or_variant(at.sibling(made))
                    {
                        out.insert(name);
                    }
                }
            }
            out
        })
    }

    /// Whether a value, or what the name of it was bound to, is read from the header.
    fn holds_wish(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let reads = |root: NodeId| {
            let nodes = file.facts.descendants(root);
            nodes
                .into_iter()
                .take(MAX_NODES)
                .any(|n| matches!(file.facts.kind(n), Kind::Str(_)) && self.reads_server_wish(at.sibling(n)))
        };
        if matches!(file.facts.kind(at.node), Kind::Function(_) | Kind::Record(_)) {
            return false;
        }
        let bound = |n: NodeId| match file.facts.kind(n) {
            Kind::Name(name) => {
                file.scopes.lookup(&file.facts, name, n).iter().any(|def| match &def.origin {
                    Origin::Value { expr, .. } => reads(*expr),
                    _ => false,
                })
            }
            _ => false,
        };
        reads(at.node) || file.facts.descendants(at.node).into_iter().take(MAX_NODES).any(bound)
    }

    /// Whether a class of the project, or the variant of an enumeration.
    fn is_type_or_variant(&self, made: NodeRef) -> bool {
        let facts = self.facts(made.file);
        let variant = match facts.kind(made.node) {
            Kind::Member { object, .. } => {
                last_name(facts, *object).is_some_and(|n| n.starts_with(char::is_uppercase))
            }
            _ => false,
        };
        variant || self.eval(made).iter().any(|v| matches!(v, Value::Class(_)))
    }
}

/// What is made or matched, and what it holds.
fn parts(kind: &Kind) -> Option<(NodeId, Vec<NodeId>)> {
    match kind {
        Kind::Call(call) => Some((call.callee, call.args.iter().map(|a| a.value).collect())),
        Kind::Record(r) => Some((r.ty?, r.entries.iter().map(|e| e.value).collect())),
        _ => None,
    }
}
