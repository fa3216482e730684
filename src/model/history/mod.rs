//! Conversations: the variable that holds the messages of a request, and what is done with it.

mod life;
mod mention;
mod store;

use super::{Project, Request, enclosing_function};
use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::path_name;
use crate::model::names::scope::{Def, Origin};
use crate::model::values::value::{Field, NodeRef};
pub(in crate::model) use mention::Change;

/// Functions between the request and the owner of the conversation.
const MAX_HOPS: u32 = 3;
/// A variable that holds a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Holder {
    /// A place that reads it.
    at: NodeRef,
    /// Its name: `messages`, `self.messages`.
    name: Name,
}

/// A conversation that only ever grows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrowingHistory {
    /// Where something is added to it.
    pub added: NodeRef,
    /// Why it lives long.
    pub life: Life,
}

/// Why a conversation lives long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// A loop that waits for someone in each turn.
    Loop(NodeRef),
    /// It belongs to the program, not to one call.
    Program,
    /// It is kept for a user or a session.
    Store,
    /// It belongs to an object, which may or may not live long.
    Object,
}

impl Project {
    /// How the conversation of a request grows without end, if it does.
    pub fn growing_history(&self, request: &Request) -> Option<GrowingHistory> {
        for name in ["context_management", "compaction", "thread"] {
            match self.body_field(request, name) {
                Field::Absent => {}
                // `..Default::default()` switches nothing on.
                Field::Unknown(Some(rest)) if self.is_default(rest) => {}
                _ => return None,
            }
            let extra = self.body_field(request, "extra_body");
            if extra.nodes().iter().any(|&extra| !self.nested_field(extra, name).is_absent()) {
                return None;
            }
        }
        let Field::Known(nodes) = self.body_field(request, "messages") else { return None };
        let [messages] = nodes[..] else { return None };
        if let Some(found) = self.growth_in_store(request, messages) {
            return Some(found);
        }
        let mut next = vec![(self.holder(messages)?, request.at, 0)];
        let mut i = 0;
        while let Some((holder, site, hops)) = next.get(i).cloned() {
            i += 1;
            if let Some(found) = self.growth(&holder, site) {
                return Some(found);
            }
            if hops < MAX_HOPS && i < 40 {
                next.extend(self.given_by_callers(&holder).into_iter().map(|(h, s)| (h, s, hops + 1)));
            }
        }
        None
    }

    fn is_default(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        matches!(self.kind(at), Kind::Call(c) if c.args.is_empty()
            && file.named_in(c.callee, "default-makers"))
    }

    fn holder(&self, messages: NodeRef) -> Option<Holder> {
        let at = self.whole_history(messages);
        let name = path_name(self.facts(at.file), at.node)?;
        Some(Holder { at, name })
    }

    /// The variables that callers give for a parameter that holds a conversation.
    fn given_by_callers(&self, holder: &Holder) -> Vec<(Holder, NodeRef)> {
        let file = self.file(holder.at.file);
        let mut out = Vec::new();
        for def in file.scopes.lookup(&file.facts, &holder.name, holder.at.node) {
            let Origin::Param { function, index, path } = &def.origin else { continue };
            if !path.is_empty() {
                continue;
            }
            for (call, at) in self.arguments_given(holder.at.sibling(*function), *index, 8) {
                if let Some(name) = path_name(self.facts(at.file), at.node) {
                    out.push((Holder { at, name }, call));
                }
            }
        }
        out
    }

