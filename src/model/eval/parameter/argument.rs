//! Which argument of a call is for which parameter.

use crate::facts::{Kind, ParamKind};
use crate::model::Project;
use crate::model::index::takes_receiver;
use crate::model::value::NodeRef;

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

    /// What a parameter is where nobody gives it anything.
    pub(in crate::model) fn param_default(&self, function: NodeRef, index: u32) -> Option<NodeRef> {
        let Kind::Function(f) = self.kind(function) else { return None };
        f.params.get(index as usize)?.default.map(|default| function.sibling(default))
    }

    /// What callers give for a parameter, with the calls; of so many callers.
    pub(in crate::model) fn arguments_given(
        &self,
        function: NodeRef,
        index: u32,
        most: usize,
    ) -> impl Iterator<Item = (NodeRef, NodeRef)> {
        let receiver = takes_receiver(&self.files, function);
        self.callers(function).iter().take(most).filter_map(move |&call| {
            match self.argument_of(call, function, index as usize, receiver) {
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
        let Kind::Function(f) = self.kind(function) else { return None };
        let receiver = takes_receiver(&self.files, function);
        let takes = |&i: &usize| self.argument_of(call, function, i, receiver) == Argument::Given(argument);
        (0..f.params.len()).find(takes)
    }

    /// Which argument of a call a parameter takes.
    pub(in crate::model) fn argument_of(
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
