//! Content blocks that the API does not take.

mod plain;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Json, MediaSource, NodeRef, Project, RefusedBlock, Request};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::api::api;

pub(crate) static RULE: Rule = Rule {
    id: "invalid-content-block",
    summary: "a content block the API refuses: a media type or block type it does not know, or a data URL",
    docs: include_str!("invalid_content_block.md"),
    category: Category::Request,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// One fault: where, what, and what the API says.
type Fault = (NodeRef, String, String);

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for source in project.media_sources() {
        if let Some((at, message, help)) = media(project, source) {
            let test = project.is_test(source.json.at);
            let confidence = if test { Confidence::Low } else { Confidence::High };
            once.push(
                Finding::new(&RULE, project.location(project.written(at)), message)
                    .confidence(confidence)
                    .help(help),
            );
        }
    }
    for source in project.media_sources() {
        let Some(given) = source.json.get("media_type").filter(|_| !project.is_test(source.json.at)) else {
            continue;
        };
        let refused = project.refused_by_table(given);
        let Some((first, _)) = refused.first() else { continue };
        let kinds: Vec<String> = refused.iter().map(|(_, kind)| format!("`{kind}`")).collect();
        let message = match &kinds[..] {
            [one] => format!("media type {one} is not taken by the API"),
            _ => format!("media types {} are not taken by the API", kinds.join(", ")),
        };
        let content = &api().content;
        let takes =
            content.image_types.iter().chain(&content.document_types).cloned().collect::<Vec<_>>().join(", ");
        once.push(
            Finding::new(&RULE, project.location(*first), message)
                .related(project.location(project.written(given.at)), "looked up for this block")
                .confidence(Confidence::Medium)
                .help(format!(
                    "the API answers 400 `media_type: Input should be …` to all but {takes}: convert such files, or \
                     refuse them here"
                )),
        );
    }
    for source in project.text_sources().iter().filter(|source| !project.is_test(source.json.at)) {
        let found = plain::not_plain(project, source);
        found.into_iter().for_each(|finding| once.push(finding));
    }
    for (at, what) in project.refused_blocks() {
        let (message, help) = refused(what);
        once.push(Finding::new(&RULE, project.location(at), message).help(help));
    }
    for request in project.requests() {
        for body in project.message_bodies(request) {
            let messages = body.get("messages");
            let later = messages.map_or_else(Vec::new, |list| project.added_items(list));
            let messages = messages.map_or(&[][..], Json::items).iter().chain(&later);
            let contents: Vec<&Json> = messages.filter_map(|m| m.get("content")).collect();
            let added: Vec<Json> = contents.iter().flat_map(|content| project.added_items(content)).collect();
            for block in contents.into_iter().flat_map(Json::items).chain(&added) {
                let fault = foreign(block).or_else(|| by_reference(request, block));
                if let Some((at, message, help)) = fault {
                    once.push(
                        Finding::new(&RULE, project.location(project.written(at)), message)
                            .confidence(project.evidence(request, at))
                            .related(project.call_location(request.at), "sent here")
                            .help(help),
                    );
                }
            }
        }
    }
}

/// Blocks of earlier turns in a form that the API does not take.
fn refused(what: RefusedBlock) -> (&'static str, &'static str) {
    match what {
        RefusedBlock::UnsignedThinking => (
            "this thinking block has no `signature`",
            "send thinking blocks back as they came, signature included, or leave them out: the API answers 400 \
             `thinking.signature: Field required`",
        ),
        RefusedBlock::InputText => (
            "the `input` of a `tool_use` block is an object, not its JSON text",
            "give the object itself: the API answers 400 `tool_use.input: Input should be a valid dictionary`",
        ),
        RefusedBlock::EmptyError => (
            "a failed tool result needs a text",
            "say what went wrong: the API answers 400 `content cannot be empty if is_error is true`",
        ),
    }
}

/// Bytes in a block: their type, and whether they are bare base64.
fn media(project: &Project, source: &MediaSource) -> Option<Fault> {
    let content = &api().content;
    let data = source.json.get("data")?;
    if let Some(text) = project.written_text(data)
        && text.starts_with("data:")
    {
        return Some((
            data.at,
            "the data is a data URL, not bare base64".to_string(),
            "strip everything up to the comma: the API answers 400 `invalid base64 data`".to_string(),
        ));
    }
    let given = source.json.get("media_type")?;
    if let Some(suffix) = project.suffix_as_type(given) {
        return Some((
            suffix,
            "a suffix is no media type: `.jpg` gives `image/jpg`, which the API does not take".to_string(),
            "map the suffixes, `jpg` to `image/jpeg`: the API answers 400 `media_type: Input should be …` to `image/jpg`"
                .to_string(),
        ));
    }
    // The empty default of a field stands for one that is not set.
    let kind = project.written_text(given)?.known().filter(|kind| !kind.is_empty())?;
    let image = content.image_types.contains(&kind);
    let (fits, takes) = match source.block.as_deref() {
        Some("image") => (image, content.image_types.join(", ")),
        Some("document") => (kind == "application/pdf", "application/pdf".to_string()),
        _ => (image || content.document_types.contains(&kind), content.image_types.join(", ")),
    };
    (!fits).then(|| {
        (
            given.at,
            format!("media type `{kind}` is not taken here"),
            format!("it is one of {takes}: the API answers 400 `media_type: Input should be …` to others; convert the rest"),
        )
    })
}

/// Blocks of other vendors' APIs.
fn foreign(block: &Json) -> Option<Fault> {
    let kind = block.get("type")?;
    let name = kind.text()?;
    if !api().content.foreign_blocks.contains(&name) {
        return None;
    }
    let instead = match &*name {
        "image_url" | "input_image" => {
            "use `{\"type\": \"image\", \"source\": {\"type\": \"base64\", \"media_type\": …, \"data\": …}}`, or a source of type \
             `url`"
        }
        "file" => "use a block of type `document`",
        _ => "use a block of type `text`",
    };
    Some((
        kind.at,
        format!("there is no content block of type `{name}` in the Messages API"),
        format!(
            "{instead}: the API answers 400 `Input tag '{name}' found using 'type' does not match any of the expected tags`"
        ),
    ))
}

/// Blocks that name their bytes, on platforms that take only the bytes themselves.
fn by_reference(request: &Request, block: &Json) -> Option<Fault> {
    let kind = block.get("type")?.text()?;
    let source = block.path(&["source", "type"])?;
    let form = source.text()?;
    if !matches!(&*kind, "image" | "document")
        || !matches!(&*form, "url" | "file")
        || request.clients.is_empty()
    {
        return None;
    }
    let only_bytes = |p: Option<&str>| matches!(p, Some("bedrock" | "vertex"));
    request.clients.iter().all(|c| only_bytes(c.kind.platform.as_deref())).then(|| {
        (
            source.at,
            format!("this platform takes no source of type `{form}`"),
            "send the bytes as base64: Bedrock and Vertex answer 400 to URLs and files".to_string(),
        )
    })
}
