//! Headers that came in with a request to the program and go along with the one to the API.

use crate::facts::{Kind, NodeId, Param};
use crate::model::names::index::{constant, last_name, path_name};
use crate::model::names::scope::Origin;
use crate::model::values::eval::Argument;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};

/// Variables between the headers of a request and where they came in.
const MAX_HOPS: u32 = 4;
const MAX_CALLERS: usize = 8;

impl Project {
    /// Whether the headers of a request are those that came in, all of them or each of a list: `new
    /// Headers(request.headers)`, `for name in NAMES: headers[name] = request.headers[name]`.
    pub(super) fn copies_headers(&self, request: &Request) -> bool {
        let whole = self.steps_named(request, "headers");
        let whole = whole.iter().flat_map(|(at, call)| call.args.iter().map(|a| at.sibling(a.value)));
        let single = self.steps_named(request, "header");
        let single = single.iter().filter_map(|(at, call)| match &call.args[..] {
            [name, value] if constant(self.facts(at.file), name.value).is_none() => {
                Some(at.sibling(value.value))
            }
            _ => None,
        });
        let given = self.located(request, &request.kind.headers);
        let given: Vec<NodeRef> = given.into_iter().chain(whole).chain(single).collect();
        given.into_iter().any(|at| self.takes_all_headers(at, 0))
    }

    /// Whether an expression is made of headers that came in, and not of one that it names.
    fn takes_all_headers(&self, at: NodeRef, hops: u32) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        facts.descendants(at.node).into_iter().any(|n| match facts.kind(n) {
            _ if self.came_in(at.sibling(n), hops) => !self.is_asked_for_one(at.sibling(n)),
            Kind::Name(local) if hops < MAX_HOPS => {
                let of_value = model.scopes.lookup(facts, local, n).iter().any(|def| match &def.origin {
                    Origin::Value { expr, .. } if *expr != n => {
                        self.takes_all_headers(at.sibling(*expr), hops + 1)
                    }
                    _ => false,
                });
                of_value || self.is_filled_with_headers(at.sibling(n), hops)
            }
            _ => false,
        })
    }

    /// `headers[name] = request.headers[name]`
    fn is_filled_with_headers(&self, variable: NodeRef, hops: u32) -> bool {
        let Some(name) = path_name(self.facts(variable.file), variable.node) else { return false };
        let Some(sets) = self.index.item_sets.get(&(variable.file, name)) else { return false };
        let here = sets.iter().filter(|set| {
            set.key.is_none() && self.function_of(variable.sibling(set.at)) == self.function_of(variable)
        });
        let mut values = here.filter_map(|set| set.value);
        values.any(|value| self.takes_all_headers(variable.sibling(value), hops + 1))
    }

    /// `request.headers`, a parameter of a type of headers.
    fn came_in(&self, at: NodeRef, hops: u32) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        match facts.kind(at.node) {
            Kind::Member { object, name, .. } if file.sdk.has_word("received-headers", name) => {
                let path = path_name(facts, *object);
                path.is_some_and(|path| path.split('.').any(|part| file.sdk.has_word("request-names", part)))
                    && !self.is_put_together_here(at.sibling(*object), 0)
            }
            Kind::Name(name) => {
                file.scopes.lookup(facts, name, at.node).iter().any(|def| match &def.origin {
                    Origin::Param { function, index, path } if path.is_empty() => {
                        self.is_handed_headers(at.sibling(*function), *index as usize, hops)
                    }
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Whether something belongs to what the program makes: `request = build_request(prompt)`.
    fn is_put_together_here(&self, at: NodeRef, hops: u32) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let mut root = facts.bare(at.node);
        while let Kind::Member { object: up, .. } | Kind::Index { object: up, .. } | Kind::Await(up) =
            facts.kind(root)
        {
            root = facts.bare(*up);
        }
        let Kind::Name(name) = facts.kind(root) else { return true };
        hops < MAX_HOPS
            && file.scopes.lookup(facts, name, root).iter().any(|def| match &def.origin {
                Origin::Value { expr, .. } => self.is_put_together_here(at.sibling(*expr), hops + 1),
                _ => false,
            })
    }

    /// Whether a parameter of a type of headers is one of a handler, which gets the body as well, or is handed what
    /// came in by all who call: those that a program makes have the same type.
    fn is_handed_headers(&self, function: NodeRef, index: usize, hops: u32) -> bool {
        let file = self.file(function.file);
        let Kind::Function(f) = file.facts.kind(function.node) else { return false };
        let is_of = |ty: NodeId, list: &str| {
            let named = |n: NodeId| last_name(&file.facts, n).is_some_and(|ty| file.sdk.has_word(list, &ty));
            file.facts.descendants(ty).into_iter().any(named)
        };
        let typed = |list: &str, param: &Param| param.ty.is_some_and(|ty| is_of(ty, list));
        if !f.params.get(index).is_some_and(|param| typed("received-header-types", param)) {
            return false;
        }
        let calls: Vec<NodeRef> =
            self.callers(function).iter().filter(|&&c| !self.is_test(c)).copied().collect();
        if calls.is_empty() {
            return f.params.iter().any(|param| typed("received-body-types", param));
        }
        hops < MAX_HOPS
            && calls.len() <= MAX_CALLERS
            && calls.into_iter().all(|call| match self.argument_of(call, function, index) {
                Argument::Given(given) => self.takes_all_headers(given, hops + 1),
                _ => false,
            })
    }

    /// Whether what follows asks for a header that is written there: `headers["x-user"]`, `headers.get("x-user")`.
    fn is_asked_for_one(&self, headers: NodeRef) -> bool {
        let facts = self.facts(headers.file);
        let mut at = headers.node;
        let Some(mut parent) = facts.parent(at) else { return false };
        // `request.headers()`
        if matches!(facts.kind(parent), Kind::Call(call) if call.callee == at) {
            let Some(up) = facts.parent(parent) else { return false };
            (at, parent) = (parent, up);
        }
        match facts.kind(parent) {
            Kind::Index { object, index } => *object == at && constant(facts, *index).is_some(),
            Kind::Member { object, .. } if *object == at => {
                let call = facts.parent(parent).map(|up| facts.kind(up));
                match call {
                    Some(Kind::Call(call)) if call.callee == parent => {
                        call.args.first().is_some_and(|a| constant(facts, a.value).is_some())
                    }
                    // `request.headers.authorization`
                    _ => true,
                }
            }
            _ => false,
        }
    }
}
