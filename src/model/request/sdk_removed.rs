//! Names of SDKs that a version took away, where they are used.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request, Tri};
use crate::sdk::packages::{Change, packages};
use crate::source::manifest::Requirement;

impl Project {
    /// What a package of the language at a place changed.
    pub fn package_changes(&self, at: NodeRef, package: &str) -> &'static [Change] {
        let registry = crate::model::background::registry(self.file(at.file).language);
        let found = packages().iter().find(|p| p.registry == registry && p.name == package);
        found.map_or(&[], |p| &p.change)
    }

    /// Whether the version in use certainly does not look at an argument of a request any more.
    pub(in crate::model) fn is_gone(&self, request: &Request, name: &str) -> bool {
        let Some(package) = self.package(request) else { return false };
        let mut changes = self.package_changes(request.at, package).iter();
        changes.any(|change| {
            change.arguments.iter().any(|gone| gone == name)
                && (change.kinds.is_empty() || change.kinds.contains(&request.kind.id))
                && self.has_change(request.at, package, &change.id).0 == Tri::Yes
        })
    }

    /// Uses of exported names that the version in use certainly has no more, in file order.
    pub fn removed_names(&self) -> Vec<(NodeRef, &'static str, &'static Change, Requirement)> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
            let registry = crate::model::background::registry(model.language);
            let with_names = packages().iter().filter(|p| p.registry == registry);
            for (package, change) in with_names.flat_map(|p| p.change.iter().map(move |c| (p, c))) {
                if change.names.is_empty() || !change.names.iter().any(|n| model.source.text.contains(&**n)) {
                    continue;
                }
                let here = NodeRef { file, node: NodeId::ROOT };
                let (Tri::Yes, Some(requirement)) = self.has_change(here, &package.name, &change.id) else {
                    continue;
                };
                for node in model.facts.ids() {
                    let at = here.sibling(node);
                    let named = matches!(model.facts.kind(node), Kind::Name(_) | Kind::Member { .. })
                        && last_name(&model.facts, node)
                            .is_some_and(|n| change.names.iter().any(|g| **g == *n));
                    let of_package = || {
                        self.eval(at).iter().any(
                            |v| matches!(v, Value::External(e) if e.path.starts_with(&*package.name) && e.made.is_none()),
                        )
                    };
                    if named && of_package() {
                        out.push((at, &*package.name, change, requirement.clone()));
                    }
                }
            }
        }
        out
    }

    /// The dotted name of what made a value, where it begins as given.
    pub fn made_by(&self, at: NodeRef, prefix: &str) -> Option<String> {
        self.eval(at).iter().find_map(|v| match v {
            Value::External(e) if e.path.starts_with(prefix) => {
                Some(e.path.trim_end_matches("()").to_string())
            }
            // Sessions and clients are known to the data, several packages under one name.
            Value::Client(c) => self.constructor_of(c.made?).filter(|path| path.starts_with(prefix)),
            _ => None,
        })
    }

    /// The dotted name of what a call makes an object with.
    fn constructor_of(&self, call: NodeRef) -> Option<String> {
        let Kind::Call(c) = self.kind(call) else { return None };
        self.eval(call.sibling(c.callee)).iter().find_map(|v| match v {
            Value::External(e) => Some(e.path.to_string()),
            _ => None,
        })
    }
}
