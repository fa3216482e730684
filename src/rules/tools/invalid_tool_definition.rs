//! Definitions of tools that the API does not take.

mod choice;

use rustc_hash::FxHashMap;

use crate::finding::{Finding, Severity};
use crate::model::{Json, JsonKind, NodeRef, Project, Request};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::api::api;
use choice::{choice, possible_choice};

pub(crate) static RULE: Rule = Rule {
    id: "invalid-tool-definition",
    summary: "a tool definition or `tool_choice` the API refuses: its name, its schema, or another vendor's form",
    docs: include_str!("invalid_tool_definition.md"),
    category: Category::Tools,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

type Fault = (NodeRef, String, String);

/// What is right for the vendor whose form it is.
const FOREIGN_FORM: &str = "this is another vendor's form of a tool";

/// How the message about a required field ends that is none.
const NO_PROPERTY: &str = "is required but no property of the schema";

/// Longest name of a tool.
const MAX_NAME: usize = 64;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for request in project.requests() {
        for body in project.message_bodies(request) {
            let mut faults: Vec<Fault> = Vec::new();
            let tools = body.get("tools").map_or(&[][..], Json::items);
            faults.extend(tools.iter().filter_map(|t| tool(project, t)));
            let each = body.get("tools").and_then(|tools| project.each_made(tools.at));
            faults.extend(each.and_then(|each| tool(project, &each)));
            faults.extend(repeated(tools));
            faults.extend(body.get("tool_choice").and_then(choice));
            if body.get("tool_choice").is_none_or(|c| c.kind == JsonKind::Unknown)
                && let Some((at, literal, fault)) = possible_choice(project, request)
            {
                once.push(
                    finding(project, request, at, fault)
                        .related(project.location(literal), "this text, for one"),
                );
            }
            faults.retain(|(at, message, _)| {
                !(message == FOREIGN_FORM && project.is_given_to_one_of_several(request, *at))
            });
            for (at, message, help) in faults {
                let place = project.written(at);
                once.push(finding(project, request, place, (at, message, help)));
            }
        }
    }
}

fn finding(project: &Project, request: &Request, place: NodeRef, (at, message, help): Fault) -> Finding {
    // The API takes such a schema; the model is misled by it.
    let severity = if message.ends_with(NO_PROPERTY) { Severity::Warning } else { Severity::Error };
    Finding::new(&RULE, project.location(place), message)
        .severity(severity)
        .confidence(project.evidence(request, at))
        .related(project.call_location(request.at), "sent here")
        .help(help)
}

fn tool(project: &Project, tool: &Json) -> Option<Fault> {
    let kind = tool.get("type").and_then(Json::text);
    if kind.as_deref() == Some("function") || tool.get("function").is_some_and(Json::is_object) {
        return Some((
            tool.get("type").map_or(tool.at, |t| t.at),
            FOREIGN_FORM.to_string(),
            "write `name`, `description` and `input_schema` at the top of the tool: the API answers 400 `Input tag 'function' \
             found using 'type' does not match any of the expected tags`"
                .to_string(),
        ));
    }
    if tool.get("custom").is_some_and(Json::is_object) && tool.lacks("name") {
        return Some((
            tool.get("custom").map_or(tool.at, |inner| inner.at),
            "the definition of this tool stands one level too deep".to_string(),
            "write `name`, `description` and `input_schema` at the top of the tool, beside its `type`: the API answers 400 \
             `tools.0.custom.name: Field required`"
                .to_string(),
        ));
    }
    // Tools of the API have a type of their own and no schema.
    if kind.as_deref().is_some_and(|k| k != "custom") || tool.get("type").is_some() && kind.is_none() {
        return None;
    }
    if let Some((at, name)) = tool.get("name").and_then(|n| Some((n.at, project.written_text(n)?.known()?)))
        && !is_name(&name)
    {
        return Some((
            at,
            format!("`{name}` is no name for a tool"),
            format!(
                "use letters, digits, `_` and `-`, at most {MAX_NAME}: the API answers 400 `name: String should match \
                 pattern '{}'`",
                api().tools.name_pattern
            ),
        ));
    }
    if !tool.entries().iter().any(|e| matches!(&*e.key, "name" | "description")) {
        return None;
    }
    if tool.lacks("input_schema") {
        let foreign = ["parameters", "inputSchema", "schema"].into_iter().find(|k| tool.get(k).is_some());
        let hint = foreign.map(|f| format!("; `{f}` is its name in another API")).unwrap_or_default();
        return Some((
            tool.at,
            "the tool has no `input_schema`".to_string(),
            format!(
                "add it, `{{\"type\": \"object\", \"properties\": {{}}}}` where there is no input: the API answers 400 `input_schema: \
                 Field required`{hint}"
            ),
        ));
    }
    schema(tool.get("input_schema")?)
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn schema(schema: &Json) -> Option<Fault> {
    if !schema.is_object() {
        return None;
    }
    match schema.get("type") {
        Some(kind) => {
            let name = kind.text()?;
            if name != "object" {
                return Some((
                    kind.at,
                    format!("the input of a tool is an object, not `{name}`"),
                    "wrap it into an object with one property: the API answers 400 `input_schema.type: Input should be \
                     'object'`"
                        .to_string(),
                ));
            }
        }
        None if schema.lacks("type") && schema.lacks("$ref") => {
            return Some((
                schema.at,
                "the schema of a tool's input has no `type`".to_string(),
                "write `\"type\": \"object\"`: the API answers 400 `input_schema.type: Field required`"
                    .to_string(),
            ));
        }
        None => {}
    }
    let properties = schema.get("properties").filter(|p| p.is_object() && p.is_whole());
    let names = schema.get("required")?;
    let unknown = names.items().iter().find_map(|r| {
        let name = r.text()?;
        let lacks = match properties {
            Some(properties) => properties.lacks(&name),
            None => schema.lacks("properties"),
        };
        lacks.then_some((r.at, name))
    })?;
    Some((
        unknown.0,
        format!("`{}` {NO_PROPERTY}", unknown.1),
        "name it as it is named in `properties`: the model is told to give what it cannot know of, and strict tools are a \
         400"
        .to_string(),
    ))
}

fn repeated(tools: &[Json]) -> Option<Fault> {
    let mut seen: FxHashMap<String, NodeRef> = FxHashMap::default();
    for tool in tools {
        let Some(name) = tool.get("name") else { continue };
        let Some(text) = name.text() else { continue };
        if seen.get(&text).is_some_and(|&at| at != name.at) {
            return Some((
                name.at,
                format!("two tools are called `{text}`"),
                "give each its own name: the API answers 400 `Tool names must be unique.`".to_string(),
            ));
        }
        seen.insert(text, name.at);
    }
    None
}
