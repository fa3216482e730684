//! Bytes of any size put into a request.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{ByteOrigin, NodeRef, Project};
use crate::rules::once::Once;
use crate::rules::{ALL_LANGUAGES, Category, Rule};

/// See the page.
pub static RULE: Rule = Rule {
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
const BOUNDS: &str = "payload-size-parts";

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut once = Once::new(findings);
    for source in project.media_sources() {
        let Some(data) = source.json.get("data").filter(|_| !project.is_test(source.json.at)) else {
            continue;
        };
        let reads = project.byte_reads(data.at);
        let Some(read) = reads.first() else { continue };
        let mut places: Vec<NodeRef> = reads.iter().map(|r| r.at).collect();
        places.push(source.json.at);
        if project.is_spoken_of(&places, BOUNDS) {
            continue;
        }
        let what = match read.origin {
            ByteOrigin::Upload if project.limits_uploads() => continue,
            ByteOrigin::Upload => "an upload",
            ByteOrigin::Download => "a download",
            ByteOrigin::File => "a file",
        };
        once.push(
            Finding::new(
                &RULE,
                project.location(data.at),
                format!("{what} of any size goes into the request as base64"),
            )
            .related(project.call_location(read.at), "read here")
            .confidence(if read.at.file == data.at.file { Confidence::High } else { Confidence::Medium })
            .help(
                "check the size first, scale images down, or upload large files through the Files API and send their id: \
                 more than 32 MB (20 MB on Bedrock) is a 413 `request_too_large`, an image above 10 MB a 400",
            ),
        );
    }
}
