//! Branches for one vendor: `if provider == "anthropic"`, `match provider { "anthropic" => … }`.

mod condition;
mod host;

use crate::facts::{BinaryOp, Kind, Match, NodeId};
use crate::model::names::index::constant;
use crate::model::names::words::snake;
use crate::model::values::value::{NodeRef, Value};
use crate::model::vendor::is_claudes;
use crate::model::{Project, enclosing_function};
use crate::sdk::models::Platform;

/// How many calls are followed back to a branch, and of how many callers.
const MAX_CALLS: u32 = 2;
const MAX_CALLERS: usize = 8;
/// Names of vendors up to here may be parts of other words.
const MAX_WORD: usize = 4;

impl Project {
    /// Whether a place runs only where something was found to be Claude's, or Anthropic's.
    pub(in crate::model) fn is_in_claude_branch(&self, at: NodeRef) -> bool {
        self.is_in_branch(at, &is_claudes)
    }

    /// Whether a place runs only where something was found not to be Claude's: what is, left before, or
    /// took the other branch.
    pub(in crate::model) fn is_past_claude_branch(&self, at: NodeRef) -> bool {
        self.is_past_branch(at, &|_| true)
    }

    /// Whether a place is for other vendors, whatever form their answers have: it says so itself, or is only
    /// come to where something was found not to be Claude's.
    pub(in crate::model) fn is_left_to_others(&self, at: NodeRef) -> bool {
        self.is_said_for_others(at) || self.is_past_claude_branch_within(at, MAX_CALLS)
    }

    fn is_past_claude_branch_within(&self, at: NodeRef, calls: u32) -> bool {
        if self.is_past_claude_branch(at) {
            return true;
        }
        let Some(function) = self.function_of(at).filter(|_| calls > 0) else { return false };
        let callers = self.callers(function);
        !callers.is_empty()
            && callers.len() <= MAX_CALLERS
            && callers.iter().all(|&caller| self.is_past_claude_branch_within(caller, calls - 1))
    }

    /// Whether Claude took another branch there, in which the same client sends something.
    pub(in crate::model) fn is_other_than_claudes(&self, call: NodeRef) -> bool {
        let file = self.file(call.file);
        let client = |node: NodeId| match file.facts.kind(node) {
            Kind::Call(c) => match file.facts.kind(c.callee) {
                Kind::Member { object, .. } => Some(file.text_of(*object)),
                _ => None,
            },
            _ => None,
        };
        let Some(own) = client(call.node) else { return false };
        self.is_past_branch(call, &|branch| {
            file.facts.descendants(branch).into_iter().any(|n| client(n).is_some_and(|c| c == own))
        })
    }

    /// Whether a place runs only where something was found not to be Claude's, for which there is such a
    /// branch.
    fn is_past_branch(&self, at: NodeRef, wanted: &dyn Fn(NodeId) -> bool) -> bool {
        self.gates_around(at).chain(self.gates_before(at)).any(|gate| {
            let Kind::If { then, otherwise, .. } = self.kind(gate.branch) else { return false };
            // Of two conditions, the other may be what does not hold.
            let several = matches!(self.kind(gate.condition), Kind::Binary { op: BinaryOp::And, .. });
            match gate.holds {
                true => {
                    self.denies(gate.condition, &is_claudes) && wanted(otherwise.unwrap_or(gate.branch.node))
                }
                false => !several && self.finds(gate.condition, &is_claudes) && wanted(*then),
            }
        })
    }

    /// Whether the function around a request asks for Claude's name before it, and goes on to the request
    /// whatever the answer.
    pub(in crate::model) fn treats_claude_apart(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let Some(function) = enclosing_function(facts, at.node) else { return false };
        let end = facts.span(at.node).start;
        facts.descendants(function).into_iter().any(|n| match facts.kind(n) {
            Kind::If { condition, then, otherwise } => {
                let before = facts.span(n).end <= end;
                let leaves = [Some(*then), *otherwise];
                let leaves = leaves.into_iter().flatten().any(|s| self.leaves_block(at.sibling(s)));
                before && !leaves && self.finds(at.sibling(*condition), &is_claudes)
            }
            _ => false,
        })
    }

    /// Whether a place serves other vendors alone: it runs only where a name of theirs was found, as far as
    /// its callers are known, or its function is called after them or after what Claude does not do.
    pub fn is_for_others(&self, at: NodeRef) -> bool {
        self.reads_choices_alone(at) || self.is_said_for_others(at)
    }

    fn is_said_for_others(&self, at: NodeRef) -> bool {
        if self.is_in_other_branch_within(at, MAX_CALLS, false) || self.stands_beside_other_host(at) {
            return true;
        }
        let Some(function) = self.named_function(at) else { return false };
        let Kind::Function(f) = self.kind(function) else { return false };
        f.name.as_deref().is_some_and(|name| {
            let sdk = self.file(at.file).sdk;
            let (words, whole) = (snake(name), name.to_lowercase());
            let listed = |w| sdk.has_word("other-families", w) || sdk.has_word("other-tasks", w);
            // `askOpenAIModel`: long names are told without their borders.
            let inside = |family: &String| family.len() > MAX_WORD && whole.contains(family.as_str());
            !whole.contains("claude")
                && !whole.contains("anthropic")
                && (words.split('_').any(listed) || sdk.words("other-families").iter().any(inside))
        })
    }

