//! Cache breakpoints that a loop sets on everything it makes.

mod length;
mod makers;

use crate::facts::{BinaryOp, CallStyle, Key, Kind, LoopKind, NodeId};
use crate::model::FileModel;
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::keyed::key_of;
use crate::model::values::value::NodeRef;
use crate::sdk::api::api;

const FIELD: &str = "cache_control";

/// A block that gets a breakpoint in each turn of a loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepeatedBreakpoint {
    /// What the loop makes or changes: the block, or the call that makes it.
    pub at: NodeRef,
    /// Where the breakpoint is written.
    pub field: NodeRef,
    /// The loop.
    pub around: NodeRef,
}

/// A loop around a node.
struct Around {
    at: NodeId,
    /// What it runs over.
    over: NodeId,
    /// It calls its body for each element, or makes an element of each.
    gives: bool,
}

impl Project {
    /// Every block that gets a breakpoint in each turn of a loop, whatever the turn; in file order.
    pub fn repeated_breakpoints(&self) -> Vec<RepeatedBreakpoint> {
        let makers = self.block_makers();
        let mut out = Vec::new();
        for (file, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
            let facts = &model.facts;
            let spoken = model.source.text.contains(FIELD);
            if !spoken && makers.is_empty() {
                continue;
            }
            for node in facts.ids() {
                let at = NodeRef { file, node };
                let own = || self.field_of_block(at).filter(|_| spoken).map(|f| (f, vec![f.node]));
                let field = match facts.kind(node) {
                    Kind::Record(_) => own(),
                    Kind::Call(call) => match own() {
                        Some(own) => Some(own),
                        None => self.made_elsewhere(at, call, &makers),
                    },
                    // `block["cache_control"] = …`, `block.cache_control = …`
                    Kind::Assign(a) => a
                        .value
                        .filter(|&value| {
                            key_of(facts, a.target).is_some_and(|(_, key)| key == FIELD)
                                && !matches!(facts.kind(value), Kind::Null)
                        })
                        .map(|value| (at.sibling(value), vec![value])),
                    _ => None,
                };
                let Some((field, decisive)) = field else { continue };
                if let Some(around) = self.loop_without_choice(at, &decisive)
                    && !self.is_test(at)
                {
                    out.push(RepeatedBreakpoint { at, field, around: at.sibling(around) });
                }
            }
        }
        out
    }

    /// What a block says of its breakpoint, where it has one.
    fn field_of_block(&self, at: NodeRef) -> Option<NodeRef> {
        let value = match self.kind(at) {
            Kind::Record(r) => r.value_of(FIELD),
            Kind::Call(c) if self.makes_record(at) => {
                c.args.iter().find(|a| a.name.as_deref() == Some(FIELD)).map(|a| a.value)
            }
            _ => None,
        }?;
        (!matches!(self.kind(at.sibling(value)), Kind::Null)).then(|| at.sibling(value))
    }

