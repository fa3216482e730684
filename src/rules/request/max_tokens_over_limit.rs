//! More tokens are asked for than the model gives.

use crate::finding::{Confidence, Finding, Fix, Severity};
use crate::model::{NodeRef, Project, Request};
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "max-tokens-over-limit",
    summary: "`max_tokens` is above what the model can give: the request is a 400",
    docs: include_str!("max_tokens_over_limit.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    for request in project.requests().iter().chain(project.model_objects()) {
        if project.is_test(request.at) || project.raises_output_limit(request) {
            continue;
        }
        let field = project.body_field(request, "max_tokens");
        // Beside a value that is worked out the other may be one that it replaces: `min(tokens, most)`.
        let [at] = field.nodes()[..] else { continue };
        let unset = || project.number_where_unset(at).or_else(|| only(project.numbers_by_default(at)?));
        let Some(tokens) = project.number(at).or_else(unset) else { continue };
        findings.extend(over(project, request, at, tokens));
    }
}

fn only(numbers: Vec<f64>) -> Option<f64> {
    match numbers[..] {
        [number] => Some(number),
        _ => None,
    }
}

fn over(project: &Project, request: &Request, at: NodeRef, tokens: f64) -> Option<Finding> {
    let literals = project.model_literals(request);
    let (limit, model) = project.output_limit(request)?;
    if !project.is_over_limit(request, tokens) {
        return None;
    }
    let who = match model {
        Some(model) => format!("`{}` gives at most {limit}", model.id),
        None => format!("no model gives more than {limit}"),
    };
    let literal = project.file(at.file).number_of(at.node).is_some();
    let sure = if literal { Confidence::High } else { Confidence::Medium };
    let mut finding = Finding::new(
        &RULE,
        project.location(at),
        format!("`max_tokens` is {tokens}, but {who}"),
    )
    .confidence(sure)
    .help(format!(
        "ask for {limit} or less; the API answers 400: `max_tokens: {tokens} > {limit}, which is the maximum \
             allowed number of output tokens`"
    ))
    .fix(project.renumber(at, limit).map(|edit| Fix::safe(format!("ask for {limit}"), vec![edit])));
    if let (Some(_), Some((place, ..))) = (model, literals.first()) {
        finding = finding.related(project.location(*place), "the model");
    }
    Some(finding)
}
