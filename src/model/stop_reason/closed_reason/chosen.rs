//! Whether code chooses the variants of an enumeration itself.

use rustc_hash::FxHashSet;

use crate::facts::{CallStyle, FileFacts, Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;

/// Where so many variants are written down somewhere, something is translated into them; fewer are results of
/// the program's own, and what stands in for a missing value.
const TRANSLATED: usize = 3;

/// How the code comes to write down a variant.
enum Choice {
    /// As what a branch or a function gives.
    Given,
    /// Into a variable, a field or a call.
    Put(Name),
}

impl Project {
    /// Whether the code chooses a variant itself, of what it found elsewhere: the type is no longer what
    /// the API sends.
    pub(super) fn is_made_by_hand(&self, class: &str) -> bool {
        let mut put: FxHashSet<Name> = FxHashSet::default();
        for (file, model) in self.file_ids() {
            for &name in model.names(class) {
                if self.is_test(NodeRef { file, node: name }) {
                    continue;
                }
                match choice(&model.facts, name) {
                    Some(Choice::Given) => return true,
                    Some(Choice::Put(variant)) => {
                        put.insert(variant);
                    }
                    None => {}
                }
            }
        }
        put.len() >= TRANSLATED
    }
}

/// What is done with the variant that is named after its type; nothing where it is only compared.
fn choice(facts: &FileFacts, name: NodeId) -> Option<Choice> {
    let node = facts.parent(name)?;
    let Kind::Member { object, name: variant, .. } = facts.kind(node) else { return None };
    if *object != name {
        return None;
    }
    // `Some(StopReason::ToolUse)` is what its place makes of it: `self.reason == Some(…)` chooses nothing.
    let wraps = |n: &NodeId| {
        let parent = facts.parent(*n)?;
        let Kind::Call(call) = facts.kind(parent) else { return None };
        let only = matches!(&call.args[..], [arg] if arg.value == *n);
        (only && last_name(facts, call.callee).is_some_and(|name| &*name == "Some")).then_some(parent)
    };
    let node = std::iter::successors(Some(node), wraps).last()?;
    match facts.kind(facts.parent(node)?) {
        Kind::Return(_) | Kind::Block { .. } => Some(Choice::Given),
        Kind::Match(m) => m.arms.iter().any(|arm| arm.body == node).then_some(Choice::Given),
        Kind::If { then, otherwise, .. } => {
            (*then == node || *otherwise == Some(node)).then_some(Choice::Given)
        }
        Kind::Assign(a) => (a.value == Some(node)).then(|| Choice::Put(variant.clone())),
        Kind::Record(r) => r.entries.iter().any(|e| e.value == node).then(|| Choice::Put(variant.clone())),
        Kind::Call(call) => (call.style != CallStyle::Macro).then(|| Choice::Put(variant.clone())),
        _ => None,
    }
}
