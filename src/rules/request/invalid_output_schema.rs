//! Schemas that structured output does not take.

use crate::finding::{Finding, Severity};
use crate::model::{Json, JsonEntry, JsonKind, NodeRef, Project, Request, Tri};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;
use crate::sdk::api::api;

pub(crate) static RULE: Rule = Rule {
    id: "invalid-output-schema",
    summary: "the schema of a structured output uses what the API refuses, or lacks `additionalProperties: false`",
    docs: include_str!("invalid_output_schema.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

type Fault = (NodeRef, String, String);

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        for body in project.message_bodies(request) {
            let mut faults: Vec<Fault> = Vec::new();
            if let Some(format) = body.path(&["output_config", "format"]) {
                faults.extend(form(format));
                faults.extend(prefill(project, body));
            }
            if let Some(format) = body.get("output_format").filter(|f| f.is_object()) {
                faults.extend(form(format));
            }
            for input in strict_inputs(body) {
                schema(input, &mut faults, 0);
            }
            for schema in formats(body).chain(strict_inputs(body)) {
                if let Some(class) = project.class_of_open_schema(schema.at) {
                    once.push(of_class(project, request, schema.at, class));
                }
            }
            for (at, message, help) in faults {
                once.push(
                    Finding::new(&RULE, project.location(project.written(at)), message)
                        .confidence(project.evidence(request, at))
                        .related(project.call_location(request.at), "sent here")
                        .help(help),
                );
            }
            if let Some(finding) = old_place(project, request, body) {
                once.push(finding);
            }
        }
    }
}

/// The schemas of what a body asks for.
fn formats(body: &Json) -> impl Iterator<Item = &Json> {
    let formats = [body.path(&["output_config", "format"]), body.get("output_format")];
    formats.into_iter().flatten().filter_map(|format| format.get("schema"))
}

/// The schemas of tools whose input the API holds to them.
fn strict_inputs(body: &Json) -> impl Iterator<Item = &Json> {
    let tools = body.get("tools").map_or(&[][..], Json::items).iter();
    let strict = tools.filter(|tool| tool.get("strict").and_then(Json::bool) == Some(true));
    strict.filter_map(|tool| tool.get("input_schema"))
}

/// A schema that a library makes of a class, which lets further fields pass.
fn of_class(project: &Project, request: &Request, at: NodeRef, class: NodeRef) -> Finding {
    Finding::new(&RULE, project.location(at), "the schema of this class does not say `additionalProperties: false`")
        .confidence(project.evidence(request, at))
        .related(project.head_location(class), "nothing here refuses further fields")
        .related(project.call_location(request.at), "sent here")
        .help(
            "write `model_config = ConfigDict(extra=\"forbid\")` in the class and in those of its fields, or give the class \
             itself to `messages.parse`: the API answers 400 `For 'object' type, 'additionalProperties' must be \
             explicitly set to false`",
        )
}

/// The old field at the top.
fn old_place(project: &Project, request: &Request, body: &Json) -> Option<Finding> {
    let format = body.get("output_format").filter(|f| f.is_object())?;
    let keywords = request.kind.body.iter().any(|b| b == "*");
    // Where the pinned SDK no longer takes it, `removed-sdk-api` says so.
    let package = project.package(request).filter(|_| keywords && request.road == Road::Sdk);
    let gone = package.is_some_and(|package| {
        project.has_change(request.at, package, "output-format-dict-removed").0 == Tri::Yes
    });
    if gone {
        return None;
    }
    Some(
        Finding::new(&RULE, project.location(format.at), "`output_format` is deprecated at the top of a request")
            .severity(Severity::Warning)
            .confidence(project.evidence(request, format.at))
            .related(project.call_location(request.at), "sent here")
            .help("put it into `output_config` as `format`: `{\"type\": \"json_schema\", \"schema\": …}` needs no beta header there"),
    )
}

fn form(format: &Json) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(kind) = format.get("type")
        && kind.text().is_some_and(|t| t != "json_schema")
    {
        faults.push((
            kind.at,
            "the only format of structured output is `json_schema`".to_string(),
            "write `{\"type\": \"json_schema\", \"schema\": …}`: the API answers 400 to others".to_string(),
        ));
    } else if format.get("json_schema").is_some() {
        faults.push((
            format.at,
            "`json_schema` is the form of another vendor's API".to_string(),
            "put the schema into `schema` beside `\"type\": \"json_schema\"`: the API answers 400 `schema: Field required`"
                .to_string(),
        ));
    }
    if let Some(found) = format.get("schema") {
        schema(found, &mut faults, 0);
    }
    faults
}

/// What a schema may not hold, at any depth.
fn schema(json: &Json, faults: &mut Vec<Fault>, depth: u32) {
    const LISTS: &[&str] = &["anyOf", "allOf", "oneOf", "prefixItems"];
    const NAMED: &[&str] = &["properties", "$defs", "definitions", "patternProperties"];
    if depth > 24 || !json.is_object() {
        return;
    }
    let object = json.get("type").is_some_and(|t| t.is_text("object"));
    let closed = json.get("additionalProperties");
    let open = match closed {
        None => object && json.lacks("additionalProperties"),
        Some(value) => value.bool() == Some(true) || value.is_object(),
    };
    if open && object {
        faults.push((
            closed.map_or(json.at, |c| c.at),
            "an object of this schema does not say `additionalProperties: false`".to_string(),
            "add it to every object: the API answers 400 `For 'object' type, 'additionalProperties' must be explicitly set \
             to false`"
                .to_string(),
        ));
    }
    let is_refused = |entry: &&JsonEntry| {
        let refused = api().request.refused_schema_keywords.iter().any(|k| *k == *entry.key);
        let many = &*entry.key == "minItems" && entry.value.number().is_some_and(|n| n > 1.0);
        (refused || many) && !matches!(entry.value.kind, JsonKind::Object { .. } | JsonKind::Null)
    };
    let refused: Vec<&JsonEntry> = json.entries().iter().filter(is_refused).collect();
    if let Some(first) = refused.first() {
        let names: Vec<String> = refused.iter().map(|entry| format!("`{}`", entry.key)).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        faults.push((
            first.value.at,
            format!("{} {verb} not supported in schemas of structured output", names.join(" and ")),
            "say it in the `description` and check it after the answer: the API answers 400 to this keyword"
                .to_string(),
        ));
    }
    for key in NAMED {
        for entry in json.get(key).map_or(&[][..], Json::entries) {
            schema(&entry.value, faults, depth + 1);
        }
    }
    for key in LISTS {
        for item in json.get(key).map_or(&[][..], Json::items) {
            schema(item, faults, depth + 1);
        }
    }
    if let Some(items) = json.get("items") {
        schema(items, faults, depth + 1);
    }
}

fn prefill(project: &Project, body: &Json) -> Option<Fault> {
    let last = project.last_message(body)?;
    let role = last.get("role").filter(|r| r.is_text("assistant"))?;
    Some((
        role.at,
        "structured output does not go with an assistant turn at the end".to_string(),
        "end with a user turn: the API answers 400; the schema gives the answer its form".to_string(),
    ))
}
