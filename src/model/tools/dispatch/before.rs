//! Blocks of another kind that stand before tool results in the content of the same message.

use crate::facts::{BinaryOp, Call, Kind, Name, NodeId};
use crate::model::names::index::path_name;
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;
use crate::model::{Project, ResultMessage, enclosing_function};

impl Project {
    /// Blocks of another kind before the results, the first there is in each message.
    pub fn blocks_before_results(&self, result: NodeRef) -> Vec<NodeRef> {
        self.result_messages(result).iter().filter_map(|message| self.block_before(message)).collect()
    }

    fn block_before(&self, message: &ResultMessage) -> Option<NodeRef> {
        if self.message_role(message.at).as_deref() != Some("user") {
            return None;
        }
        let (file, at) = (self.file(message.at.file), message.at);
        let facts = &file.facts;
        let content = self.written_field(at, "content")?.node;
        // `content: [{ type: "text" }, …results]`, `[{"type": "text"}] + results`
        let items = self.joined_items(at.sibling(content));
        let position = items.iter().position(|&i| facts.ancestors(message.result.node).any(|a| a == i));
        let before = items.iter().take(position.unwrap_or(0));
        if let Some(first) = before.copied().find(|&i| self.is_text_block(at.sibling(i))) {
            return Some(at.sibling(first));
        }
        let Kind::Name(name) = facts.kind(content) else { return None };
        let defs = file.scopes.lookup(facts, name, content);
        let [def] = &defs[..] else { return None };
        let Origin::Value { expr, path } = &def.origin else { return None };
        if !path.is_empty() {
            return None;
        }
        let list = at.sibling(*expr);
        self.text_at_the_head(list, name)
            .or_else(|| self.text_put_in_front(list, name))
            .or_else(|| self.text_added_first(message.came, list, name))
    }

    /// The items of a list, or of several that are put together with `+`.
    fn joined_items(&self, content: NodeRef) -> Vec<NodeId> {
        let mut out = Vec::new();
        let mut open = vec![content.node];
        while let Some(node) = open.pop() {
            match self.kind(content.sibling(node)) {
                Kind::Binary { op: BinaryOp::Add, left, right } if out.len() < 64 => {
                    open.extend([*right, *left]);
                }
                Kind::List(items) => out.extend(items.iter().copied()),
                _ => out.push(node),
            }
        }
        out
    }

    /// `content = [{ type: "text" }]; content.push(result)`
    fn text_at_the_head(&self, list: NodeRef, name: &Name) -> Option<NodeRef> {
        let Kind::List(items) = self.kind(list) else { return None };
        let first = list.sibling(*items.first()?);
        (self.is_text_block(first) && self.only_grows_at_end(list, name)).then_some(first)
    }

    /// `results.insert(0, note)`, `results.unshift(note)`
    fn text_put_in_front(&self, list: NodeRef, name: &Name) -> Option<NodeRef> {
        let file = self.file(list.file);
        self.calls_on(list, name).into_iter().find_map(|(method, call)| {
            let block = match (&*method, &call.args[..]) {
                ("insert", [place, block]) if file.number_of(place.value) == Some(0.0) => block.value,
                ("unshift", [block, ..]) => block.value,
                _ => return None,
            };
            self.is_text_block(list.sibling(block)).then_some(list.sibling(block))
        })
    }

    /// `content.append(title); content.append(result)`, one after the other in each turn of a loop.
    fn text_added_first(&self, result: NodeRef, list: NodeRef, name: &Name) -> Option<NodeRef> {
        let facts = self.facts(result.file);
        let adds_to_it = |n: NodeId| match facts.kind(n) {
            Kind::Call(c) => match (self.file(result.file).list_added_to(c), &c.args[..]) {
                (Some(to), [block]) => (path_name(facts, to).as_ref() == Some(name)).then_some(block.value),
                _ => None,
            },
            _ => None,
        };
        let statement = facts.ancestors(result.node).find(|&n| adds_to_it(n).is_some())?;
        if !self.only_grows_at_end(list, name) {
            return None;
        }
        let Kind::Block { body, .. } = facts.kind(facts.parent(statement)?) else { return None };
        let before = body.iter().take_while(|&&s| s != statement);
        before
            .filter_map(|&s| adds_to_it(s))
            .map(|block| result.sibling(block))
            .find(|&block| self.is_text_block(block))
    }

    fn is_text_block(&self, at: NodeRef) -> bool {
        let block = at.sibling(self.unwrapped(at));
        // `Block::Text { … }`
        let variant = || match self.kind(block) {
            Kind::Record(r) => match self.kind(block.sibling(r.ty?)) {
                Kind::Member { name, .. } => Some(snake(name).into()),
                _ => None,
            },
            _ => None,
        };
        let kind: Option<Name> = self.block_type(block).or_else(variant);
        kind.is_some_and(|t| matches!(&*t, "text" | "image" | "document"))
    }

    fn only_grows_at_end(&self, list: NodeRef, name: &Name) -> bool {
        self.calls_on(list, name).iter().all(|(method, _)| {
            !matches!(
                &**method,
                "insert" | "unshift" | "sort" | "reverse" | "push_front" | "splice" | "clear"
            )
        })
    }

    /// The calls of methods of a list, by its name, in the function that makes it.
    fn calls_on(&self, list: NodeRef, name: &Name) -> Vec<(Name, &Call)> {
        let file = self.file(list.file);
        let facts = &file.facts;
        let function = enclosing_function(facts, list.node);
        let calls = file.names(name).iter().filter(|&&n| enclosing_function(facts, n) == function);
        calls
            .filter_map(|&n| {
                let member = facts.parent(n)?;
                let Kind::Member { object, name, .. } = facts.kind(member) else { return None };
                match facts.kind(facts.parent(member)?) {
                    Kind::Call(c) if *object == n && c.callee == member => Some((name.clone(), &**c)),
                    _ => None,
                }
            })
            .collect()
    }
}