    /// How a conversation grows around a request, or a call that leads to it.
    fn growth(&self, holder: &Holder, site: NodeRef) -> Option<GrowingHistory> {
        let file = self.file(holder.at.file);
        let facts = &file.facts;
        let is_field = holder.name.contains('.');
        let defs = match is_field {
            true => Vec::new(),
            false => self.beginnings(holder),
        };
        if defs.iter().any(|d| matches!(d.origin, Origin::Param { .. } | Origin::Import { .. })) {
            return None;
        }
        if !is_field && defs.is_empty() {
            return None;
        }
        // `deque(maxlen=20)`
        let is_short = |def: &&Def| match &def.origin {
            Origin::Value { expr, .. } => matches!(facts.kind(*expr), Kind::Call(c)
                if c.args.iter().any(|a| a.name.as_deref() == Some("maxlen"))),
            _ => false,
        };
        if defs.iter().any(is_short) {
            return None;
        }
        let owner = self.class_of(holder.at);
        let home = defs.first().and_then(|d| enclosing_function(facts, d.node));
        let in_reach = |node: NodeId| match is_field {
            true => self.class_of(holder.at.sibling(node)) == owner,
            false => home.is_none() || facts.ancestors(node).any(|a| Some(a) == home),
        };
        let mut added: Vec<NodeRef> = Vec::new();
        let base = holder.name.split('.').next().unwrap_or_default();
        for &name in file.names(base) {
            let node = match facts.parent(name) {
                Some(member) if is_field => member,
                _ => name,
            };
            if is_field && path_name(facts, node).as_ref() != Some(&holder.name)
                || !in_reach(node)
                || defs.first().is_some_and(|d| d.node == node)
            {
                continue;
            }
            match self.mention(holder.at.sibling(node), is_field) {
                Change::None => {}
                Change::Adds(at) => added.push(at),
                Change::Other => return None,
            }
        }
        if owner.is_some_and(|owner| is_field && self.is_changed_by_derived(owner, holder)) {
            return None;
        }
        // Two records a turn, or one list of both.
        let first = *added.first()?;
        if let Some(around) = self.waiting_loop(site) {
            let inside = |n: NodeId| facts.ancestors(n).any(|a| a == around.node);
            let outside = is_field || defs.first().is_some_and(|d| !inside(d.node));
            let grows = added.iter().find(|a| is_field || inside(a.node))?;
            return outside.then_some(GrowingHistory { added: *grows, life: Life::Loop(around) });
        }
        if is_field {
            let ways = self.methods_above(site);
            let grows = added.iter().find(|a| self.methods_above(**a).iter().any(|m| ways.contains(m)))?;
            let life = self.life_of_object(owner?, &ways)?;
            return Some(GrowingHistory { added: *grows, life });
        }
        if home.is_none() && self.function_of(first).is_some() {
            let life = self.life_of_program(self.function_of(site)?)?;
            return Some(GrowingHistory { added: first, life });
        }
        None
    }

    /// Whether a type derived from the one that keeps a conversation does more with it than adding to it.
    fn is_changed_by_derived(&self, owner: NodeRef, holder: &Holder) -> bool {
        let base = holder.name.split('.').next().unwrap_or_default();
        self.derived_of(owner).iter().any(|&class| {
            let file = self.file(class.file);
            let mut fields = file.names(base).iter().filter_map(|&name| file.facts.parent(name));
            fields.any(|field| {
                let at = class.sibling(field);
                path_name(&file.facts, field).as_ref() == Some(&holder.name)
                    && self.class_of(at) == Some(class)
                    && matches!(self.mention(at, true), Change::Other)
            })
        })
    }

    /// The bindings a conversation begins with, behind those that only add to it: `turns = turns + [turn]`.
    fn beginnings(&self, holder: &Holder) -> Vec<&Def> {
        let file = self.file(holder.at.file);
        let mut found = file.scopes.lookup(&file.facts, &holder.name, holder.at.node);
        for _ in 0..MAX_HOPS {
            let adds = |d: &Def| match &d.origin {
                Origin::Value { expr, path } if path.is_empty() => {
                    self.holds_itself(holder.at.sibling(d.node), *expr).then_some(*expr)
                }
                _ => None,
            };
            let Some(value) = found.iter().find_map(|d| adds(d)) else { break };
            let earlier = file.scopes.lookup(&file.facts, &holder.name, value);
            found.extend(earlier);
            found.retain(|d| adds(d).is_none());
        }
        found.sort_by_key(|d| d.node);
        found.dedup_by_key(|d| d.node);
        found
    }
}
