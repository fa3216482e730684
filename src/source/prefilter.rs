//! Which files can matter at all, judged by their bytes.
//!
//! Most files of most projects never mention Claude. They are dropped after one
//! scan for plain words, at the speed of reading them.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// What a scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mention {
    /// No needle.
    None,
    /// Only the bare name, which may be no more than a remark: the file is linted, but
    /// does not draw in the files around it.
    Name,
    /// Something that code needs to reach Claude.
    Code,
}

/// Longer needles stand before those they begin with. Every spelling is listed, since a
/// case-insensitive scan is ten times slower.
const CODE: &[&str] = &[
    "anthropic",
    "Anthropic",
    "ANTHROPIC",
    "claude-",
    "claude_",
    "CLAUDE_",
    "sk-ant-",
    "bedrock-runtime",
    "bedrock_runtime",
    "bedrockruntime",
    "BedrockRuntime",
];

const NAME: &[&str] = &["claude", "Claude", "CLAUDE"];

/// Scans bytes for needles.
pub(super) fn scan(bytes: &[u8]) -> Mention {
    static NEEDLES: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let needles = NEEDLES.get_or_init(|| {
        let all = CODE.iter().chain(NAME);
        AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(all).ok()
    });
    // Without a scanner every file is a candidate: slow, but right.
    let Some(needles) = needles else { return Mention::Code };
    let mut mention = Mention::None;
    for found in needles.find_iter(bytes) {
        if found.pattern().as_usize() < CODE.len() {
            return Mention::Code;
        }
        mention = Mention::Name;
    }
    mention
}

/// Whether a text alone would be a reason to lint it.
pub(crate) fn holds_claude_code(bytes: &[u8]) -> bool {
    scan(bytes) != Mention::None
}

#[cfg(test)]
mod tests {
    use super::{Mention, scan};

    #[test]
    fn remarks_are_told_from_code() {
        assert_eq!(scan(b"import openai"), Mention::None);
        assert_eq!(scan(b"# written with Claude"), Mention::Name);
        assert_eq!(scan(b"# by Claude\nfrom anthropic import Anthropic"), Mention::Code);
        assert_eq!(scan(b"model = 'claude-opus-4-1'"), Mention::Code);
        assert_eq!(scan(b"boto3.client('bedrock-runtime')"), Mention::Code);
        assert_eq!(scan(b"\xff\xfe\0anthropic"), Mention::Code);
    }
}
