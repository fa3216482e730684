//! Objects and lists that are handed to functions of the project which change what they are given.

use crate::facts::{Kind, Name, NodeId};
use crate::model::Project;
use crate::model::names::index::{last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

/// What a function does to something it is given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::model) enum Handed {
    /// Nothing, as far as is seen.
    Kept,
    /// Adds to a list, or takes from it.
    Grown,
    /// Sets fields of it, or changes something in it.
    Changed,
    /// Takes fields away.
    Removed,
}

/// Variables for parts of a parameter.
const MAX_PARTS: usize = 16;
/// Members, elements and calls between a variable and what is changed.
const MAX_STEPS: usize = 12;
/// Functions that hand a value on to each other.
const MAX_CALLS: u32 = 3;

impl Project {
    /// What functions of the project do to a literal before it is read through a place.
    pub(in crate::model) fn handed(&self, node: NodeRef, through: NodeRef) -> Handed {
        let passages = self.passages(node, through);
        let held = self.holders(node, through);
        let mut found = self.handed_by_call(node, &passages);
        for reader in held.iter().flat_map(|(at, name)| self.readers_of_holder(*at, name)) {
            let change = self.change_by_argument(reader, 0);
            // Where it stands is only asked for what would count: very many reads change nothing.
            if change > found && self.is_before(reader, &passages) {
                found = change;
            }
        }
        found
    }

    /// Whether parts of a literal are changed under names of their own before it is read through a place:
    /// `for m in messages: m["role"] = …`.
    pub(super) fn changed_inside(&self, node: NodeRef, through: NodeRef) -> bool {
        let passages = self.passages(node, through);
        let mut parts: Vec<(NodeRef, bool)> = Vec::new();
        for (at, name) in self.holders(node, through) {
            for reader in self.readers_of_holder(at, &name) {
                let mut found = Vec::new();
                // What is changed there itself is known by its key.
                self.change_at(reader, false, MAX_CALLS, &mut found);
                found.retain(|part| part.1);
                if !found.is_empty() && self.is_before(reader, &passages) {
                    parts.extend(found.into_iter().map(|(def, _)| (reader.sibling(def), true)));
                }
            }
        }
        self.changes_parts(parts, &|reader| self.is_before(reader, &passages))
    }

    /// Whether a value is changed where it is read, or under the name of a part that it is taken apart into
    /// there.
    pub(in crate::model) fn is_changed_at(&self, reader: NodeRef) -> bool {
        let mut found = Vec::new();
        self.change_at(reader, false, 0, &mut found) != Handed::Kept
            || self.changes_parts(found.into_iter().map(|(n, i)| (reader.sibling(n), i)).collect(), &|_| true)
    }

    /// Whether parts of a value are changed under the names they are given, where a read counts.
    fn changes_parts(&self, mut parts: Vec<(NodeRef, bool)>, counts: &dyn Fn(NodeRef) -> bool) -> bool {
        let mut next = 0;
        while let Some(&(def, inside)) = parts.get(next).filter(|_| next < MAX_PARTS) {
            next += 1;
            for reader in self.readers(def) {
                let mut found = Vec::new();
                let change = self.change_at(reader, inside, 0, &mut found);
                let nothing = change == Handed::Kept && found.is_empty();
                if nothing || !counts(reader) {
                    continue;
                }
                if change != Handed::Kept {
                    return true;
                }
                for (part, inside) in found {
                    let part = (reader.sibling(part), inside);
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
            }
        }
        false
    }

    /// The reads of the name that holds a literal.
    pub(super) fn readers_of_holder(&self, at: NodeRef, name: &Name) -> Vec<NodeRef> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let defs: Vec<NodeId> = match self.bound_at(at) {
            Some((_, target)) if path_name(facts, at.node).is_none() => vec![target],
            _ => file.scopes.lookup(facts, name, at.node).iter().map(|def| def.node).collect(),
        };
        defs.into_iter().flat_map(|def| self.readers(at.sibling(def))).collect()
    }

    /// Whether an expression comes before one that hands a value on in the same function, if there is any.
    pub(super) fn is_before(&self, at: NodeRef, passages: &[NodeRef]) -> bool {
        if passages.contains(&at) {
            return false;
        }
        let function = self.function_of(at);
        let mut own = passages.iter().filter(|p| p.file == at.file && self.function_of(**p) == function);
        let mut any = false;
        own.any(|&p| {
            any = true;
            self.precedes(at, p) && !self.are_exclusive(at, p) && !self.are_apart(at, p)
        }) || !any
    }

    /// `options = closed(build())`: what a function changes that gives it back.
    fn handed_by_call(&self, node: NodeRef, passages: &[NodeRef]) -> Handed {
        let within = |function: NodeRef| {
            function.file == node.file
                && self.facts(node.file).ancestors(node.node).any(|a| a == function.node)
        };
        let mut found = Handed::Kept;
        for &call in passages {
            let Kind::Call(c) = self.kind(call) else { continue };
            for arg in c.args.iter().filter(|a| !a.spread && !a.keyword_spread) {
                // A variable in between is looked at by its name.
                let given = call.sibling(arg.value);
                if !matches!(self.kind(given), Kind::Name(_)) {
                    found = found.max(self.change_in_call(call, given, &within, 0));
                }
            }
        }
        found
    }

