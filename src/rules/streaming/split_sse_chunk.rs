//! Network chunks taken for whole lines, events or characters.

use crate::finding::{Confidence, Finding, Severity};
use crate::model::{ChunkFault, ChunkUse, NodeRef, Project};
use crate::rules::{ALL_LANGUAGES, Category, Rule};
use crate::sdk::Road;

pub(crate) static RULE: Rule = Rule {
    id: "split-sse-chunk",
    summary: "a network chunk of a stream is taken for whole lines or events, so what is cut in two is lost",
    docs: include_str!("split_sse_chunk.md"),
    category: Category::Streaming,
    severity: Severity::Error,
    pedantic: false,
    languages: ALL_LANGUAGES,
    check,
};

fn check(project: &Project, findings: &mut Vec<Finding>) {
    let mut functions: Vec<(NodeRef, bool)> = Vec::new();
    for reader in project.stream_readers() {
        for &function in [reader.function].iter().chain(&reader.fed_by).chain(&reader.cut_in) {
            if !functions.iter().any(|f| f.0 == function) {
                functions.push((function, true));
            }
        }
    }
    let sent = project.requests().iter().filter(|r| r.road == Road::Http && !project.is_probe(r));
    let senders = sent.map(|request| project.whole_function(request.at));
    let mut handed = Vec::new();
    let readers = project.body_readers();
    for (function, is_handed) in senders.map(|f| (f, false)).chain(readers.into_iter().map(|f| (f, true))) {
        if !functions.iter().any(|f| f.0 == function) {
            functions.push((function, false));
            handed.extend(is_handed.then_some(function));
        }
    }
    // Helpers that are given what comes as it is: a buffer of lines that is fed with bytes, a parser of lines.
    let readers = functions.len();
    for i in 0..readers {
        for helper in project.given_pieces(functions[i].0) {
            if !functions.iter().any(|f| f.0 == helper) {
                functions.push((helper, functions[i].1));
            }
        }
    }
    let mut found: Vec<(ChunkFault, bool)> = Vec::new();
    for (function, reads) in functions {
        let faults = project.chunk_faults(function);
        // Whoever is handed an answer of any kind may try whether it is one document.
        let tried = |f: &ChunkFault| f.kind == ChunkUse::Parsed && handed.contains(&function);
        let mine = |f: &&ChunkFault| {
            (reads || project.is_claude_body(f.source)) && !project.is_test(f.at) && !tried(f)
        };
        // One reader, one finding: whoever keeps the rest of a line keeps that of a character too. Another
        // reader beside it is known by what it reads.
        let first = faults.iter().find(mine).map(|fault| fault.source);
        for &fault in faults.iter().filter(mine) {
            if Some(fault.source) != first && !project.is_claude_body(fault.source) {
                continue;
            }
            // Nor twice where a helper is given what comes.
            match found.iter_mut().find(|f| f.0.source == fault.source) {
                Some(known) if fault.kind < known.0.kind => *known = (fault, reads),
                Some(_) => {}
                None => found.push((fault, reads)),
            }
        }
    }
    findings.extend(found.iter().map(|(fault, reads)| finding(project, fault, *reads)));
}

fn finding(project: &Project, fault: &ChunkFault, reads: bool) -> Finding {
    let (message, label, severity) = match fault.kind {
        ChunkUse::Split => (
            "a network chunk is cut into lines by itself: an event that spans two chunks is lost or breaks the parser",
            "the last line may be half a line",
            Severity::Error,
        ),
        ChunkUse::Parsed => (
            "a network chunk is parsed as if it were one event: chunks end anywhere",
            "may be half an event, or several",
            Severity::Error,
        ),
        ChunkUse::Decoded => (
            "a network chunk is decoded by itself: a character that spans two chunks ends the stream with an error",
            "fails in the middle of a character",
            Severity::Error,
        ),
        ChunkUse::DecodedLossy => (
            "a network chunk is decoded by itself: a character that spans two chunks is replaced by `\u{fffd}`",
            "loses what is cut in two",
            Severity::Warning,
        ),
    };
    let help = match fault.kind {
        ChunkUse::Split | ChunkUse::Parsed => {
            "keep what follows the last line break and put it before the next chunk, or let a line iterator or an \
             SSE parser do it; the official SDKs read streams for you"
        }
        _ => {
            "decode with a decoder that keeps the rest (`TextDecoder` with `{ stream: true }`, an incremental \
             decoder), or cut the bytes at line breaks first and decode whole lines"
        }
    };
    let finding = Finding::new(&RULE, project.call_location(fault.at), message)
        .label(label)
        .related(project.call_location(fault.source), "the chunks come from here")
        .severity(severity)
        .help(help);
    if reads { finding } else { finding.confidence(Confidence::Medium) }
}
