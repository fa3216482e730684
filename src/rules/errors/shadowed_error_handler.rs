//! A handler that can never run.

use crate::finding::{Finding, Severity};
use crate::lang::Language;
use crate::model::{ClassTest, HandlerChain, NamedError, NodeRef, Project, Tri};
use crate::rules::{Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "shadowed-error-handler",
    summary: "a handler can never run, since an earlier one catches the base class of its error",
    docs: include_str!("shadowed_error_handler.md"),
    category: Category::Errors,
    severity: Severity::Error,
    pedantic: false,
    languages: &[Language::Python, Language::TypeScript],
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for chain in project.handler_chains() {
        match chain {
            HandlerChain::Clauses(clauses) => clauses_of(project, &clauses, findings),
            HandlerChain::Branches(conditions) => branches_of(project, &conditions, findings),
        }
    }
}

fn clauses_of(project: &Project, clauses: &[Vec<NodeRef>], findings: &mut Vec<Finding>) {
    let mut earlier: Vec<NamedError> = Vec::new();
    for types in clauses {
        let named: Vec<Option<Vec<NamedError>>> = types.iter().map(|&t| project.error_classes(t)).collect();
        let known = !named.is_empty() && named.iter().all(Option::is_some);
        let named: Vec<NamedError> = named.into_iter().flatten().flatten().collect();
        if known {
            report(project, &named, &earlier, findings);
        }
        earlier.extend(named);
    }
}

fn branches_of(project: &Project, conditions: &[NodeRef], findings: &mut Vec<Finding>) {
    let mut earlier: Vec<(ClassTest, NamedError)> = Vec::new();
    for &condition in conditions {
        for test in project.class_tests(condition, true) {
            let named: Option<Vec<_>> = test.classes.iter().map(|&c| project.error_classes(c)).collect();
            let Some(named) = named else { continue };
            let named: Vec<NamedError> = named.into_iter().flatten().collect();
            // Two branches that do the same: it does not matter which of them is taken.
            let same = earlier
                .iter()
                .filter(|e| e.0.variable == test.variable && !project.branch_alike(e.0.at, condition))
                .map(|e| e.1.clone());
            report(project, &named, &same.collect::<Vec<_>>(), findings);
        }
        // Only what alone decides a branch leaves nothing for later ones.
        for test in project.class_tests(condition, false) {
            let named = test.classes.iter().filter_map(|&c| project.error_classes(c)).flatten();
            earlier.extend(named.map(|n| (test.clone(), n)).collect::<Vec<_>>());
        }
    }
}

fn report(project: &Project, named: &[NamedError], earlier: &[NamedError], findings: &mut Vec<Finding>) {
    // The SDKs' own classes and those of HTTP libraries; other errors are not the matter here.
    if named.is_empty() || named.iter().any(|n| n.tree.root.is_some()) {
        return;
    }
    let covers: Vec<Option<&NamedError>> =
        named.iter().map(|n| earlier.iter().find(|e| project.derives(n, e) == Tri::Yes)).collect();
    let (Some(Some(base)), true) = (covers.first(), covers.iter().all(Option::is_some)) else { return };
    let Some(first) = named.first() else { return };
    if project.is_test(first.at) || findings.iter().any(|f| f.primary.at == project.location(first.at)) {
        return;
    }
    findings.push(
        Finding::new(
            &RULE,
            project.location(first.at),
            match base.name == first.name {
                true => format!("this handler never runs: `{}` is caught before", first.name),
                false => format!(
                    "this handler never runs: `{}` is a `{}`, which is caught before",
                    first.name, base.name
                ),
            },
        )
        .label("never reached")
        .related(project.location(base.at), "catches it first")
        .help(match base.name == first.name {
            true => "remove it, or name in the first handler what is meant to be told apart".to_string(),
            false => format!("put it before the handler of `{}`: derived classes come first", base.name),
        }),
    );
}
