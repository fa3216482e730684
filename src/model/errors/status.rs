//! How code finds out that a raw HTTP response is an error.

use crate::facts::{BinaryOp, Kind, NodeId, UnaryOp};
use crate::model::Origin;
use crate::model::Project;
use crate::model::Step;
use crate::model::names::index::constant;
use crate::model::request::Request;
use crate::model::response::gathered::GATHERED;
use crate::model::values::flow::Sink;
use crate::model::values::value::{Field, NodeRef, Response, Value};
use crate::source::FileId;

/// Variables between a status and what asks for it.
const MAX_NAMES: u32 = 2;

impl Project {
    /// Whether a status is only asked for single errors, `status == 401`, which says nothing of all others.
    pub fn tells_single_errors(&self, at: NodeRef) -> bool {
        self.tells_singles(at, MAX_NAMES)
    }

    fn tells_singles(&self, at: NodeRef, names: u32) -> bool {
        let facts = self.facts(at.file);
        let mut child = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Call(call) if call.callee == child => {}
                Kind::Member { object, .. } if *object == child => {}
                Kind::Cast { .. } => {}
                Kind::Binary { op: BinaryOp::Eq | BinaryOp::Is | BinaryOp::In, left, right } => {
                    let other = if *left == child { *right } else { *left };
                    let named = self.statuses(at.sibling(other)).is_some_and(|set| set.names_errors());
                    return named && self.is_of_branch(at.sibling(node));
                }
                Kind::Assign(a) if a.value == Some(child) && a.op.is_none() => {
                    let Some(names) = names.checked_sub(1) else { return false };
                    let readers = self.readers(at.sibling(a.target));
                    return !readers.is_empty()
                        && readers.iter().all(|&reader| self.tells_singles(reader, names));
                }
                _ => return false,
            }
            child = node;
        }
        false
    }

    /// Whether a question is the condition of a branch, alone or with others of which one suffices, and nothing
    /// is done where it does not hold.
    fn is_of_branch(&self, question: NodeRef) -> bool {
        let facts = self.facts(question.file);
        let mut child = question.node;
        for node in facts.ancestors(question.node).skip(1) {
            match facts.kind(node) {
                Kind::Binary { op: BinaryOp::Or, .. } => {}
                Kind::If { condition, otherwise, .. } => {
                    let mut rest = *otherwise;
                    while let Some(Kind::If { otherwise, .. }) = rest.map(|n| facts.kind(n)) {
                        rest = *otherwise;
                    }
                    return *condition == child && rest.is_none();
                }
                _ => return false,
            }
            child = node;
        }
        false
    }

    /// What is given for the option that says whether an error status raises, of the call or its client, and
    /// whether `true` there means that it does not.
    pub fn raise_option(&self, request: &Request) -> (Field, bool) {
        let Some(option) = request.kind.raise_option.as_deref() else { return (Field::Absent, false) };
        let (silences, option) = option.strip_prefix('!').map_or((false, option), |option| (true, option));
        let given = match (self.call_option(request, option), request.clients.first()) {
            (Field::Absent, Some(client)) => self.client_option(client, option),
            (field, _) => field,
        };
        (given, silences)
    }

    /// Whether the client of a request hands every answer to a function of the program's first, which may raise.
    pub fn has_answer_hook(&self, request: &Request) -> bool {
        let sdk = self.file(request.at.file).sdk;
        let set = |hook: &String| request.clients.iter().any(|c| !self.client_option(c, hook).is_absent());
        sdk.words("answer-hooks").iter().any(set)
    }

    /// The same where that function is in sight.
    pub(in crate::model) fn is_given_answer_hook(&self, request: &Request) -> bool {
        let sdk = self.file(request.at.file).sdk;
        let set = |hook: &String| request.clients.iter().any(|c| self.client_option(c, hook).is_known());
        sdk.words("answer-hooks").iter().any(set)
    }

    /// Whether the decoded body of a response is examined for the shape of an error: a field
    /// `error`, a `type` of that name.
    pub fn reads_error(&self, request: &Request) -> bool {
        let of_request = |at: NodeRef| {
            self.eval(at).iter().any(|v| matches!(v, Value::Response(r) if r.request == request.at))
        };
        let files: std::collections::BTreeSet<_> =
            self.uses(request.at).iter().map(|u| u.at.file).chain([request.at.file]).collect();
        files.into_iter().any(|file| {
            let model = self.file(file);
            let facts = &model.facts;
            let words = |name: &str| model.sdk.has_word("error-shape", name);
            let by_name = facts.ids().any(|node| {
                let at = NodeRef { file, node };
                match facts.kind(node) {
                    Kind::Member { object, name, .. } => words(name) && of_request(at.sibling(*object)),
                    Kind::Index { object, index } => {
                        constant(facts, *index).is_some_and(|k| words(&k)) && of_request(at.sibling(*object))
                    }
                    Kind::Call(c) => {
                        let Kind::Member { object, name, .. } = facts.kind(c.callee) else { return false };
                        // `request.on("error", …)` is about the connection.
                        !model.sdk.has_word("event-methods", name)
                            && c.args
                                .first()
                                .is_some_and(|a| constant(facts, a.value).is_some_and(|k| words(&k)))
                            && of_request(at.sibling(*object))
                    }
                    Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => {
                        constant(facts, *left)
                            .is_some_and(|k| words(&k) || model.sdk.has_word("answer-shape", &k))
                            && of_request(at.sibling(*right))
                    }
                    _ => false,
                }
            });
            by_name
                || facts.ids().any(|node| self.compares_shape(request, NodeRef { file, node }))
                || self.fails_with_what_came(request, file)
                || model.scopes.defs().iter().any(|def| {
                    let (Origin::Value { path, .. } | Origin::Param { path, .. }) = &def.origin else {
                        return false;
                    };
                    path.iter().any(|s| matches!(s, Step::Key(k) if words(k)))
                        && self
                            .def(file, def, None)
                            .iter()
                            .any(|v| matches!(v, Value::Response(r) if r.request == request.at))
                })
        })
    }

    /// Whether the `type` of the whole body is compared with that of an error or of a message:
    /// `answer.type === "error"`, `match body["type"].as_str() { Some("error") => … }`.
    fn compares_shape(&self, request: &Request, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let whole = |object: NodeId| {
            let values = self.eval(at.sibling(object));
            values
                .iter()
                .any(|v| matches!(v, Value::Response(r) if r.request == request.at && self.is_whole(r)))
        };
        let inside = |n: NodeId| facts.descendants(n).into_iter();
        let is_type = |key: NodeId| constant(facts, key).is_some_and(|k| &*k == "type");
        let takes_type = |asked: NodeId| {
            inside(asked).any(|n| match facts.kind(n) {
                Kind::Member { object, name, .. } => &**name == "type" && whole(*object),
                Kind::Index { object, index } => is_type(*index) && whole(*object),
                Kind::Call(c) => match facts.kind(c.callee) {
                    Kind::Member { object, .. } => {
                        c.args.first().is_some_and(|a| is_type(a.value)) && whole(*object)
                    }
                    _ => false,
                },
                _ => false,
            })
        };
        let shape = |name: &str| model.sdk.in_lists(&["error-shape", "whole-answer-types"], name);
        let named = |said: NodeId| inside(said).any(|n| constant(facts, n).is_some_and(|k| shape(&k)));
        match facts.kind(at.node) {
            Kind::Binary { op: BinaryOp::Eq | BinaryOp::Ne, left, right } => {
                named(*right) && takes_type(*left) || named(*left) && takes_type(*right)
            }
            Kind::Match(m) => {
                m.arms.iter().flat_map(|arm| &arm.patterns).any(|&p| named(p)) && takes_type(m.subject)
            }
            _ => false,
        }
    }

    /// Whether an answer without content fails with what came instead: `if (answer.content?.[0]) { … } else {
    /// reject(new Error(`unexpected: ${data}`)) }`.
    fn fails_with_what_came(&self, request: &Request, file: FileId) -> bool {
        let model = self.file(file);
        let facts = &model.facts;
        let of_request = |node: NodeId, is_it: &dyn Fn(&Response) -> bool| {
            let values = self.eval(NodeRef { file, node });
            values.iter().any(|v| matches!(v, Value::Response(r) if r.request == request.at && is_it(r)))
        };
        let is_content = |r: &Response| r.path.iter().any(|step| model.sdk.has_word("answer-shape", step));
        facts.ids().any(|node| {
            let Kind::If { condition, then, otherwise } = facts.kind(node) else { return false };
            let missing = match facts.kind(*condition) {
                Kind::Unary { op: UnaryOp::Not, .. } => Some(*then),
                _ => *otherwise,
            };
            let mut asked = facts.descendants(*condition).into_iter();
            missing.is_some_and(|branch| {
                asked.any(|n| of_request(n, &is_content))
                    && self.fails(NodeRef { file, node: branch })
                    && facts.descendants(branch).into_iter().any(|n| of_request(n, &|r| self.is_whole(r)))
            })
        })
    }

    /// Whether the response leaves the code in sight whole, for others to examine.
    pub fn is_handed_out(&self, request: NodeRef) -> bool {
        let whole = |at: NodeRef| {
            self.eval(at)
                .iter()
                .any(|v| matches!(v, Value::Response(r) if r.request == request && self.is_whole(r)))
        };
        self.sinks(request).iter().any(|end| end.sink == Sink::Returned && whole(end.at))
    }

    /// The call that decodes the body of a response, in the file that sends the request.
    pub fn decoded_at(&self, request: &Request) -> Option<NodeRef> {
        let file = request.at.file;
        let facts = self.facts(file);
        let sdk = self.file(file).sdk;
        let whole = |at: NodeRef| {
            self.eval(at).iter().find_map(|v| match v {
                Value::Response(r)
                    if r.request == request.at
                        && !r.path.is_empty()
                        && r.hops.is_empty()
                        && self.is_whole(r) =>
                {
                    Some(r.path.last().is_some_and(|step| &**step == GATHERED))
                }
                _ => None,
            })
        };
        let mut gathered = None;
        for node in facts.ids() {
            let Kind::Call(call) = facts.kind(node) else { continue };
            let promise = matches!(facts.kind(call.callee), Kind::Name(n) if sdk.has_word("promise", n));
            let at = NodeRef { file, node };
            match whole(at).filter(|_| at != request.at && !promise) {
                // Put together first, then decoded.
                Some(true) if self.known_sink(at, call.callee) != Some(Sink::Parsed) => {
                    gathered = gathered.or(Some(at));
                }
                Some(_) => return Some(at),
                None => {}
            }
        }
        gathered
    }
}