    /// What happens to an expression that is an argument of a call.
    fn change_by_argument(&self, at: NodeRef, calls: u32) -> Handed {
        let facts = self.facts(at.file);
        let Some(parent) = facts.parent(at.node) else { return Handed::Kept };
        let Kind::Call(call) = facts.kind(parent) else { return Handed::Kept };
        match call.args.iter().find(|a| a.value == at.node) {
            Some(arg) if !arg.spread && !arg.keyword_spread => {
                self.change_in_call(at.sibling(parent), at, &|_| false, calls)
            }
            _ => Handed::Kept,
        }
    }

    fn change_in_call(
        &self,
        call: NodeRef,
        arg: NodeRef,
        is_own: &dyn Fn(NodeRef) -> bool,
        calls: u32,
    ) -> Handed {
        let Kind::Call(c) = self.kind(call) else { return Handed::Kept };
        if calls > MAX_CALLS {
            return Handed::Kept;
        }
        let mut found = Handed::Kept;
        for value in self.eval(call.sibling(c.callee)).iter() {
            let Value::Function(function) = value else { continue };
            let Kind::Function(f) = self.kind(*function) else { continue };
            if is_own(*function) || !f.body.is_some() {
                continue;
            }
            if let Some(index) = self.parameter_for_argument(call, *function, arg) {
                found = found.max(self.change_of_parameter(*function, index as u32, calls));
            }
        }
        found
    }

    /// What a function does to what it is given as a parameter.
    pub(super) fn change_of_parameter(&self, function: NodeRef, index: u32, calls: u32) -> Handed {
        if let Some(&known) = self.handed_parameters.borrow().get(&(function, index)) {
            return known;
        }
        // A function that calls itself adds nothing.
        self.handed_parameters.borrow_mut().insert((function, index), Handed::Kept);
        let file = self.file(function.file);
        let params = file.scopes.bound_to_param(function.node, index);
        let whole = params.filter(|d| matches!(&d.origin, Origin::Param { path, .. } if path.is_empty()));
        let mut parts: Vec<(NodeId, bool)> = whole.map(|d| (d.node, false)).collect();
        let mut found = Handed::Kept;
        let mut next = 0;
        while let Some(&(def, inside)) = parts.get(next).filter(|_| next < MAX_PARTS) {
            next += 1;
            for reader in self.readers(function.sibling(def)) {
                found = found.max(self.change_at(reader, inside, calls, &mut parts));
            }
        }
        self.handed_parameters.borrow_mut().insert((function, index), found);
        found
    }

    /// What happens to a value, or to a part of it, where it is read.
    fn change_at(
        &self,
        reader: NodeRef,
        inside: bool,
        calls: u32,
        parts: &mut Vec<(NodeId, bool)>,
    ) -> Handed {
        let file = self.file(reader.file);
        let facts = &file.facts;
        let (mut at, mut inside) = (reader.node, inside);
        let taken = |inside: bool| if inside { Handed::Changed } else { Handed::Removed };
        let deep = |change: Handed, inside: bool| match change {
            Handed::Grown if inside => Handed::Changed,
            other => other,
        };
        for _ in 0..MAX_STEPS {
            for def in file.scopes.bound_to(at) {
                let Origin::Value { path, .. } = &def.origin else { continue };
                let part = (def.node, inside || !path.is_empty());
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            let Some(parent) = facts.parent(at) else { return Handed::Kept };
            match facts.kind(parent) {
                Kind::Member { object, .. } | Kind::Index { object, .. } if *object == at => {
                    let up = facts.parent(parent).map(|up| (up, facts.kind(up)));
                    match (up, facts.kind(parent)) {
                        (Some((_, Kind::Assign(a))), _) if a.target == parent => return Handed::Changed,
                        (Some((_, Kind::Delete(_))), _) => return taken(inside),
                        (Some((call, Kind::Call(c))), Kind::Member { name, .. }) if c.callee == parent => {
                            if file.sdk.has_word("takes-field", name) && !c.args.is_empty() {
                                return taken(inside);
                            }
                            if file.sdk.has_word("grow-names", name) {
                                return deep(Handed::Grown, inside);
                            }
                            if file.sdk.has_word("change-names", name) {
                                return Handed::Changed;
                            }
                            let callback = c.args.first().map(|a| reader.sibling(a.value));
                            if let Some(function) = callback
                                && matches!(facts.kind(function.node), Kind::Function(_))
                                && calls < MAX_CALLS
                                && self.change_of_parameter(function, 0, calls + 1) != Handed::Kept
                            {
                                return Handed::Changed;
                            }
                            (at, inside) = (call, true);
                        }
                        _ => (at, inside) = (parent, true),
                    }
                }
                Kind::Assign(a) if a.target == at && a.op.is_some() => return deep(Handed::Grown, inside),
                Kind::Call(call) => {
                    let name = last_name(facts, call.callee).unwrap_or_default();
                    let first = call.args.first().is_some_and(|a| a.value == at);
                    if first && file.sdk.in_lists(&["sets-fields-of", "sets-field-of"], &name) {
                        return Handed::Changed;
                    }
                    if file.sdk.has_word("each-names", &name) {
                        (at, inside) = (parent, true);
                        continue;
                    }
                    return deep(self.change_by_argument(reader.sibling(at), calls + 1), inside);
                }
                Kind::Cast { .. } | Kind::Propagate(_) => at = parent,
                _ => return Handed::Kept,
            }
        }
        Handed::Kept
    }
}
