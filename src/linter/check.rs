//! The rules, run over the model, and what of their findings is to be seen.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::copies;
use crate::finding::{Accepted, Finding};
use crate::model::{Background, FileModel, Project};
use crate::rules::Rule;
use crate::source::Problem;
use crate::suppress::Applied;
use crate::{custom, parallel, suppress};

/// What the rules say of a project.
#[derive(Debug)]
pub struct Checked {
    /// The project; a finding's `FileId` is the index of a file.
    pub project: Project,
    /// By path, then place, then rule; what is suppressed or not shown is left out.
    pub findings: Vec<Finding>,
    /// Findings that comments suppress.
    pub suppressed: Vec<Accepted>,
    /// Rules that failed.
    pub problems: Vec<Problem>,
}

/// Links files, runs the rules, and sorts out what is not to be seen.
pub(crate) fn check(models: Vec<Arc<FileModel>>, background: impl Into<Arc<Background>>) -> Checked {
    check_until(models, background.into(), &|| false)
}

/// Checks as [`check`] does, and gives up between two rules where the result is not wanted any more:
/// what the rules found until then is all there is.
pub(crate) fn check_until(
    models: Vec<Arc<FileModel>>,
    background: Arc<Background>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Checked {
    let rules = background.rules.rules();
    let applied = parallel::on_large_stack(|| apply(Project::new(models, background), &rules, stop));
    let (project, findings, problems) = applied.unwrap_or_else(|| {
        let failed = Problem::new(".", "internal error while linking the files");
        (Project::new(Vec::<FileModel>::new(), Background::default()), Vec::new(), vec![failed])
    });
    // Before anything is left out: a comment on a finding that is not shown has its use.
    let Applied { mut findings, mut suppressed } = suppress::apply(&project, &rules, findings);
    let is_shown = |finding: &mut Finding| {
        let file = project.source_file(finding.primary.at.file);
        !file.context && project.rules_of(finding.primary.at.file).admits(finding)
    };
    findings.retain_mut(is_shown);
    suppressed.retain_mut(|accepted| is_shown(&mut accepted.finding));
    sort(&project, &mut findings);
    copies::once(&project, &mut findings);
    Checked { project, findings, suppressed, problems }
}

/// Runs the rules one after the other over the model they share.
fn apply(
    project: Project,
    rules: &[&'static Rule],
    stop: &dyn Fn() -> bool,
) -> (Project, Vec<Finding>, Vec<Problem>) {
    let (mut findings, mut problems) = (Vec::new(), Vec::new());
    for rule in rules {
        if stop() {
            break;
        }
        let mut found = Vec::new();
        match catch_unwind(AssertUnwindSafe(|| (rule.check)(&project, &mut found))) {
            Ok(()) => findings.append(&mut found),
            Err(_) => problems.push(Problem::of_rule(rule.id)),
        }
    }
    custom::answer::check(&project, stop, &mut findings, &mut problems);
    (project, findings, problems)
}

/// By place; what differs in nothing is one finding.
pub(super) fn sort(project: &Project, findings: &mut Vec<Finding>) {
    let key = |f: &Finding| (&project.source_file(f.primary.at.file).path, f.primary.at.span, f.rule.id);
    findings.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message)));
    findings.dedup_by(|a, b| key(a) == key(b) && a.message == b.message);
}
