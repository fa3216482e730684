//! Where the input of a tool goes: into a shell, a query, an interpreter, the name of a file.

use super::ToolDispatch;
use super::parts::Part;
use crate::facts::Kind;
use crate::model::names::index::last_name;
use crate::model::names::words::snake;
use crate::model::values::flow::Sink;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

/// Inputs of one dispatch that are followed.
const MAX_INPUTS: usize = 24;

/// A place that runs or opens what the model wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InputUse {
    /// The input, where the tool call is handled.
    pub input: NodeRef,
    /// The call that runs or opens it.
    pub at: NodeRef,
    /// Whether it is run; else it is the path of a file.
    pub executes: bool,
}

impl Project {
    /// Places that run or open what the model wrote, where nothing on the way looks at it.
    pub fn dangerous_inputs(&self, dispatch: &ToolDispatch) -> Vec<InputUse> {
        let Some(scope) = self.handling(dispatch) else { return Vec::new() };
        let facts = self.facts(scope.file);
        let parts = self.block_parts(dispatch.at, dispatch.each, scope);
        let mut out = Vec::new();
        let mut stack = vec![scope.node];
        let mut inputs = 0;
        while let Some(node) = stack.pop() {
            let at = scope.sibling(node);
            if self.part_of(at, &parts) == Some(Part::Input) {
                inputs += 1;
                if inputs <= MAX_INPUTS {
                    out.extend(self.dangerous_use(at));
                }
                continue;
            }
            facts.for_each_child(node, |c| stack.push(c));
        }
        out.sort_by_key(|u: &InputUse| (u.at, u.input));
        out
    }

    fn dangerous_use(&self, input: NodeRef) -> Option<InputUse> {
        let ends = self.sinks(input);
        if ends.iter().any(|e| e.sink == Sink::Tested) {
            return None;
        }
        ends.iter().find_map(|end| {
            if self.is_cleaned_near(end.at) {
                return None;
            }
            let executes = end.sink == Sink::Executed;
            (executes || end.sink == Sink::Opened).then_some(InputUse { input, at: end.at, executes })
        })
    }

    /// Whether the function around a call quotes, filters or resolves something first.
    fn is_cleaned_near(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Some(function) = enclosing_function(facts, at.node) else { return false };
        facts.descendants(function).into_iter().any(|n| {
            let Kind::Call(c) = facts.kind(n) else { return false };
            last_name(facts, c.callee).is_some_and(|name| {
                let name = snake(&name);
                file.sdk.has_word("cleaning-names", &name)
                    || file.sdk.words("cleaning-parts").iter().any(|part| name.contains(part.as_str()))
            })
        })
    }
}
