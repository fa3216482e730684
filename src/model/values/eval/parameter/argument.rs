//! Which argument of a call is for which parameter.

use crate::facts::{Kind, Name, ParamKind};
use crate::model::Project;
use crate::model::names::index::takes_receiver;
use crate::model::names::scope::Origin;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    pub(super) fn argument_after(
        &self,
        call: NodeRef,
        first: usize,
        function: NodeRef,
        index: usize,
        receiver: bool,
    ) -> Option<NodeRef> {
        let Kind::Function(f) = self.kind(function) else { return None };
        let Kind::Call(c) = self.kind(call) else { return None };
        let param = f.params.get(index + usize::from(receiver)).filter(|p| p.kind == ParamKind::Plain)?;
        let name = match self.kind(function.sibling(param.pattern)) {
            Kind::Name(name) => Some(name),
            _ => None,
        };
        let args = c.args.get(first..)?;
        let named = args.iter().find(|arg| arg.name.is_some() && arg.name.as_ref() == name);
        let in_place = || {
            let before = args.get(..=index)?;
            let plain = before.iter().all(|arg| arg.name.is_none() && !arg.spread && !arg.keyword_spread);
            before.last().filter(|_| plain)
        };
        named.or_else(in_place).map(|arg| call.sibling(arg.value))
    }

    /// Whether an expression is the name of what may be a parameter.
    pub(in crate::model) fn is_named_parameter(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        let defs = file.scopes.lookup(&file.facts, name, at.node);
        defs.iter().any(|d| matches!(d.origin, Origin::Param { .. }))
    }

    /// What a parameter is where nobody gives it anything.
    pub(in crate::model) fn param_default(&self, function: NodeRef, index: u32) -> Option<NodeRef> {
        let Kind::Function(f) = self.kind(function) else { return None };
        f.params.get(index as usize)?.default.map(|default| function.sibling(default))
    }

    /// The functions of the project that an expression may stand for.
    pub(in crate::model) fn functions_of(&self, at: NodeRef) -> Vec<NodeRef> {
        let values = self.eval(at);
        values.iter().filter_map(|v| if let Value::Function(f) = v { Some(*f) } else { None }).collect()
    }

    /// The functions that an expression is an argument for, and for which of their parameters.
    pub(in crate::model) fn functions_given(&self, argument: NodeRef) -> Vec<(NodeRef, usize)> {
        let facts = self.facts(argument.file);
        let call = facts.parent(argument.node).map(|parent| argument.sibling(parent));
        let Some((call, Kind::Call(c))) = call.map(|call| (call, self.kind(call))) else { return Vec::new() };
        if !c.args.iter().any(|a| a.value == argument.node && !a.spread && !a.keyword_spread) {
            return Vec::new();
        }
        let functions = self.functions_of(call.sibling(c.callee)).into_iter();
        functions.filter_map(|f| Some((f, self.parameter_for_argument(call, f, argument)?))).collect()
    }

    /// Where a function reads what it is given as one of its parameters, or a part of that.
    pub(in crate::model) fn parameter_readers(
        &self,
        function: NodeRef,
        index: usize,
    ) -> impl Iterator<Item = NodeRef> {
        let defs = self.file(function.file).scopes.bound_to_param(function.node, index as u32);
        defs.flat_map(move |def| self.readers(function.sibling(def.node)))
    }

    /// What callers give for a parameter, with the calls; of so many callers.
    pub(in crate::model) fn arguments_given(
        &self,
        function: NodeRef,
        index: u32,
        most: usize,
    ) -> impl Iterator<Item = (NodeRef, NodeRef)> {
        self.callers(function).iter().take(most).filter_map(move |&call| {
            match self.argument_of(call, function, index as usize) {
                Argument::Given(argument) => Some((call, argument)),
                _ => None,
            }
        })
    }

    /// Which parameter of a function an argument of a call is for.
    pub(in crate::model) fn parameter_for_argument(
        &self,
        call: NodeRef,
        function: NodeRef,
        argument: NodeRef,
    ) -> Option<usize> {
        self.parameter_taking(call, function, argument, takes_receiver(&self.files, function))
    }

    /// The name of that parameter.
    pub(in crate::model) fn parameter_named_for(
        &self,
        call: NodeRef,
        function: NodeRef,
        argument: NodeRef,
    ) -> Option<&Name> {
        let Kind::Function(f) = self.kind(function) else { return None };
        let param = f.params.get(self.parameter_for_argument(call, function, argument)?)?;
        match self.kind(function.sibling(param.pattern)) {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The same, where it is known whether the function is called on its object.
    pub(in crate::model) fn parameter_taking(
        &self,
        call: NodeRef,
        function: NodeRef,
        argument: NodeRef,
        receiver: bool,
    ) -> Option<usize> {
        let Kind::Function(f) = self.kind(function) else { return None };
        let takes = |&i: &usize| self.argument_at(call, function, i, receiver) == Argument::Given(argument);
        (0..f.params.len()).find(takes)
    }

    /// Which parameter of a function an argument of a call is for, where it may be one of those that the last
    /// parameter gathers.
    pub(in crate::model) fn parameter_or_rest(
        &self,
        f: NodeRef,
        call: NodeRef,
        given: NodeRef,
    ) -> Option<usize> {
        let (Kind::Function(function), Kind::Call(c)) = (self.kind(f), self.kind(call)) else { return None };
        // A decorator that a class has for its own methods is called by its name, without an object.
        let on_object = !matches!(self.kind(call.sibling(c.callee)), Kind::Name(_));
        let receiver = on_object && takes_receiver(&self.files, f);
        let by_place = c.args.iter().any(|a| a.value == given.node && a.name.is_none());
        let rest = || function.params.iter().position(|p| p.kind == ParamKind::Rest);
        self.parameter_taking(call, f, given, receiver).or_else(|| by_place.then(rest).flatten())
    }

    /// Which argument of a call a parameter takes; a method is called on its object.
    pub(in crate::model) fn argument_of(&self, call: NodeRef, function: NodeRef, index: usize) -> Argument {
        self.argument_at(call, function, index, takes_receiver(&self.files, function))
    }

    /// The same, where it is known whether the function is called on its object.
    pub(super) fn argument_at(
        &self,
        call: NodeRef,
        function: NodeRef,
        index: usize,
        receiver: bool,
    ) -> Argument {
        let file = self.file(function.file);
        let Kind::Function(f) = file.facts.kind(function.node) else { return Argument::Unknown };
        let Kind::Call(c) = self.file(call.file).facts.kind(call.node) else { return Argument::Unknown };
        let Some(param) = f.params.get(index) else { return Argument::Unknown };
        if let Kind::Name(name) = file.facts.kind(param.pattern)
            && let Some(arg) = c.args.iter().find(|a| a.name.as_ref() == Some(name))
        {
            return Argument::Given(call.sibling(arg.value));
        }
        // The object a method is called on is none of its arguments.
        if param.kind != ParamKind::Plain || receiver && index == 0 {
            return Argument::Unknown;
        }
        let position = index - usize::from(receiver).min(index);
        // What stands before all that is spread has its place.
        let in_place =
            c.args.iter().take_while(|a| !a.spread).filter(|a| a.name.is_none() && !a.keyword_spread);
        match in_place.clone().nth(position) {
            Some(arg) => Argument::Given(call.sibling(arg.value)),
            None if c.args.iter().any(|a| a.spread || a.keyword_spread) => Argument::Unknown,
            None => Argument::Missing,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) enum Argument {
    Given(NodeRef),
    Missing,
    Unknown,
}
