//! Where the files come from that are read: lists of them, and the type that wrote them.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// Calls of a function whose arguments are looked at.
const MAX_CALLERS: usize = 8;

impl Project {
    /// Where the list was made that the file of a read is an element of, or a field of an element:
    /// `for page in pages: open(page.path)`.
    pub fn lists_of_read(&self, read: NodeRef) -> Vec<NodeRef> {
        let Kind::Call(call) = self.kind(read) else { return Vec::new() };
        let Some(arg) = call.args.first() else { return Vec::new() };
        let path = match self.kind(read.sibling(arg.value)) {
            Kind::Member { object, .. } | Kind::Index { object, .. } => *object,
            _ => arg.value,
        };
        let Some(list) = self.list_of_element(read.sibling(path)) else { return Vec::new() };
        let mut made = self.given_lists(list);
        let calls: Vec<NodeRef> = made.iter().flat_map(|&list| self.made_of(list)).collect();
        made.extend(calls);
        let returned: Vec<NodeRef> = made.iter().flat_map(|&call| self.returned_by(call)).collect();
        made.extend(returned);
        made
    }

    /// What the functions of the project give that a call may run.
    fn returned_by(&self, call: NodeRef) -> Vec<NodeRef> {
        let Kind::Call(c) = self.kind(call) else { return Vec::new() };
        let functions = self.functions_of(call.sibling(c.callee));
        functions.into_iter().flat_map(|f| self.return_values(f).to_vec()).collect()
    }

    /// Where the type whose method reads a file writes files itself: what it checks there holds for what it reads.
    pub fn writes_beside(&self, read: NodeRef) -> Vec<NodeRef> {
        let Some(class) = self.class_of(read) else { return Vec::new() };
        let facts = self.facts(class.file);
        let calls = facts.descendants(class.node).into_iter().map(|n| class.sibling(n)).filter(|&n| {
            let Some(callee) = self.callee_of(n) else { return false };
            let sdk = self.file(n.file).sdk;
            self.eval(callee)
                .iter()
                .any(|v| matches!(v, Value::External(e) if sdk.has_word("write", &e.path)))
        });
        calls.collect()
    }

    /// A list, or what callers give for it where it is a parameter.
    fn given_lists(&self, list: NodeRef) -> Vec<NodeRef> {
        let file = self.file(list.file);
        let Kind::Name(name) = file.facts.kind(list.node) else { return vec![list] };
        let [def] = &file.scopes.lookup(&file.facts, name, list.node)[..] else { return vec![list] };
        let Origin::Param { function, index, .. } = &def.origin else { return vec![list] };
        let given = self.arguments_given(list.sibling(*function), *index, MAX_CALLERS);
        given.map(|(_, argument)| argument).collect()
    }
}
