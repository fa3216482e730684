//! Whether a cut looks for a place where a call and its result stay together.

use crate::facts::{Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;
use crate::model::{Project, enclosing_function};

impl Project {
    /// Whether the function of a cut looks at tool results, or at roles and contents, when it decides where to cut.
    /// Messages of tool results have the role of the user as well: to walk to that role alone parts them from
    /// their calls.
    pub(in crate::model::tools::dispatch) fn looks_for_boundary(&self, cut: NodeRef) -> bool {
        let file = self.file(cut.file);
        let (facts, sdk) = (&file.facts, file.sdk);
        let root = enclosing_function(facts, cut.node).unwrap_or(NodeId::ROOT);
        let mut asked = Vec::new();
        for n in facts.descendants(root) {
            match facts.kind(n) {
                Kind::If { condition, .. } => asked.push(*condition),
                Kind::Loop(l) => asked.extend(l.condition),
                Kind::Comprehension(c) => asked.extend(c.clauses.iter().flat_map(|c| c.conditions.iter())),
                Kind::Match(m) => asked.push(m.subject),
                Kind::Call(c) => {
                    let name = last_name(facts, c.callee).map(|n| snake(&n)).unwrap_or_default();
                    if sdk.words("boundary-parts").iter().any(|part| name.contains(part.as_str())) {
                        return true;
                    }
                    if sdk.has_word("element-tests", &name) {
                        let tests = c.args.iter().map(|a| a.value);
                        asked.extend(tests.filter(|&a| matches!(facts.kind(a), Kind::Function(_))));
                    }
                }
                _ => {}
            }
        }
        let said =
            |at: NodeId| facts.descendants(at).into_iter().filter_map(|n| self.word_at(cut.sibling(n)));
        let is_role = |w: &String| w == "role";
        // What is cut under such a condition is a step of the walk.
        let steps = facts.ancestors(cut.node).take_while(|&n| n != root).any(|n| {
            let condition = match facts.kind(n) {
                Kind::If { condition, .. } => Some(*condition),
                Kind::Loop(l) => l.condition,
                _ => None,
            };
            condition.is_some_and(|condition| said(condition).any(|w| is_role(&w)))
        });
        let conditions: Vec<Vec<String>> = asked.iter().map(|&at| said(at).collect()).collect();
        let says = |words: &[String], parts: &[&str]| {
            words.iter().any(|w| parts.iter().any(|part| w.contains(part)))
        };
        let list: Vec<String> = said(cut.node).collect();
        // Whoever looks into the messages sees results.
        let looks_inside = conditions
            .iter()
            .any(|words| says(words, &["content"]) && words.iter().any(|w| list.contains(w)));
        conditions.iter().any(|words| {
            // Another vendor's form has a role for results.
            let written = words.iter().any(|w| w == "user" || w == "assistant");
            let more = || says(words, &["tool", "content", "block", "part", "result"]);
            says(words, &["tool_result", "boundary", "orphan"])
                || words.iter().any(is_role) && (steps || looks_inside || !written || more())
        })
    }

    fn word_at(&self, at: NodeRef) -> Option<String> {
        let facts = self.facts(at.file);
        let word = match facts.kind(at.node) {
            Kind::Str(_) => constant(facts, at.node),
            Kind::Name(n) | Kind::Member { name: n, .. } => Some(n.clone()),
            _ => None,
        };
        word.map(|word| snake(&word))
    }
}
