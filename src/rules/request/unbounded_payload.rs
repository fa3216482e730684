//! Bytes of any size put into a request.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{ByteOrigin, ByteRead, NodeRef, Project, Topic};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

pub(crate) static RULE: Rule = Rule {
    id: "unbounded-payload",
    summary: "a file, upload or download of any size goes into the request as base64, with no check, resize or upload",
    docs: include_str!("unbounded_payload.md"),
    category: Category::Request,
    severity: Severity::Warning,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

/// What code says that looks at the size of bytes or makes them smaller.
const BOUNDS: Topic = Topic { parts: "payload-size-parts", words: "payload-size-words" };

/// So many bytes are 32 MB as base64, and more than a request may hold.
const MOST: f64 = 24_000_000.0;

/// Further blocks made of the same bytes that are shown.
const SHOWN: usize = 3;

fn check(project: &Project, findings: &mut Vec<Finding>) {
    // One read, one finding, however many kinds of blocks its bytes may become.
    let mut found: BTreeMap<NodeRef, (ByteRead, Vec<NodeRef>)> = BTreeMap::new();
    for source in project.media_sources() {
        let Some(data) = source.json.get("data").filter(|_| !project.is_test(source.json.at)) else {
            continue;
        };
        let reads = project.byte_reads(data.at, BOUNDS);
        // The other side of a data URL is out of sight.
        let open = |r: &&ByteRead| {
            r.origin != ByteOrigin::DataUrl && project.most_read(r.at).is_none_or(|most| most > MOST)
        };
        let Some(read) = reads.iter().find(open) else { continue };
        let mut places: Vec<NodeRef> = reads.iter().map(|r| r.at).collect();
        places.extend(project.writes_beside(read.at));
        places.push(source.json.at);
        if project.is_spoken_of(&places, BOUNDS)
            || project.compares_size(read.at)
            || project.is_spoken_of(&places, Topic::CHAT_PHOTOS)
        {
            continue;
        }
        let limited = match read.origin {
            ByteOrigin::Upload => project.limits_uploads(read),
            // What was uploaded may have been saved first.
            ByteOrigin::File => project.limits_saved(read),
            _ => false,
        };
        if limited {
            continue;
        }
        found.entry(read.at).or_insert_with(|| (*read, Vec::new())).1.push(data.at);
    }
    let mut once = Once::new(findings);
    for (read, blocks) in found.into_values() {
        if let [first, others @ ..] = &blocks[..] {
            once.push(finding(project, read, *first, others));
        }
    }
}

fn finding(project: &Project, read: ByteRead, data: NodeRef, others: &[NodeRef]) -> Finding {
    let what = match read.origin {
        ByteOrigin::Upload => "an upload",
        ByteOrigin::Download => "a download",
        ByteOrigin::File => "a file",
        ByteOrigin::DataUrl => "a data URL",
    };
    // Whoever runs an example by hand knows its files.
    let by_hand = read.origin == ByteOrigin::File && project.file(read.at.file).source.role.is_example;
    let confidence = match read.at.file == data.file {
        _ if by_hand => Confidence::Low,
        true => Confidence::High,
        false => Confidence::Medium,
    };
    let mut finding = Finding::new(
        &RULE,
        project.location(data),
        format!("{what} of any size goes into the request as base64"),
    )
    .related(project.call_location(read.at), "read here")
    .confidence(confidence)
    .help(
        "check the size first, scale images down, or upload large files through the Files API and send their id: \
         more than 32 MB (20 MB on Bedrock) is a 413 `request_too_large`, an image above 10 MB a 400",
    );
    for &other in others.iter().take(SHOWN) {
        finding = finding.related(project.location(other), "and here");
    }
    finding
}