    /// Whether the function around a place reads answers of OpenAI's form, and says nothing of Claude.
    fn reads_choices_alone(&self, at: NodeRef) -> bool {
        let Some(function) = self.named_function(at) else { return false };
        let facts = self.facts(function.file);
        let mut reads = false;
        for n in facts.descendants(function.node) {
            let name = match facts.kind(n) {
                Kind::Name(name) | Kind::Member { name, .. } => name.to_lowercase(),
                _ => constant(facts, n).map_or(String::new(), |text| text.to_lowercase()),
            };
            if name.contains("anthropic") || name.contains("claude") {
                return false;
            }
            reads |= name == "choices";
        }
        reads
    }

    /// Whether a place runs only where a name of another vendor was found, be it by those who call
    /// the function it is in.
    pub(in crate::model) fn is_in_other_branch(&self, at: NodeRef) -> bool {
        self.is_in_other_branch_within(at, MAX_CALLS, true)
    }

    /// Whether a place stands itself where a name of another vendor was found.
    pub fn stands_in_other_branch(&self, at: NodeRef) -> bool {
        let families = self.file(at.file).sdk.words("other-families");
        let named = |text: &str, family: &String| {
            text.strip_prefix(family.as_str()).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        };
        self.is_in_branch(at, &|text| families.iter().any(|family| named(text, family)))
    }

    /// The same, or all calls of its function do; `all` where those that hand it on count as well.
    fn is_in_other_branch_within(&self, at: NodeRef, calls: u32, all: bool) -> bool {
        if self.stands_in_other_branch(at) {
            return true;
        }
        let Some(function) = self.function_of(at).filter(|_| calls > 0) else { return false };
        let callers = self.callers(function);
        !callers.is_empty()
            && callers.len() <= MAX_CALLERS
            && (!all || self.mentions(function).is_empty())
            && callers.iter().all(|&caller| self.is_in_other_branch_within(caller, calls - 1, all))
    }

    /// Whether a place runs only where the name of a gateway was found.
    pub(in crate::model) fn is_in_gateway_branch(&self, at: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let is_gateway = |text: &str| sdk.has_word("gateways", text);
        self.is_in_branch(at, &is_gateway) || self.is_given_beside(at, &is_gateway)
    }

    /// Whether code runs for a platform other than the API's own only, by the name of that: `vendor == "bedrock"`.
    pub(in crate::model) fn is_in_platform_branch(&self, at: NodeRef, platform: Platform) -> bool {
        let list = match platform {
            Platform::Anthropic => return false,
            Platform::Bedrock => "bedrock-names",
            Platform::Vertex => "vertex-names",
        };
        let sdk = self.file(at.file).sdk;
        self.is_in_branch(at, &|text| sdk.has_word(list, text))
    }

    /// Whether a text is handed, perhaps through a variable, to a call that is also given one of a kind:
    /// `provider("openrouter", model)`.
    fn is_given_beside(&self, text: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        let file = self.file(text.file);
        let facts = &file.facts;
        let mut open = vec![text.node];
        for _ in 0..MAX_CALLERS {
            let Some(value) = open.pop() else { break };
            match facts.parent(value).map(|parent| (parent, facts.kind(parent))) {
                Some((parent, Kind::Call(call))) if call.callee != value => {
                    let beside = call.args.iter().filter(|a| a.value != value);
                    if beside.into_iter().any(|a| self.is_given_text(text.sibling(a.value), wanted)) {
                        return true;
                    }
                    // `getenv("MODEL", "…")`
                    if self.environment_read(text.sibling(parent)).is_some() {
                        open.push(parent);
                    }
                }
                Some((_, Kind::Assign(a))) if a.value == Some(value) => {
                    open.extend(self.readers(text.sibling(a.target)).iter().map(|r| r.node));
                }
                Some((parent, Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, .. })) => {
                    open.push(parent)
                }
                _ => {}
            }
        }
        false
    }

    /// Whether an argument is such a text, or a variable of the environment with such a default.
    fn is_given_text(&self, at: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        let is = |at: NodeRef| {
            self.possible_texts(at).is_some_and(|texts| {
                !texts.is_empty() && texts.iter().all(|(_, text)| wanted(&text.to_lowercase()))
            })
        };
        let by_default = |v: &Value| self.environment_default(v).is_some_and(is);
        is(at) || self.eval(at).iter().any(by_default)
    }

    /// Whether a place runs only where a variable of that name was found to be Claude's name.
    pub(in crate::model) fn is_where_named_claude(&self, at: NodeRef, variable: &str) -> bool {
        let facts = self.facts(at.file);
        self.is_in_branch_on(at, &is_claudes, &|asked| facts.names(asked, variable))
    }

    /// Whether a place runs only where a text of a kind, in lower case, was found.
    fn is_in_branch(&self, at: NodeRef, wanted: &dyn Fn(&str) -> bool) -> bool {
        self.is_in_branch_on(at, wanted, &|_| true)
    }

    /// The same where what is asked is of a kind, too.
    fn is_in_branch_on(
        &self,
        at: NodeRef,
        wanted: &dyn Fn(&str) -> bool,
        asks: &dyn Fn(NodeId) -> bool,
    ) -> bool {
        let is_arm_of_it = |(m, arm): (&Match, usize)| {
            let patterns = &m.arms[arm].patterns;
            asks(m.subject)
                && !patterns.is_empty()
                && patterns.iter().all(|&p| self.is_text_like(at.sibling(p), wanted))
        };
        self.gates_around(at)
            .any(|gate| gate.holds && asks(gate.condition.node) && self.finds(gate.condition, wanted))
            || self.arms_around(at).any(is_arm_of_it)
    }
}
