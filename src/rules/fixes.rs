//! Which rules come with fixes; `docs/fixes.md` says what each of them does.

use crate::finding::Safety::{self, Safe, Unsafe};

use super::Rule;

/// By rule, how sure its fixes are.
const FIXES: &[(&str, &[Safety])] = &[
    ("blind-content-index", &[Safe, Unsafe]),
    ("deprecated-model", &[Unsafe]),
    ("max-tokens-over-limit", &[Safe]),
    ("missing-api-headers", &[Safe]),
    ("missing-jitter", &[Safe]),
    ("missing-timeout", &[Safe, Unsafe]),
    ("removed-sdk-api", &[Unsafe]),
    ("retired-model", &[Safe, Unsafe]),
    ("unbounded-tool-loop", &[Unsafe]),
    ("unchecked-http-status", &[Safe]),
    ("unmatched-tool-use-id", &[Safe]),
    ("unsupported-parameter", &[Safe, Unsafe]),
];

/// How sure the fixes of a rule are, the safe ones first; empty where it has none.
pub fn fixes(rule: &Rule) -> &'static [Safety] {
    FIXES.iter().find(|(id, _)| *id == rule.id).map_or(&[], |(_, fixes)| fixes)
}
