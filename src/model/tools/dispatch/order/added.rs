//! Lists of messages to which nothing but turns of the user is ever added: variables of a function, fields of
//! an object.

use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::path_name;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether the list that a message is added to is sent, and nothing but messages of the user is ever added to it.
    pub(super) fn only_user_turns_added(&self, message: NodeRef) -> bool {
        let Some((list, call)) = self.added_to(message) else { return false };
        match self.kind(list) {
            Kind::Name(name) => self.only_users_in_variable(list, name, call),
            Kind::Member { object, name, .. } if self.file(list.file).is_receiver(*object) => {
                self.only_users_in_field(list, name, call)
            }
            _ => false,
        }
    }

    /// The same of a variable of the function that sends it.
    fn only_users_in_variable(&self, list: NodeRef, name: &Name, call: NodeRef) -> bool {
        let file = self.file(list.file);
        let facts = &file.facts;
        let function = enclosing_function(facts, list.node);
        let repeated = self.loops_around(call);
        let mut sent = false;
        // A list that is given may end with the turn of the model; after one turn of a loop it does not.
        let mut given = false;
        let mut sent_again = false;
        for &n in file.names(name) {
            if enclosing_function(facts, n) != function {
                // Another variable of that name, unless a function within holds on to it.
                if function.is_none_or(|f| facts.ancestors(n).any(|a| a == f)) {
                    return false;
                }
                continue;
            }
            let at = list.sibling(n);
            if file.binds(n) && self.is_parameter(at) {
                given = true;
            } else if self.is_sent_as_messages(at) || self.is_sent_by_helper(at) {
                let around = self.loops_around(at);
                sent |= n > call.node || !around.is_empty();
                sent_again |= around.iter().any(|l| repeated.contains(l));
            } else if !self.adds_only_users(at) {
                return false;
            }
        }
        if given { sent_again } else { sent }
    }

    /// The same of a field of which all that is done to it stands in its class.
    fn only_users_in_field(&self, list: NodeRef, name: &Name, call: NodeRef) -> bool {
        let file = self.file(list.file);
        let facts = &file.facts;
        let Some(owner) = self.class_of(list) else { return false };
        let alone = matches!(self.kind(owner), Kind::Class(c) if c.bases.is_empty());
        if !alone || !self.derived_of(owner).is_empty() || self.is_filled_elsewhere(owner, name) {
            return false;
        }
        let path = path_name(facts, list.node);
        let function = enclosing_function(facts, list.node);
        let (mut begins, mut sent) = (false, false);
        for at in facts.ids().map(|n| list.sibling(n)).filter(|&at| self.class_of(at) == Some(owner)) {
            let written = match facts.kind(at.node) {
                Kind::Member { .. } if path_name(facts, at.node) == path => true,
                // `messages: MessageParam[] = []`
                Kind::Name(n) if n == name && self.declares_value(at, owner) => false,
                _ => continue,
            };
            if written && (self.is_sent_as_messages(at) || self.is_sent_by_helper(at)) {
                sent |= enclosing_function(facts, at.node) != function
                    || at.node > call.node
                    || !self.loops_around(at).is_empty();
            } else if !self.adds_only_users(at) {
                return false;
            } else {
                let up = facts.parent(at.node).map(|up| facts.kind(up));
                begins |= matches!(up, Some(Kind::Assign(a)) if a.target == at.node);
            }
        }
        begins && sent
    }

    /// Whether a class declares a field there and says what it holds.
    fn declares_value(&self, field: NodeRef, owner: NodeRef) -> bool {
        let facts = self.facts(field.file);
        let Some(up) = facts.parent(field.node) else { return false };
        facts.parent(up) == Some(owner.node)
            && matches!(facts.kind(up), Kind::Assign(a) if a.target == field.node && a.value.is_some())
    }

    /// Whether code outside of a class may add to a field of that name.
    fn is_filled_elsewhere(&self, owner: NodeRef, name: &str) -> bool {
        self.file_ids().any(|(file, model)| {
            let facts = &model.facts;
            !model.source.role.is_test
                && facts.ids().any(|n| {
                    let Kind::Member { object, name: field, .. } = facts.kind(n) else { return false };
                    let class = self.class_of(NodeRef { file, node: n });
                    // Another class speaks of its own.
                    let own = class == Some(owner) || class.is_some() && model.is_receiver(*object);
                    &**field == name
                        && !own
                        && match facts.parent(n).map(|up| (up, facts.kind(up))) {
                            Some((up, Kind::Member { name, .. })) => {
                                model.sdk.has_word("list-growth", name)
                                    && facts
                                        .parent(up)
                                        .is_some_and(|c| matches!(facts.kind(c), Kind::Call(_)))
                            }
                            Some((_, Kind::Assign(a))) => a.target == n,
                            Some((_, Kind::Call(c))) => c.callee != n,
                            _ => false,
                        }
                })
        })
    }

    /// Whether what is done with a list at a place puts nothing into it but turns of the user.
    fn adds_only_users(&self, list: NodeRef) -> bool {
        let facts = self.facts(list.file);
        let n = list.node;
        let role = |node: NodeId| self.message_role(list.sibling(self.unwrapped(list.sibling(node))));
        let Some(up) = facts.parent(n) else { return false };
        match facts.kind(up) {
            Kind::Assign(a) if a.target == n => {
                let literal = a.value.is_some_and(|v| match facts.kind(v) {
                    Kind::List(items) => items.iter().all(|&i| role(i).is_some_and(|r| &*r != "assistant")),
                    _ => false,
                });
                literal && a.op.is_none()
            }
            Kind::Member { .. } => {
                let Some(Kind::Call(c)) = facts.parent(up).map(|p| facts.kind(p)) else { return false };
                let users = c.args.iter().all(|a| role(a.value).as_deref() == Some("user"));
                self.file(list.file).list_added_to(c).is_some() && users && !c.args.is_empty()
            }
            _ => false,
        }
    }

    /// The loops around a place in its function.
    fn loops_around(&self, at: NodeRef) -> Vec<NodeId> {
        let facts = self.facts(at.file);
        let function = enclosing_function(facts, at.node);
        let around = facts.ancestors(at.node).take_while(|&a| Some(a) != function);
        around.filter(|&a| matches!(facts.kind(a), Kind::Loop(_))).collect()
    }
}