    /// The loop that makes a block in each turn without choosing the turns.
    fn loop_without_choice(&self, at: NodeRef, decisive: &[NodeId]) -> Option<NodeId> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let around = self.turns_around(at)?;
        let inner = |n: NodeId| facts.span(around.at).contains(facts.span(n));
        let fixed = |n: NodeId| !self.varies(at.sibling(n), &inner);
        let over = at.sibling(around.over);
        if !decisive.iter().all(|&n| fixed(n)) || !self.is_long(over) || self.is_made_short(over) {
            return None;
        }
        let mut below = at.node;
        for node in facts.ancestors(at.node).skip(1).take_while(|&n| n != around.at) {
            let passes = match facts.kind(node) {
                Kind::If { condition, .. } => *condition != below && (fixed(*condition) || asks_kind(file, *condition)),
                Kind::Binary { left, right, .. } => *right == below && (fixed(*left) || asks_kind(file, *left)),
                Kind::Match(m) => asks_kind(file, m.subject),
                // Requests of their own: each has its breakpoints.
                Kind::Record(r) => !r.entries.iter().any(|e| {
                    matches!(&e.key, Some(Key::Known(k)) if matches!(&**k, "messages" | "params" | "max_tokens" | "model" | "system"))
                }),
                Kind::Try(_) | Kind::With(_) | Kind::Await(_) | Kind::Return(_) => around.gives,
                Kind::Call(call) => {
                    let name = last_name(facts, call.callee);
                    let sdk = self.file(at.file).sdk;
                    let grows = name.is_some_and(|n| sdk.has_word("list-growth", &n));
                    let outside = match facts.kind(call.callee) {
                        Kind::Member { object, .. } => fixed(*object),
                        _ => false,
                    };
                    let written = call.style == CallStyle::Macro || self.makes_record(at.sibling(node));
                    grows && outside || written
                }
                _ => true,
            };
            if !passes {
                return None;
            }
            below = node;
        }
        let ends = facts.descendants(around.at).into_iter().any(|n| match facts.kind(n) {
            Kind::Break(_) => true,
            Kind::Return(_) | Kind::Throw(_) => !around.gives,
            Kind::Call(_) => self.request_at(at.sibling(n)).is_some(),
            _ => false,
        });
        let counted =
            facts.ancestors(at.node).find(|&n| matches!(facts.kind(n), Kind::Function(_))).is_some_and(|f| {
                let most = api().request.max_cache_breakpoints as f64;
                facts
                    .descendants(f)
                    .into_iter()
                    .any(|n| matches!(facts.kind(n), Kind::Number(x) if *x == most))
            });
        (!ends && !counted).then_some(around.at)
    }

    /// The innermost loop, comprehension or callback of a list around a node.
    fn turns_around(&self, at: NodeRef) -> Option<Around> {
        let facts = self.facts(at.file);
        let mut below = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Loop(l) if l.body == below => {
                    let over = l.iterable.filter(|_| l.kind == LoopKind::ForEach)?;
                    return Some(Around { at: node, over, gives: false });
                }
                Kind::Comprehension(c) => {
                    let [clause] = &c.clauses[..] else { return None };
                    let whole = clause.conditions.is_empty() && c.element == below;
                    return whole.then_some(Around { at: node, over: clause.iterable, gives: true });
                }
                Kind::Function(_) => {
                    let call = facts.parent(node)?;
                    let Kind::Call(c) = facts.kind(call) else { return None };
                    let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return None };
                    let each = self.file(at.file).sdk.has_word("callback-map", name) || &**name == "map";
                    let first = c.args.first().is_some_and(|a| a.value == node);
                    return (each && first).then_some(Around { at: call, over: *object, gives: true });
                }
                Kind::Class(_) => return None,
                _ => {}
            }
            below = node;
        }
        None
    }

    /// Whether an expression depends on the turn of a loop: it names something bound inside.
    fn varies(&self, at: NodeRef, inner: &dyn Fn(NodeId) -> bool) -> bool {
        let file = self.file(at.file);
        file.facts.descendants(at.node).into_iter().any(|n| match file.facts.kind(n) {
            Kind::Name(name) => file.scopes.lookup(&file.facts, name, n).iter().any(|def| inner(def.node)),
            _ => false,
        })
    }
}

/// Whether a condition asks only what kind of thing an element is, as all of them may be.
fn asks_kind(file: &FileModel, condition: NodeId) -> bool {
    let facts = &file.facts;
    let is_kind = |word: &str| matches!(word, "type" | "role" | "kind");
    match facts.kind(condition) {
        Kind::Binary { op: BinaryOp::And | BinaryOp::Or, left, right } => {
            asks_kind(file, *left) && asks_kind(file, *right)
        }
        Kind::Binary { left, right, .. } => [*left, *right].into_iter().any(|n| asks_kind(file, n)),
        Kind::Unary { operand, .. } => asks_kind(file, *operand),
        Kind::Call(c) if file.named_in(c.callee, "kind-questions") => true,
        _ => key_of(facts, condition).is_some_and(|(_, key)| is_kind(&key)),
    }
}
