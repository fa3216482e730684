//! A media type that is a guess.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{ByteOrigin, ByteRead, MediaSource, NodeRef, Project, Topic};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::api::api;

pub(crate) static RULE: Rule = Rule {
    id: "hardcoded-media-type",
    summary: "the media type of an image is written down although nothing here knows what the bytes are",
    docs: include_str!("hardcoded_media_type.md"),
    category: Category::Request,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// What code says that looks at the bytes or the name, or makes the image itself.
const LOOKS: Topic = Topic { parts: "media-type-parts", words: "media-type-words" };

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for source in project.media_sources() {
        if project.is_test(source.json.at) {
            continue;
        }
        let Some(given) = source.json.get("media_type") else { continue };
        if let Some((test, kind)) = project.text_by_prefix(given.at, "image/") {
            once.push(
                Finding::new(
                    &RULE,
                    project.location(given.at),
                    format!("every type that begins with `image/` passes, and what is none is said to be `{kind}`"),
                )
                .label("HEIC, AVIF, SVG and TIFF pass as well")
                .related(project.location(test), "the test")
                .help(
                    "let only `image/jpeg`, `image/png`, `image/gif` and `image/webp` pass and refuse or convert the rest: \
                     the API answers 400 to others, and to a type that the bytes are not of",
                ),
            );
            continue;
        }
        let Some(kind) = project.written_text(given).and_then(|t| t.known()) else { continue };
        if !api().content.image_types.contains(&kind) {
            continue;
        }
        if let Some(read) = unknown_bytes(project, source, &kind) {
            once.push(finding(project, given.at, &kind, read));
        }
    }
}

fn unknown_bytes(project: &Project, source: &MediaSource, kind: &str) -> Option<ByteRead> {
    let reads = project.byte_reads(source.json.get("data")?.at, LOOKS);
    let mut places: Vec<NodeRef> = reads.iter().map(|r| r.at).collect();
    places.extend(reads.iter().flat_map(|r| project.lists_of_read(r.at)));
    places.push(source.json.at);
    let read = *reads.first()?;
    let known = kind == "image/jpeg" && project.is_spoken_of(&places, Topic::CHAT_PHOTOS);
    (!known && !project.is_spoken_of(&places, LOOKS)).then_some(read)
}

fn finding(project: &Project, at: NodeRef, kind: &str, read: ByteRead) -> Finding {
    let whence = match read.origin {
        ByteOrigin::Download => "downloaded here",
        ByteOrigin::Upload => "sent by somebody",
        ByteOrigin::DataUrl => "cut out of a data URL, which names the type",
        ByteOrigin::File => "read here, whatever they are",
    };
    Finding::new(&RULE, project.location(at), format!("the bytes are said to be `{kind}` and nothing looks at what they are"))
        .related(project.call_location(read.at), whence)
        .confidence(if read.at.file == at.file { Confidence::High } else { Confidence::Medium })
        .help(
            "take the type from the first bytes or the file's suffix, and convert what is none of JPEG, PNG, GIF and WebP: \
             the API answers 400 `Image does not match the provided media type` to a wrong one",
        )
}
