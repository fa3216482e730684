//! `claude-lint test`.

use claude_lint::custom::RuleSet;
use claude_lint::custom::verify::{Verified, verify};
use claude_lint::error::Error;
use claude_lint::report::neutralize;

use super::check::{directory, plural};
use super::terminal::{print, say};
use super::{CLEAN, FOUND, settings};
use crate::cli::TestArgs;

/// Lints the examples of custom rules and says where they differ from their marks.
pub(crate) fn run(args: &TestArgs) -> Result<u8, Error> {
    let directory = directory()?;
    let set: RuleSet = match args.folders.is_empty() {
        true => settings::custom_rules()?,
        false => settings::named_rules(&args.folders, &directory)?,
    };
    if set.rules.is_empty() {
        say("nothing to test: there are no custom rules here; name their folder, or set `custom-rules`");
        return Ok(CLEAN);
    }
    let mut all = Verified::default();
    for rule in set.rules.iter() {
        let mut verified = verify(rule, &directory);
        if verified.cases == 0 && verified.failures.is_empty() {
            say(&format!("warning: `{}` has no examples", rule.rule.id));
        } else if verified.marks == 0 && verified.failures.is_empty() {
            say(&format!(
                "warning: no example of `{}` has a mark: nothing shows that it finds anything",
                rule.rule.id
            ));
        }
        all.cases += verified.cases;
        all.marks += verified.marks;
        all.failures.append(&mut verified.failures);
    }
    let text = all.failures.concat();
    print(&text.lines().map(|line| format!("{}\n", neutralize(line))).collect::<String>())?;
    let failed =
        if all.failures.is_empty() { "all as marked".into() } else { plural(all.failures.len(), "failure") };
    say(&format!("{failed} ({}, {})", plural(set.rules.len(), "rule"), plural(all.cases, "example")));
    Ok(if all.failures.is_empty() { CLEAN } else { FOUND })
}
