//! What the queries of custom rules matched, asked of the model, becomes findings.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rustc_hash::FxHashMap;

use super::{CustomRule, Matched};
use crate::facts::NodeId;
use crate::finding::{Finding, Location};
use crate::lang::pattern::{Ask, FINDING, Inside, Match, Pattern, Question};
use crate::model::{NodeRef, Project, Tri};
use crate::overview::shown;
use crate::source::{FileId, Problem, Span};

/// Adds the findings of all custom rules, and says which of them were stopped.
pub(crate) fn check(
    project: &Project,
    stop: &dyn Fn() -> bool,
    findings: &mut Vec<Finding>,
    problems: &mut Vec<Problem>,
) {
    for (id, file) in project.file_ids() {
        let places = std::cell::OnceCell::new();
        for matched in &file.matches {
            if stop() {
                return;
            }
            let rule = matched.rule.rule.id;
            let places = || places.get_or_init(|| Project::places(&file.facts));
            let asked = Asked { project, file: id, places: &places };
            match catch_unwind(AssertUnwindSafe(|| asked.findings(matched))) {
                Ok(found) => findings.extend(found),
                Err(_) => problems.push(Problem::of_rule(rule)),
            }
            if matched.matches.is_cut {
                let message = format!(
                    "`{rule}` was stopped: its query takes too much work in this file, so that findings may \
                     be missing"
                );
                problems.push(Problem::new(&file.source.path, message));
            }
        }
    }
}

/// A file whose matches are asked about.
struct Asked<'a> {
    project: &'a Project,
    file: FileId,
    /// What stands where; needed only where the model is asked.
    places: &'a dyn Fn() -> &'a FxHashMap<Span, NodeId>,
}

impl Asked<'_> {
    fn findings(&self, matched: &Matched) -> Vec<Finding> {
        let dialect = self.project.file(self.file).source.dialect;
        let Some(pattern) = dialect.and_then(|dialect| matched.rule.pattern(dialect)) else {
            return Vec::new();
        };
        let found = matched.matches.found.iter();
        let held = found.filter(|found| pattern.asks(found).iter().all(|ask| self.holds(found, ask)));
        held.filter_map(|found| self.finding(&matched.rule, pattern, found)).collect()
    }

    fn finding(&self, custom: &CustomRule, pattern: &Pattern, found: &Match) -> Option<Finding> {
        let text = &self.project.file(self.file).source.text;
        let at = |span: Span| Location { file: self.file, span };
        let captured = |name: &str| {
            let span = pattern.place(found, name)?;
            Some(shown(text.get(span.range())?))
        };
        let message = custom.message.with(captured);
        let mut finding = Finding::new(custom.rule, at(pattern.place(found, FINDING)?), message);
        for (capture, label) in &custom.labels {
            let label = label.with(captured);
            finding = match pattern.place(found, capture) {
                Some(_) if capture == FINDING => finding.label(label),
                Some(span) => finding.related(at(span), label),
                None => finding,
            };
        }
        Some(match &custom.help {
            Some(help) => finding.help(help.with(captured)),
            None => finding,
        })
    }

    /// Whether every node of the capture answers as the query asks. What the model does not know is
    /// neither yes nor no.
    fn holds(&self, found: &Match, ask: &Ask) -> bool {
        let wanted = if ask.negated { Tri::No } else { Tri::Yes };
        let nodes = found.captures.iter().filter(|(capture, _)| *capture == ask.capture);
        nodes.into_iter().all(|&(_, span)| self.answer(span, &ask.question) == wanted)
    }

    fn answer(&self, span: Span, question: &Question) -> Tri {
        let project = self.project;
        let node = (self.places)().get(&span).map(|&node| NodeRef { file: self.file, node });
        let Some(at) = node.or_else(|| self.around(span).filter(|_| matches!(question, Question::Inside(_))))
        else {
            return Tri::Unknown;
        };
        match question {
            Question::Request => project.sends_request(at),
            Question::Client => project.is_client(at),
            Question::Known if project.is_written_down(at) => Tri::Yes,
            Question::Known => Tri::No,
            Question::ResolvesTo(names) => any(names.iter().map(|name| project.resolves_to(at, name))),
            Question::Inside(places) => any(places.iter().map(|place| self.is_inside(at, *place))),
        }
    }

    /// The smallest node around a place at which none stands.
    fn around(&self, span: Span) -> Option<NodeRef> {
        let facts = self.project.facts(self.file);
        let mut node = Some(NodeId::ROOT).filter(|&root| facts.span(root).contains(span))?;
        while let Some(inner) = facts.children(node).into_iter().find(|&n| facts.span(n).contains(span)) {
            node = inner;
        }
        Some(NodeRef { file: self.file, node })
    }

    fn is_inside(&self, at: NodeRef, place: Inside) -> Tri {
        let project = self.project;
        let is = match place {
            Inside::Loop => project.runs_in_loop(at),
            Inside::Retry => return project.is_repeated(at),
            Inside::Handler => !project.handlers(at).is_empty(),
            Inside::Async => project.runs_async(at),
            Inside::Test => project.is_test(at),
        };
        if is { Tri::Yes } else { Tri::No }
    }
}

/// Yes where one of them is, no where all are.
fn any(answers: impl Iterator<Item = Tri>) -> Tri {
    let answers: Vec<Tri> = answers.collect();
    [Tri::Yes, Tri::Unknown].into_iter().find(|answer| answers.contains(answer)).unwrap_or(Tri::No)
}
