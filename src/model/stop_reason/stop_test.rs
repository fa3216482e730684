//! Tests of the stop reason: which values they tell apart.

mod by_use;
mod joined;

use rustc_hash::FxHashMap;

use super::stop_values::MAX_PATTERN;
use crate::facts::{BinaryOp, Kind, UnaryOp};
use crate::model::names::index::constant;
use crate::model::response::{Use, What};
use crate::model::values::flow::{End, Sink};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::api::{StopWords, api};

/// Which values of the stop reason take which way at one place.
#[derive(Clone, Debug)]
pub struct StopTest {
    /// The comparison, the `match`, the lookup.
    pub at: NodeRef,
    /// Values that go the same way; those that are in none of the groups share one of their own.
    pub groups: Vec<Vec<String>>,
    /// Whether some of the values are out of reach.
    pub open: bool,
    /// Whether it only chooses a word for the reason, and those who look at the word are tests of their own.
    pub words: bool,
}

impl StopTest {
    /// Whether two values go different ways.
    fn separates(&self, a: &str, b: &str) -> bool {
        let group = |value: &str| self.groups.iter().position(|g| g.iter().any(|v| v == value));
        group(a) != group(b)
    }

    /// Whether a value is named here.
    pub fn names(&self, value: &str) -> bool {
        self.groups.iter().flatten().any(|v| v == value)
    }
}

/// What the code does about one value of the stop reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StopHandling {
    /// Nobody looks at the stop reason at all.
    Unread,
    /// It goes the way of a complete answer; the test that tells others apart.
    AsComplete(NodeRef),
    /// It goes another way.
    Apart,
    /// Out of reach.
    Unknown,
}

/// The tests of the stop reason by request.
pub(in crate::model) type StopTests = FxHashMap<NodeRef, Vec<StopTest>>;

/// The reason of an answer that ends where the request says.
const STOPPED: &str = "stop_sequence";

impl Project {
    /// The tests of the stop reason of a request, in file order.
    pub fn stop_tests(&self, request: NodeRef) -> &[StopTest] {
        let tests = self.stop_tests.get_or_init(|| self.find_stop_tests());
        tests.get(&request).map_or(&[], |t| t)
    }

