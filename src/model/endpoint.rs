//! Which URLs belong to the Messages API.

use super::Project;
use super::request::{Request, Tri};
use super::value::{NodeRef, Text};

/// Parts of paths that ask the model something, on any platform.
const ASKING: &[&str] = &[
    "/messages",
    "/complete",
    "/invoke",
    "/converse",
    ":rawpredict",
    ":streamrawpredict",
    "/chat/completions",
];
/// Parts of paths below the same hosts that ask something else.
const OTHER: &[&str] = &[
    "/messages/batches",
    "/count_tokens",
    "/models",
    "/files",
    "/skills",
    "/oauth",
    "/organizations",
    "/usage",
    "/sessions",
];

impl Project {
    /// Whether a URL is one that Claude answers; `None` when it says nothing about it.
    pub(super) fn asks_claude(&self, url: &Text) -> Option<bool> {
        let text: String = url.pieces.iter().map(|p| p.as_deref().unwrap_or("\u{0}")).collect();
        let text = text.to_lowercase();
        let host = text.split("://").nth(1).unwrap_or(&text).split(['/', '\u{0}']).next().unwrap_or("");
        let vendor = host.contains("anthropic")
            || ["publishers/anthropic", "model/anthropic.", ".anthropic.claude", "/anthropic/v1"]
                .iter()
                .any(|part| text.contains(part));
        if OTHER.iter().any(|part| text.contains(part)) && !text.contains("publishers/") {
            return (vendor || text.contains("/v1/messages")).then_some(false);
        }
        if text.contains("/v1/messages") || vendor && ASKING.iter().any(|part| text.contains(part)) {
            return Some(true);
        }
        // The host alone, or with a path that is not in sight.
        let open =
            text.ends_with('\u{0}') || text.trim_end_matches('/').ends_with(host) || text.ends_with("/v1");
        if vendor { Some(open) } else { None }
    }

    /// Whether an HTTP request is certainly one that only reads.
    pub(super) fn only_reads(&self, request: &Request) -> Tri {
        let of = |at: NodeRef| {
            self.text(at)
                .known()
                .map(|m| matches!(&*m.to_ascii_uppercase(), "GET" | "HEAD" | "DELETE" | "OPTIONS"))
        };
        match self.option_of(request.at, "method") {
            super::Field::Known(nodes) => match nodes.iter().map(|&n| of(n)).collect::<Option<Vec<bool>>>() {
                Some(all) if all.iter().all(|g| *g) => Tri::Yes,
                Some(_) => Tri::No,
                None => Tri::Unknown,
            },
            _ => Tri::Unknown,
        }
    }
}
