//! The tool and its rules in SARIF.

use serde_json::{Value, json};

use super::text::{limited, plain};
use super::{Report, level};
use crate::finding::Severity;
use crate::rules::{Rule, page};

/// Descriptor of everything that kept a run from being complete.
pub(super) const INCOMPLETE: &str = "incomplete-run";

/// Where to read about the tool: its repository, or else its name among packages, which is
/// an address of its own kind and as good for telling tools apart.
const INFORMATION_URI: &str = if env!("CARGO_PKG_REPOSITORY").is_empty() {
    concat!("pkg:cargo/", env!("CARGO_PKG_NAME"), "@", env!("CARGO_PKG_VERSION"))
} else {
    env!("CARGO_PKG_REPOSITORY")
};

/// GitHub takes no longer descriptions.
const MAX_DESCRIPTION: usize = 1024;

/// Rules about keys that leave the process: score of the severity and class of weakness.
const SECURITY: &[(&str, &str, &str)] = &[
    ("hardcoded-api-key", "8.0", "external/cwe/cwe-798"),
    ("exposed-api-key", "8.0", "external/cwe/cwe-200"),
    ("logged-api-key", "6.5", "external/cwe/cwe-532"),
];

/// The component that made the results.
pub(super) fn driver(report: &Report<'_>) -> Value {
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "fullName": concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")),
        "informationUri": INFORMATION_URI,
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": report.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
        "notifications": [{
            "id": INCOMPLETE,
            "name": camel_case(INCOMPLETE),
            "shortDescription": { "text": "Part of the code was not linted." },
            "fullDescription": { "text": "A file could not be read or parsed, or a rule failed, so that \
                                          findings may be missing." },
            "help": { "text": "See the message for the file and the reason." },
            "defaultConfiguration": { "level": "warning" },
        }],
    })
}

fn descriptor(rule: &Rule) -> Value {
    let summary = super::text::sentence(rule.summary);
    let description = page::section(rule.docs, "What it does")
        .map(|text| plain(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| summary.clone());
    let readable = page::readable(rule.docs);
    let markdown = if readable.trim().is_empty() { summary.clone() } else { readable };
    let fix = page::section(rule.docs, "How to fix").filter(|text| !text.is_empty());
    let mut descriptor = json!({
        "id": rule.id,
        "name": camel_case(rule.id),
        "shortDescription": { "text": limited(&summary, MAX_DESCRIPTION) },
        "fullDescription": { "text": limited(&description, MAX_DESCRIPTION) },
        "help": { "text": fix.map_or_else(|| summary.clone(), plain_lines), "markdown": markdown },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties(rule),
    });
    if let Some(address) = page::address(rule) {
        descriptor["helpUri"] = address.into();
    }
    descriptor
}

fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

fn properties(rule: &Rule) -> Value {
    let mut tags = vec!["claude-api".to_string(), rule.category.name().to_string()];
    let mut properties = json!({ "precision": if rule.pedantic { "medium" } else { "high" } });
    match SECURITY.iter().find(|(id, ..)| *id == rule.id) {
        Some((_, score, weakness)) => {
            tags.extend(["security".to_string(), (*weakness).to_string()]);
            properties["security-severity"] = (*score).into();
        }
        None => {
            properties["problem.severity"] = match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            }
            .into();
        }
    }
    properties["tags"] = tags.into();
    properties
}

/// `MissingRetry` for `missing-retry`.
fn camel_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let mut characters = word.chars();
            characters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(characters)
        })
        .collect()
}
