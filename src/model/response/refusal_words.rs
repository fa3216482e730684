//! Refusals that are looked for in the words of the answer.

use crate::facts::{BinaryOp, Call, Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::has_word_of;
use crate::model::response::What;
use crate::model::values::flow::Sink;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};

/// A test of an answer's text for a phrase of refusal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefusalByWords {
    /// The test.
    pub at: NodeRef,
    /// The phrase.
    pub phrase: String,
}

/// In so many texts a phrase of refusal does not stand alone.
const MIN_LIST: usize = 3;
/// One phrase in so many of such a list is the least that makes the list one of refusals.
const MIN_PART: usize = 4;
/// Needles looked at for one test.
const MAX_NEEDLES: usize = 64;

impl Project {
    /// Where the text of the answer to a request is searched for a phrase of refusal.
    pub fn refusals_by_words(&self, request: &Request) -> Vec<RefusalByWords> {
        let mut out: Vec<RefusalByWords> = Vec::new();
        for used in self.uses(request.at).iter().filter(|u| u.what == What::Text) {
            for end in self.sinks(used.at) {
                if end.sink != Sink::Tested || self.is_evaluation(end.at) {
                    continue;
                }
                if let Some(found) = self.refusal_test(end.at)
                    && !out.contains(&found)
                {
                    out.push(found);
                }
            }
        }
        out
    }

    /// Whether code judges models rather than using them, by the names around it.
    fn is_evaluation(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let speaks = |name: &str| {
            let name = name.to_ascii_lowercase();
            file.sdk.words("evaluation-parts").iter().any(|part| name.contains(part.as_str()))
        };
        speaks(&file.source.path)
            || file.facts.ancestors(at.node).any(|n| match file.facts.kind(n) {
                Kind::Function(f) => f.name.as_deref().is_some_and(speaks),
                Kind::Class(c) => speaks(&c.name),
                // `cautious_score = sum(phrase in answer for phrase in PHRASES)`
                Kind::Assign(a) => last_name(&file.facts, a.target)
                    .is_some_and(|name| has_word_of(file.sdk, "score-words", &name)),
                _ => false,
            })
    }

    fn refusal_test(&self, at: NodeRef) -> Option<RefusalByWords> {
        let facts = self.facts(at.file);
        let searched = match facts.kind(at.node) {
            Kind::Call(call) => self.needles(at, call, None),
            _ => None,
        };
        let (test, needles): (NodeRef, Vec<NodeRef>) = match (facts.kind(at.node), searched) {
            (Kind::Call(call), Some(mut needles)) => {
                if let Kind::Member { object, .. } = facts.kind(call.callee) {
                    needles.push(at.sibling(*object));
                }
                (at, needles)
            }
            _ => {
                let parent = facts.parent(at.node)?;
                let test = at.sibling(parent);
                match facts.kind(parent) {
                    Kind::Binary { op: BinaryOp::In | BinaryOp::NotIn, left, right } => {
                        let other = if *left == at.node { *right } else { *left };
                        (test, vec![at.sibling(other)])
                    }
                    Kind::Call(call) => (test, self.needles(test, call, Some(at.node))?),
                    _ => return None,
                }
            }
        };
        // The answer itself may stand for a text of the project's own, where there was no answer.
        let own = |n: &NodeRef| !self.may_be_of_answer(*n);
        let phrase = needles.into_iter().filter(own).find_map(|n| self.refusal_phrase(n))?;
        Some(RefusalByWords { at: test, phrase })
    }

    /// What a call that searches a text looks for; `None` when it does something else.
    fn needles(&self, at: NodeRef, call: &Call, hay: Option<NodeId>) -> Option<Vec<NodeRef>> {
        let file = self.file(at.file);
        let name = last_name(&file.facts, call.callee)?;
        file.sdk.has_word("text-search", &name).then_some(())?;
        let args = call.args.iter().map(|a| a.value).filter(|&a| Some(a) != hay);
        Some(args.map(|a| at.sibling(a)).collect())
    }

    /// A phrase of refusal that a needle may be, or one of the texts in it.
    fn refusal_phrase(&self, needle: NodeRef) -> Option<String> {
        let mut texts: Vec<String> = Vec::new();
        // `PHRASES.some((phrase) => text.includes(phrase))`
        let needle = self.list_of_element(needle).unwrap_or(needle);
        let mut lists = vec![needle];
        lists.extend(self.eval(needle).iter().filter_map(|v| match v {
            Value::Node(n) => Some(*n),
            _ => None,
        }));
        for list in lists {
            match self.kind(list) {
                Kind::List(items) => {
                    texts.extend(items.iter().filter_map(|&i| self.text(list.sibling(i)).known()));
                }
                Kind::Str(_) => {
                    texts.extend(constant(self.facts(list.file), list.node).map(|t| t.to_string()))
                }
                _ => {}
            }
        }
        texts.extend(self.texts(needle).iter().filter_map(|(_, t)| t.known()));
        texts.truncate(MAX_NEEDLES);
        let sdk = self.file(needle.file).sdk;
        let has_phrase = |list: &str, text: &str| {
            let text = text.to_lowercase().replace('\u{2019}', "'");
            sdk.words(list).iter().any(|p| text.contains(p.as_str()))
        };
        if texts.iter().any(|text| has_phrase("unsure-phrases", text)) {
            return None;
        }
        let mut apart: Vec<String> = Vec::new();
        for text in texts {
            if !apart.contains(&text) {
                apart.push(text);
            }
        }
        // A list of which one or few say so is about something else; so is what only gives the tone of an answer.
        let among = apart.len();
        let told: Vec<String> =
            apart.into_iter().filter(|text| has_phrase("refusal-phrases", text)).collect();
        let of_tone = told.iter().all(|text| has_phrase("tone-phrases", text));
        let few = among >= MIN_LIST && (told.len() < 2 || told.len() * MIN_PART < among);
        told.into_iter().next().filter(|_| !of_tone && !few)
    }
}
