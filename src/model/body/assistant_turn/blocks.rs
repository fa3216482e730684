//! Turns of the assistant that are written anew, block by block.

use crate::facts::{Kind, NodeId};
use crate::model::names::scope::{Def, Origin, Step};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, enclosing_function};

/// Lists in lists, and blocks of one turn.
pub(super) const MAX_LISTS: u32 = 4;
const MAX_BLOCKS: usize = 16;

impl Project {
    /// The request of whose text every block of a content is made that is put together here: no call of a
    /// tool is among them.
    pub(super) fn text_blocks(&self, content: NodeRef, left: u32) -> Option<NodeRef> {
        let mut blocks = Vec::new();
        self.add_blocks(content, MAX_LISTS, &mut blocks)?;
        let mut requests = blocks.into_iter().map(|block| self.block_text(block, left));
        let first = requests.next()??;
        requests.all(|other| other == Some(first)).then_some(first)
    }

    /// The request of whose text a block of that type is made.
    fn block_text(&self, block: NodeRef, left: u32) -> Option<NodeRef> {
        let kind = self.text(self.written_field(block, "type")?).known()?;
        (kind == "text").then(|| self.answer_text(self.written_field(block, "text")?, left))?
    }

    /// The blocks that a list is written with and those that are put into it; nothing if there may be others.
    pub(super) fn add_blocks(&self, list: NodeRef, left: u32, out: &mut Vec<NodeRef>) -> Option<()> {
        let left = left.checked_sub(1).filter(|_| out.len() < MAX_BLOCKS)?;
        let on = |n: NodeId| list.sibling(n);
        match self.kind(list) {
            Kind::List(items) => items.iter().try_for_each(|&item| match self.kind(on(item)) {
                Kind::Spread(inner) => self.add_blocks(on(*inner), left, out),
                _ => {
                    out.push(on(item));
                    Some(())
                }
            }),
            Kind::Comprehension(c) => {
                out.push(on(c.element));
                Some(())
            }
            Kind::Cast { value, .. } => self.add_blocks(on(*value), left, out),
            Kind::If { then, otherwise: Some(otherwise), .. } => {
                self.add_blocks(on(*then), left, out)?;
                self.add_blocks(on(*otherwise), left, out)
            }
            // `content.filter(…).map((b) => ({ type: "text", text: b.text }))`
            Kind::Call(call) => {
                if self.makes_empty(list) {
                    return Some(());
                }
                let [callback] = &call.args[..] else { return None };
                let Kind::Function(_) = self.kind(on(callback.value)) else { return None };
                let Kind::Member { name, .. } = self.kind(on(call.callee)) else { return None };
                (&**name == "map").then(|| out.extend(self.return_values(on(callback.value)).iter()))
            }
            Kind::Name(name) => {
                let file = self.file(list.file);
                let [def] = file.scopes.lookup(&file.facts, name, list.node)[..] else { return None };
                self.add_blocks(self.bound_list(list, def)?, left, out)?;
                self.add_put_into(list, def, out)
            }
            _ => None,
        }
    }

    /// What a name is bound to: `blocks = []`, `blocks, calls = [], []`.
    fn bound_list(&self, at: NodeRef, def: &Def) -> Option<NodeRef> {
        let Origin::Value { expr, path } = &def.origin else { return None };
        match (&path[..], self.kind(at.sibling(*expr))) {
            ([], _) => Some(at.sibling(*expr)),
            ([Step::Item(i)], Kind::List(items)) => {
                items.get(usize::try_from(*i).ok()?).map(|&n| at.sibling(n))
            }
            _ => None,
        }
    }

    /// What is put into a list under its name, one by one; nothing where it may change in another way.
    fn add_put_into(&self, list: NodeRef, def: &Def, out: &mut Vec<NodeRef>) -> Option<()> {
        let file = self.file(list.file);
        let facts = &file.facts;
        let function = enclosing_function(facts, def.node);
        for reader in self.readers(list.sibling(def.node)) {
            let Some(parent) = facts.parent(reader.node) else { continue };
            match facts.kind(parent) {
                Kind::Member { name, .. } => {
                    let call = facts.parent(parent).map(|up| (up, facts.kind(up)));
                    match call {
                        Some((at, Kind::Call(call))) if call.callee == parent => {
                            if file.list_added_to(call) == Some(reader.node) {
                                let same = enclosing_function(facts, at) == function;
                                let added = call.args.iter().map(|a| list.sibling(a.value));
                                out.extend(added);
                                (same && out.len() < MAX_BLOCKS).then_some(())?;
                            } else if file.sdk.in_lists(&["grow-names", "gather", "change-names"], name) {
                                return None;
                            }
                        }
                        _ => {}
                    }
                }
                // A function of the project may fill it.
                Kind::Call(call) if call.callee != reader.node => {
                    let own = |v: &Value| !matches!(v, Value::External(_));
                    if self.eval(list.sibling(call.callee)).iter().any(own) {
                        return None;
                    }
                }
                Kind::Assign(a) if a.target == reader.node || a.op.is_some() => return None,
                Kind::Index { .. } => {
                    let set = facts
                        .parent(parent)
                        .is_some_and(|up| matches!(facts.kind(up), Kind::Assign(a) if a.target == parent));
                    (!set).then_some(())?;
                }
                _ => {}
            }
        }
        Some(())
    }
}
