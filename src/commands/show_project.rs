//! `claude-lint show-project`.

use std::fmt::Write as _;
use std::path::PathBuf;

use claude_lint::config::{self, Given, Rulebook, WrapperNeedles};
use claude_lint::error::Error;
use claude_lint::linter::{self, Config, Progress};
use claude_lint::overview::{Overview, RequestUse, Retries, Spot};
use claude_lint::sdk::date::Date;
use claude_lint::sdk::models::Status;
use claude_lint::source::{Globs, WalkOptions, bounds};
use serde::Serialize;

use super::check::{directory, globs, say_skipped, threads};
use super::progress::with_progress;
use super::terminal::print;
use super::{CLEAN, FAILED};
use crate::cli::{ListFormat, ShowProjectArgs};

/// Raised when a field changes its meaning or goes; new fields do not raise it.
const VERSION: u32 = 1;

/// What programs read.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    as_of: Date,
    #[serde(flatten)]
    overview: &'a Overview,
}

/// Prints what is understood of a project.
pub(crate) fn run(args: &ShowProjectArgs) -> Result<u8, Error> {
    let mut walk = WalkOptions {
        exclude: args.exclude.iter().flat_map(|list| globs(list)).collect(),
        ignore_files: !args.no_ignore,
        ..walk(&args.paths, directory()?)
    };
    let as_of = args.as_of.unwrap_or_else(Date::today);
    let bounds = bounds(&walk);
    let base = config::Config::nearest(&walk.directory, &bounds)?.unwrap_or_default();
    base.govern(&mut walk, Some(&bounds));
    let rulebook = Rulebook::new(Given::default(), config::Config::default(), base, Some(bounds))?;
    let config = Config { walk, given: None, rulebook, as_of };
    let progress = Progress::default();
    let survey = with_progress(true, &progress, || linter::survey(&config, &progress))?;
    say_skipped(&survey.notes, &survey.problems, false);
    let text = match args.output_format {
        ListFormat::Text => text(&survey.overview),
        ListFormat::Json => {
            let document = Document { version: VERSION, as_of, overview: &survey.overview };
            let json = serde_json::to_string_pretty(&document).unwrap_or_default();
            format!("{json}\n")
        }
    };
    print(&text)?;
    Ok(if survey.problems.is_empty() { CLEAN } else { FAILED })
}

/// A walk over some paths by nothing but them.
pub(super) fn walk(paths: &[PathBuf], directory: PathBuf) -> WalkOptions {
    WalkOptions {
        paths: paths.to_vec(),
        directory,
        exclude: Vec::new(),
        excluded: Globs::default(),
        rule_folders: Vec::new(),
        wrappers: WrapperNeedles::default(),
        force_exclude: false,
        ignore_files: true,
        threads: threads(None),
    }
}

/// The overview for people: a paragraph for each kind of thing, a line or two for each thing.
fn text(overview: &Overview) -> String {
    let mut out = String::new();
    section(&mut out, "packages", &overview.packages, |package| {
        let line = package.line.map_or_else(String::new, |line| format!(":{line}"));
        let locked = if package.locked { ", locked" } else { "" };
        format!("{} {}{locked}  {}{line}", package.name, package.versions, package.path)
    });
    section(&mut out, "clients", &overview.clients, |client| {
        let options: Vec<String> =
            client.options.iter().map(|option| format!("{}={}", option.name, option.value)).collect();
        let requests = counted(client.requests, "request");
        let mut text = format!("{}  {}\n{requests}", client.kind, place(&client.at));
        if !options.is_empty() {
            let _ = write!(text, "; {}", options.join(", "));
        }
        text
    });
    section(&mut out, "requests", &overview.requests, request);
    section(&mut out, "wrappers", &overview.wrappers, |wrapper| {
        let calls = wrapper.callers.iter().map(place).collect::<Vec<_>>().join(", ");
        let requests = counted(wrapper.requests.len(), "request");
        format!("{}  {}\n{requests}; called at {calls}", wrapper.function, place(&wrapper.at))
    });
    section(&mut out, "tool loops", &overview.tool_loops, |found| {
        let bound = found.bound.as_ref().map_or_else(String::new, |at| format!(" ({})", place(at)));
        format!("{}  {}\nbounded: {}{bound}", found.form, place(&found.at), found.bounded)
    });
    section(&mut out, "models", &overview.models, |model| {
        let status = match model.status {
            Some(Status::Active) => "active",
            Some(Status::Deprecated) => "deprecated",
            Some(Status::Retired) => "retired",
            None => "unknown",
        };
        let day = model.retires.as_ref().map_or_else(String::new, |day| format!(", ends {day}"));
        let places = model.at.iter().map(place).collect::<Vec<_>>().join(", ");
        format!("{}  {status}{day}\n{places}", model.id)
    });
    if out.is_empty() {
        out.push_str("no code that calls Claude\n");
    }
    out
}

fn section<T>(out: &mut String, title: &str, list: &[T], entry: impl Fn(&T) -> String) {
    if list.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{title} ({})", list.len());
    for item in list {
        for (index, line) in entry(item).lines().enumerate() {
            let indent = if index == 0 { "  " } else { "      " };
            let _ = writeln!(out, "{indent}{line}");
        }
    }
}

fn request(request: &RequestUse) -> String {
    let function = request.function.as_ref().map_or_else(String::new, |name| format!(" in {name}"));
    let models = if request.models.is_empty() { "unknown".to_string() } else { request.models.join(" or ") };
    let mut text = format!(
        "{}  {}{function}{}\nmodel {models}; max_tokens {}; streamed {}; timeout {}; {}",
        request.call,
        place(&request.at),
        if request.test { " (test)" } else { "" },
        request.max_tokens,
        request.streamed,
        request.timeout,
        retries(&request.retries),
    );
    if let Some(version) = &request.api_version {
        let _ = write!(text, "; API {version}");
    }
    if !request.clients.is_empty() {
        let clients = request.clients.iter().map(place).collect::<Vec<_>>().join(", ");
        let _ = write!(text, "\nclient made at {clients}");
    }
    text
}

fn retries(retries: &Retries) -> String {
    let client = match retries.client {
        "yes" => "retried by its client",
        "off" => "retries of its client switched off",
        "none" => "not retried by its client",
        _ => "retries of its client unknown",
    };
    let mut text = client.to_string();
    if !retries.around.is_empty() {
        let around = retries.around.iter().map(place).collect::<Vec<_>>().join(", ");
        let _ = write!(text, ", and at {around}");
    }
    if let Some(at) = &retries.unknown {
        let _ = write!(text, ", perhaps at {}", place(at));
    }
    text
}

fn place(at: &Spot) -> String {
    match at.cell {
        Some(cell) => format!("{}:cell {cell}:{}:{}", at.path, at.line, at.column),
        None => format!("{}:{}:{}", at.path, at.line, at.column),
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
