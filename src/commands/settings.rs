//! What a run works with: from arguments and configuration files.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use claude_lint::config::document::FailOn;
use claude_lint::config::{Config, Given, Rulebook, WrapperNeedles};
use claude_lint::custom::{self, RuleSet};
use claude_lint::error::Error;
use claude_lint::finding::Severity;
use claude_lint::linter;
use claude_lint::report::neutralize;
use claude_lint::sdk::date::Date;
use claude_lint::source::{GivenText, Globs, WalkOptions, bounds};

use super::check::{directory, globs, threads};
use super::terminal::say;
use super::{environment, show_project};
use crate::cli::{self, CheckArgs, ConfigArgs, FileArgs, SeverityArg};

/// The settings of a run.
pub(super) struct Settings {
    pub(super) config: linter::Config,
    /// What holds in the working directory.
    pub(super) effective: Config,
    pub(super) fail_on: FailOn,
}

/// Reads arguments and configuration.
pub(super) fn settings(args: &CheckArgs) -> Result<Settings, Error> {
    for words in environment::unread() {
        say(&format!("warning: {}", neutralize(&words)));
    }
    let directory = directory()?;
    let dash = Path::new("-");
    let given = given(&args.files, args.paths.iter().any(|path| path == dash))?;
    let mut walk = WalkOptions {
        paths: args.paths.iter().filter(|path| *path != dash).cloned().collect(),
        exclude: args.files.exclude.iter().flat_map(|list| globs(list)).collect(),
        ignore_files: !args.files.no_ignore,
        threads: threads(args.files.threads),
        excluded: Globs::default(),
        rule_folders: Vec::new(),
        wrappers: WrapperNeedles::default(),
        force_exclude: args.files.force_exclude,
        directory,
    };
    let bounds = bounds(&walk);
    let custom = named_rules(&args.rules.rules_dir, &walk.directory)?;
    let (base, nearest) = base(&args.config, &walk.directory, &bounds)?;
    let known = custom::joined(&base.custom, &custom)?;
    let inline = inline(&args.config, &walk.directory, &bounds, &known)?;
    let effective = inline.clone().over(base.clone());
    effective.govern(&mut walk, nearest.then_some(&*bounds));
    walk.rule_folders.extend(custom.folders.iter().cloned());
    let rules = &args.rules;
    let by_hand = Given {
        select: rules.select.clone(),
        ignore: rules.ignore.clone(),
        pedantic: rules.pedantic,
        min_severity: rules.min_severity.map(severity),
        custom,
    };
    let rulebook = Rulebook::new(by_hand, inline, base, nearest.then_some(bounds))?;
    let fail_on = rules.fail_on.map(fail_on).or(effective.fail_on).unwrap_or(FailOn::Warning);
    let as_of = rules.as_of.unwrap_or_else(Date::today);
    Ok(Settings { config: linter::Config { walk, given, rulebook, as_of }, effective, fail_on })
}

/// The custom rules of the working directory's configuration.
pub(super) fn custom_rules() -> Result<RuleSet, Error> {
    let here = show_project::walk(&[PathBuf::from(".")], directory()?);
    Ok(Config::nearest(&here.directory, &bounds(&here))?.unwrap_or_default().custom)
}

/// The custom rules in folders that are named by hand.
pub(super) fn named_rules(folders: &[PathBuf], directory: &Path) -> Result<RuleSet, Error> {
    let mut set = RuleSet::default();
    for folder in folders {
        set = custom::joined(&set, &custom::named(&directory.join(folder))?)?;
    }
    Ok(set)
}

/// Whether a value of `--config` is a setting; a path with `=` in it is given as ./a=b.toml.
fn is_setting(text: &str) -> bool {
    text.contains('=') && !text.starts_with(['.', '/'])
}

/// What is set on the command line; later settings win.
fn inline(args: &ConfigArgs, directory: &Path, bounds: &[PathBuf], known: &RuleSet) -> Result<Config, Error> {
    let mut inline = Config::default();
    for setting in args.config.iter().filter(|text| is_setting(text)) {
        inline = Config::inline(setting, directory, bounds, known)?.over(inline);
    }
    Ok(inline)
}

/// The configuration of the working directory, and whether files below others have those.
fn base(args: &ConfigArgs, directory: &Path, bounds: &[PathBuf]) -> Result<(Config, bool), Error> {
    let mut named = args.config.iter().filter(|text| !is_setting(text)).peekable();
    if named.peek().is_none() && !args.no_config {
        return Ok((Config::nearest(directory, bounds)?.unwrap_or_default(), true));
    }
    let mut base = Config::default();
    for file in named {
        base = Config::read(&directory.join(file), bounds)?.over(base);
    }
    Ok((base, false))
}

fn given(args: &FileArgs, wanted: bool) -> Result<Option<GivenText>, Error> {
    match (&args.stdin_filename, wanted) {
        (Some(path), true) => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map_err(Error::Stdin)?;
            Ok(Some(GivenText { path: path.clone(), bytes }))
        }
        (None, true) => Err(Error::UnnamedStdin),
        (Some(_), false) => Err(Error::UnreadStdin),
        (None, false) => Ok(None),
    }
}

fn severity(arg: SeverityArg) -> Severity {
    match arg {
        SeverityArg::Error => Severity::Error,
        SeverityArg::Warning => Severity::Warning,
        SeverityArg::Info => Severity::Info,
    }
}

fn fail_on(arg: cli::FailOn) -> FailOn {
    match arg {
        cli::FailOn::Error => FailOn::Error,
        cli::FailOn::Warning => FailOn::Warning,
        cli::FailOn::Info => FailOn::Info,
        cli::FailOn::Never => FailOn::Never,
    }
}

/// A configuration as a file would say it, and where it comes from.
pub(super) fn shown(config: &Config) -> String {
    let mut text: String = config.files.iter().map(|path| format!("# from {}\n", path.display())).collect();
    if config.files.is_empty() {
        text.push_str("# no configuration file\n");
    }
    text.push_str(&config.to_toml());
    text
}