    /// How the values are called in the answers to a request.
    pub fn stop_words(&self, request: &Request) -> Option<&'static StopWords> {
        let field = request.kind.stop.first()?.rsplit('.').next()?;
        api().stop_words.iter().find(|w| w.fields.iter().any(|f| f == field))
    }

    /// What the code does when the answer to a request ends for that reason.
    pub fn stop_handling(&self, request: &Request, value: &str) -> StopHandling {
        let Some(words) = self.stop_words(request) else { return StopHandling::Unknown };
        let uses = self.uses(request.at);
        if uses.iter().any(|u| u.what == What::Escape) {
            return StopHandling::Unknown;
        }
        let mut read = false;
        let tests = self.stop_tests(request.at);
        for used in uses.iter().filter(|u| u.what == What::Stop && !self.is_test(u.at)) {
            read = true;
            let at = End {
                at: used.at,
                sink: Sink::Tested,
                gathered: false,
                closed: false,
                inside: false,
                through: None,
            };
            // What is tested or looked up on the spot goes no further.
            if self.is_within(&at, tests) {
                continue;
            }
            let loose = |end: &End| match used.response.is_piece() {
                // `if stop_reason:` asks of a stream whether it has come.
                true => match end.sink {
                    Sink::Shown => false,
                    Sink::Tested => {
                        !self.is_within(end, tests)
                            && !self.is_presence_test(&Use { at: end.at, ..used.clone() })
                    }
                    _ => true,
                },
                false => !self.is_within(end, tests),
            };
            let unclear = used.response.is_piece() && !tests.iter().any(|t| self.hands_out_word(t.at));
            if unclear || self.sinks_of(used).iter().any(loose) {
                return StopHandling::Unknown;
            }
        }
        let Some(first) = tests.first() else {
            return if read { StopHandling::Unknown } else { StopHandling::Unread };
        };
        if tests.iter().any(|t| t.open) {
            return StopHandling::Unknown;
        }
        let apart = |complete: &str| {
            let tells = |t: &&StopTest| !t.words && t.separates(value, complete);
            tests.iter().filter(tells).any(|t| !self.leads_the_same(t, tests, value, complete))
        };
        // Who sets stop sequences may take that for the one proper end.
        let apart = apart(&words.complete) || self.names_a_stop(request) && apart(STOPPED);
        match apart || tests.iter().any(|t| self.both_fail(t, tests, value, &words.complete)) {
            true => StopHandling::Apart,
            // Words may be there that nobody asks for.
            false => StopHandling::AsComplete(
                tests.iter().find(|t| !t.separates(value, &words.complete)).unwrap_or(first).at,
            ),
        }
    }

    /// Whether a look at the stop reason only asks if there is one, which says nothing of which it is:
    /// `if (!message.stop_reason)`.
    pub(in crate::model) fn is_presence_test(&self, seen: &Use) -> bool {
        let facts = self.facts(seen.at.file);
        let mut at = seen.at.node;
        while let Some(up) = facts.parent(at).filter(|_| seen.what == What::Stop) {
            match facts.kind(up) {
                Kind::Unary { op: UnaryOp::Not, .. } => return true,
                Kind::If { condition, .. } => return *condition == at,
                Kind::Binary {
                    op: BinaryOp::Is | BinaryOp::IsNot | BinaryOp::Eq | BinaryOp::Ne,
                    left,
                    right,
                } => {
                    return [*left, *right].iter().any(|&side| matches!(facts.kind(side), Kind::Null));
                }
                Kind::Binary { op, .. } if op.may_skip_right() => {}
                Kind::Cast { .. } | Kind::Await(_) => {}
                _ => return false,
            }
            at = up;
        }
        false
    }

    /// Whether the function around a place reads a field, by name or by key.
    pub fn reads_field_around(&self, at: NodeRef, field: &str) -> bool {
        let facts = self.facts(at.file);
        let nodes = self.function_of(at).map_or_else(Vec::new, |f| facts.descendants(f.node));
        nodes.into_iter().any(|n| match facts.kind(n) {
            Kind::Member { name, .. } | Kind::Name(name) => &**name == field,
            Kind::Str(_) => constant(facts, n).is_some_and(|c| &*c == field),
            _ => false,
        })
    }

    /// Whether the way of a stop reason ends in one of the tests, or where it is shown.
    fn is_within(&self, end: &End, tests: &[StopTest]) -> bool {
        let span = |at: NodeRef| self.facts(at.file).span(at.node);
        end.sink == Sink::Shown
            || tests.iter().any(|t| {
                t.at.file == end.at.file
                    && (span(t.at).contains(span(end.at)) || span(end.at).contains(span(t.at)))
            })
    }

    /// Whether the requests that are sent one after another until the model has no more calls of
    /// tools are out of sight.
    pub fn loops_by_itself(&self, request: &Request) -> bool {
        let kind = request.kind;
        let more_asked = || kind.turns.as_ref().is_some_and(|t| !self.spelled_option(request, t).is_absent());
        // One turn is no loop, whatever tools there are, unless more are asked for.
        let once = kind.default_turns == Some(1);
        kind.tool_loop && !(once && (self.body_field(request, "tools").is_absent() || !more_asked()))
    }

    /// The first use of the text of an answer that is more than showing it.
    pub fn text_use(&self, request: &Request) -> Option<&Use> {
        self.uses(request.at).iter().filter(|u| u.what == What::Text && !self.is_test(u.at)).find(|u| {
            let pieces = u.response.is_piece();
            self.sinks_of(u).iter().any(|e| e.sink >= Sink::Yielded && (e.gathered || !pieces))
        })
    }

    fn find_stop_tests(&self) -> StopTests {
        let mut tests = StopTests::default();
        if self.requests().is_empty() {
            return tests;
        }
        for (file, model) in self.file_ids() {
            if model.source.role.is_test {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Some((subject, mut test)) = self.stop_test(at) else { continue };
                let mut requests: Vec<NodeRef> = Vec::new();
                for value in self.eval(subject).iter() {
                    if let Value::Response(r) = value
                        && self.use_of(r) == Some(What::Stop)
                        && !requests.contains(&r.request)
                        && !self.came_by_another_call(subject, r)
                    {
                        requests.push(r.request);
                    }
                }
                if requests.is_empty() {
                    continue;
                }
                let of_words = self.word_uses(&test, None).unwrap_or_default();
                let of_words: Vec<StopTest> = of_words.into_iter().filter_map(|u| u.test).collect();
                test.words = !of_words.is_empty();
                for request in requests {
                    let list = tests.entry(request).or_default();
                    list.push(test.clone());
                    list.extend(of_words.iter().cloned());
                }
            }
        }
        tests
    }

    /// A place that compares something with values of a stop reason, and what it compares.
    pub(in crate::model) fn stop_test(&self, at: NodeRef) -> Option<(NodeRef, StopTest)> {
        let file = self.file(at.file);
        let facts = &file.facts;
        let test = |groups: Vec<Vec<String>>, open| StopTest { at, groups, open, words: false };
        match facts.kind(at.node) {
            _ if self.is_part_of_joined(at) => None,
            Kind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => {
                let (subject, values) = self.joined_test(at)?;
                Some((subject, test(vec![values], false)))
            }
            Kind::Binary {
                op: BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Is | BinaryOp::IsNot,
                left,
                right,
            } => [(*left, *right), (*right, *left)].into_iter().find_map(|(subject, value)| {
                let values = self.stop_values(at.sibling(value), MAX_PATTERN)?;
                Some((at.sibling(subject), test(vec![values], false)))
            }),
            Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => {
                let (values, open) = self.stop_list(at.sibling(*right))?;
                Some((at.sibling(*left), test(vec![values], open)))
            }
            Kind::Let { pattern, value } => {
                let values = self.stop_values(at.sibling(*pattern), MAX_PATTERN)?;
                Some((at.sibling(*value), test(vec![values], false)))
            }
            Kind::Match(m) => {
                let groups = self.stop_arms(at, m)?;
                Some((at.sibling(m.subject), test(groups, false)))
            }
            Kind::Index { object, index } if constant(facts, *index).is_none() => {
                let groups = self.stop_map(at.sibling(*object), None)?;
                Some((at.sibling(*index), test(groups, false)))
            }
            Kind::Call(call) => {
                let Kind::Member { object, name, .. } = facts.kind(call.callee) else { return None };
                let argument = at.sibling(call.args.first()?.value);
                if file.sdk.has_word("member-test", name) {
                    if let Some((values, open)) = self.stop_list(at.sibling(*object)) {
                        return Some((argument, test(vec![values], open)));
                    }
                    // `reason.equals("max_tokens")`
                    let values = self.stop_values(argument, MAX_PATTERN)?;
                    return Some((at.sibling(*object), test(vec![values], false)));
                }
                if &**name == "get" {
                    let default = call.args.get(1).map(|a| at.sibling(a.value));
                    return Some((argument, test(self.stop_map(at.sibling(*object), default)?, false)));
                }
                None
            }
            _ => None,
        }
    }
}
