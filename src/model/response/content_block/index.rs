//! Text taken from a content block by its position.

use crate::facts::{BinaryOp, Kind, Name, NodeId, UnaryOp};
use crate::model::names::index::last_name;
use crate::model::names::scope::{Origin, Step};
use crate::model::response::{Use, What};
use crate::model::values::keyed::key_of;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{DeclaredResponse, Project, Request, enclosing_function};
use crate::sdk::RequestKind;

/// Names between a block and the place that reads its text.
pub(in crate::model) const MAX_NAMES: u32 = 16;

/// Text of the block that stands at a position, whatever kind of block that is.
#[derive(Clone, Debug)]
pub struct BlockByPosition<'p> {
    /// The use of the text.
    pub used: &'p Use,
    /// Where the position is given: `content[0]`.
    pub pick: NodeRef,
    /// The position; negative from the end.
    pub position: i32,
    /// Whether the type of that block is looked at, in whatever way.
    pub checked: bool,
    /// Whether someone asks if there is such a block.
    pub guarded: bool,
    /// Whether a block of another type makes the code fail on purpose, as none does by itself.
    pub refused: bool,
    /// Whether the block is asked if it calls a tool, and no other block is.
    pub loses_calls: bool,
}

impl Project {
    /// Every use of the text of a block that is picked from the content by position, in file order.
    pub fn blocks_by_position(&self, request: &Request) -> Vec<BlockByPosition<'_>> {
        self.blocks_of(request.at, request.kind)
    }

    /// The same for responses that are known only by their declared type.
    pub fn declared_blocks(&self, declared: &DeclaredResponse) -> Vec<BlockByPosition<'_>> {
        self.blocks_of(declared.at, declared.kind)
    }

    fn blocks_of(&self, at: NodeRef, kind: &RequestKind) -> Vec<BlockByPosition<'_>> {
        let has_blocks = |path: &String| path.ends_with(".[].text") && path.contains("content.");
        if !kind.text.iter().any(has_blocks) {
            return Vec::new();
        }
        let texts = self.uses(at).iter().filter(|u| u.what == What::Text && !u.response.is_piece());
        texts
            .filter(|used| !self.is_second_choice(used))
            .filter_map(|used| {
                let Some(block) = self.owner(used.at, "text") else {
                    return self.taken_apart(used).or_else(|| self.pointed_at(used));
                };
                let picked = self.pick(block, MAX_NAMES);
                let (pick, position) = picked.or_else(|| self.picked_of_texts(used.at, block))?;
                // Blocks of Converse have no type: they are what they have.
                let keyed = used.response.path.iter().any(|p| &**p == "output");
                let looked = self.is_type_checked(used.at, position, keyed);
                let checked = looked || keyed && self.is_asked_for(used.at);
                let guarded = self.is_block_there(used.at, pick, position) || keyed && looked;
                let refused = checked && !guarded && self.is_other_type_refused(used.at, position);
                let loses_calls = checked && position == 0 && self.loses_calls(used.at, position);
                Some(BlockByPosition { used, pick, position, checked, guarded, refused, loses_calls })
            })
            .collect()
    }

    /// The object whose field a node reads: `block.text`, `block["text"]`, `block.get("text")`.
    pub(super) fn owner(&self, at: NodeRef, field: &str) -> Option<NodeRef> {
        let facts = self.facts(at.file);
        let (owner, _) = key_of(facts, at.node).filter(|(_, key)| &**key == field)?;
        // `block.text()` is a method that may look at anything.
        let called = facts
            .parent(at.node)
            .is_some_and(|p| matches!(facts.kind(p), Kind::Call(c) if c.callee == at.node));
        if called && matches!(facts.kind(at.node), Kind::Member { .. }) {
            return None;
        }
        Some(at.sibling(owner))
    }

    /// The position at which an expression picks a block from the content.
    pub(in crate::model) fn pick(&self, at: NodeRef, left: u32) -> Option<(NodeRef, i32)> {
        let left = left.checked_sub(1)?;
        let file = self.file(at.file);
        let facts = &file.facts;
        match facts.kind(at.node) {
            Kind::Await(x) | Kind::Propagate(x) => self.pick(at.sibling(*x), left),
            Kind::Cast { value, .. } => self.pick(at.sibling(*value), left),
            // `content[0] || {}`
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: value, .. } => {
                self.pick(at.sibling(*value), left)
            }
            Kind::Index { object, index } => {
                let position = self.position(at.sibling(*index))?;
                self.is_content(at.sibling(*object), left).then_some((at, position))
            }
            Kind::Call(call) => {
                let name = last_name(facts, call.callee)?;
                let Kind::Member { object, .. } = facts.kind(call.callee) else { return None };
                let object = at.sibling(*object);
                if file.sdk.passes_object(&name) {
                    return self.pick(object, left);
                }
                // `content.and_then(|blocks| blocks.first())`
                if let Some(picked) = call.args.iter().find_map(|a| self.option_closure(at.sibling(a.value)))
                {
                    return self.pick(picked, left);
                }
                let position = match call.args.first() {
                    _ if file.sdk.has_word("first-block", &name) => 0,
                    _ if file.sdk.has_word("last-block", &name) => -1,
                    Some(arg) if file.sdk.has_word("block-at", &name) => {
                        self.position(at.sibling(arg.value))?
                    }
                    _ => return None,
                };
                self.is_content(object, left).then_some((at, position))
            }
            Kind::Name(name) => {
                let defs = file.scopes.lookup(facts, name, at.node);
                let [def] = &defs[..] else { return None };
                match &def.origin {
                    Origin::Value { expr, path } => match &path[..] {
                        [] | [Step::Unwrap] => self.pick(at.sibling(*expr), left),
                        // `const [block] = message.content`
                        [Step::Item(n)] => self
                            .is_content(at.sibling(*expr), left)
                            .then_some((at.sibling(def.node), *n as i32)),
                        _ => None,
                    },
                    // `content.first().map(|block| block.text)`
                    Origin::Param { function, index: 0, path } if path.is_empty() => {
                        let parent = facts.parent(*function)?;
                        let Kind::Call(call) = facts.kind(parent) else { return None };
                        let Kind::Member { object, .. } = facts.kind(call.callee) else { return None };
                        self.pick(at.sibling(*object), left)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a closure gives back that is called with the value of an option: `.and_then(|blocks| blocks.first())`.
    fn option_closure(&self, closure: NodeRef) -> Option<NodeRef> {
        let file = self.file(closure.file);
        let facts = &file.facts;
        let Kind::Function(f) = facts.kind(closure.node) else { return None };
        let Kind::Call(call) = facts.kind(facts.parent(closure.node)?) else { return None };
        let same = file.named_in(call.callee, "callback-same");
        match self.return_values(closure)[..] {
            [given] if same && f.name.is_none() => Some(given),
            _ => None,
        }
    }

    pub(super) fn position(&self, index: NodeRef) -> Option<i32> {
        let facts = self.facts(index.file);
        let number = match facts.kind(index.node) {
            Kind::Unary { op: UnaryOp::Minus, operand } => -self.file(index.file).number_of(*operand)?,
            _ => self.file(index.file).number_of(index.node)?,
        };
        (number.abs() < 64.0).then_some(number as i32)
    }

    /// Whether an expression is the whole content of an answer, nothing left out.
    pub(in crate::model) fn is_content(&self, at: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(at.file);
        let facts = &file.facts;
        match facts.kind(at.node) {
            Kind::Await(x) | Kind::Propagate(x) => self.is_content(at.sibling(*x), left),
            Kind::Cast { value, .. } => self.is_content(at.sibling(*value), left),
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: value, .. } => {
                self.is_content(at.sibling(*value), left)
            }
            Kind::Member { .. } | Kind::Index { .. } if self.owner(at, "content").is_some() => {
                self.holds_content(at)
            }
            // `&reply.content[..]`
            Kind::Index { object, index } => {
                matches!(facts.kind(*index), Kind::Slice { start: None, .. })
                    && self.is_content(at.sibling(*object), left)
            }
            Kind::Unary { operand, .. } => self.is_content(at.sibling(*operand), left),
            Kind::Call(_) if self.owner(at, "content").is_some() => self.holds_content(at),
            Kind::Call(call) => {
                let Some(name) = last_name(facts, call.callee) else { return false };
                let Kind::Member { object, .. } = facts.kind(call.callee) else { return false };
                // `body.get("content").and_then(|content| content.as_array())`
                if let Some(given) = call.args.iter().find_map(|a| self.option_closure(at.sibling(a.value))) {
                    return self.is_content(given, left);
                }
                // `.and_then(Value::as_array)`
                let passes = |n: &Name| file.sdk.passes_object(n) || file.sdk.has_word("whole-list", n);
                let by_name = || match call.args[..] {
                    [ref arg] if file.sdk.has_word("callback-same", &name) => {
                        last_name(facts, arg.value).is_some_and(|n| passes(&n))
                    }
                    _ => false,
                };
                (passes(&name) || by_name()) && self.is_content(at.sibling(*object), left)
            }
            Kind::Name(name) => match &file.scopes.lookup(facts, name, at.node)[..] {
                [def] => match &def.origin {
                    Origin::Value { expr, path } => match &path[..] {
                        [] | [Step::Unwrap] => self.is_content(at.sibling(*expr), left),
                        [Step::Key(key)] => &**key == "content" && self.holds_content(at),
                        _ => false,
                    },
                    // `content.and_then(|blocks| blocks.first())`
                    Origin::Param { function, index: 0, path } if path.is_empty() => {
                        let given = facts.parent(*function).and_then(|call| match facts.kind(call) {
                            Kind::Call(c) => match facts.kind(c.callee) {
                                Kind::Member { object, .. } => Some(*object),
                                _ => None,
                            },
                            _ => None,
                        });
                        let given = given.filter(|_| self.option_closure(at.sibling(*function)).is_some());
                        given.is_some_and(|content| self.is_content(at.sibling(content), left))
                    }
                    // `({ content }: Message) => …`
                    Origin::Param { path, .. } => match &path[..] {
                        [Step::Key(key)] => &**key == "content" && self.holds_content(at),
                        _ => false,
                    },
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        }
    }

    fn holds_content(&self, at: NodeRef) -> bool {
        self.eval(at).iter().any(|v| match v {
            // What was taken out of a block already is a text, whoever asks it for content.
            Value::Response(r) => r.path.split_last().is_some_and(|(last, before)| {
                &**last == "content" && !before.iter().any(|p| &**p == "content")
            }),
            _ => false,
        })
    }

    /// Whether the function around a use first asks whether the text is there.
    fn is_asked_for(&self, used: NodeRef) -> bool {
        let file = self.file(used.file);
        let text = file.text_of(used.node);
        let root = enclosing_function(&file.facts, used.node).unwrap_or(NodeId::ROOT);
        file.facts.descendants(root).into_iter().any(|node| {
            let tested = match file.facts.kind(node) {
                Kind::If { condition, .. } => *condition,
                Kind::Binary { op: BinaryOp::And, left, .. } => *left,
                _ => return false,
            };
            file.facts.descendants(tested).into_iter().any(|n| file.text_of(n) == text)
        })
    }

    /// The function around a use; closures handed to a call see what is around them.
    pub(in crate::model) fn block_scope(&self, used: NodeRef) -> NodeId {
        let facts = self.facts(used.file);
        let root = enclosing_function(facts, used.node).unwrap_or(NodeId::ROOT);
        match facts.parent(root).map(|p| facts.kind(p)) {
            Some(Kind::Call(_)) => enclosing_function(facts, root).unwrap_or(root),
            _ => root,
        }
    }
}
