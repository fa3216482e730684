//! What a predicate asks of the model.

use smol_str::SmolStr;

/// A question about the nodes of a capture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ask {
    /// Index of the capture.
    pub capture: u32,
    /// What is asked.
    pub question: Question,
    /// Whether the answer has to be no.
    pub negated: bool,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// `request?`: whether it is a call that sends a request to Claude.
    Request,
    /// `client?`: whether it is a client that requests are sent through, or a part of one.
    Client,
    /// `known?`: whether its value is written down where the linter can read it.
    Known,
    /// `resolves-to?`: whether it stands for one of these names or texts.
    ResolvesTo(Box<[SmolStr]>),
    /// `inside?`: whether it runs in one of these.
    Inside(Box<[Inside]>),
}

/// What may be around code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inside {
    /// A loop or comprehension of the same function.
    Loop,
    /// Something that repeats it when it fails.
    Retry,
    /// Something that handles its failure.
    Handler,
    /// An asynchronous function.
    Async,
    /// A test.
    Test,
}

impl Inside {
    /// By the name in queries.
    pub const NAMES: &[(&str, Inside)] = &[
        ("loop", Inside::Loop),
        ("retry", Inside::Retry),
        ("handler", Inside::Handler),
        ("async", Inside::Async),
        ("test", Inside::Test),
    ];

    pub(super) fn find(name: &str) -> Option<Inside> {
        Inside::NAMES.iter().find(|(known, _)| *known == name).map(|(_, inside)| *inside)
    }
}

/// What a predicate takes behind its capture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Takes {
    /// Nothing.
    Nothing,
    /// A capture or a text.
    One,
    /// One text.
    Text,
    /// One text or more.
    Texts,
    /// One of [`Inside::NAMES`] or more.
    Surroundings,
}

impl Takes {
    /// What to write.
    pub(super) fn form(self) -> &'static str {
        match self {
            Takes::Nothing => "a capture",
            Takes::One => "a capture, then a capture or a text",
            Takes::Text => "a capture, then a regular expression",
            Takes::Texts => "a capture, then one text or more",
            Takes::Surroundings => {
                "a capture, then one or more of `loop`, `retry`, `handler`, `async`, `test`"
            }
        }
    }
}

/// Every predicate with what it takes; those of the second list also begin with `not-`.
const OF_TEXT: &[(&str, Takes)] = &[
    ("eq?", Takes::One),
    ("not-eq?", Takes::One),
    ("any-eq?", Takes::One),
    ("any-not-eq?", Takes::One),
    ("match?", Takes::Text),
    ("not-match?", Takes::Text),
    ("any-match?", Takes::Text),
    ("any-not-match?", Takes::Text),
    ("any-of?", Takes::Texts),
    ("not-any-of?", Takes::Texts),
];

const OF_MODEL: &[(&str, Takes)] = &[
    ("request?", Takes::Nothing),
    ("not-request?", Takes::Nothing),
    ("client?", Takes::Nothing),
    ("not-client?", Takes::Nothing),
    ("known?", Takes::Nothing),
    ("not-known?", Takes::Nothing),
    ("resolves-to?", Takes::Texts),
    ("not-resolves-to?", Takes::Texts),
    ("inside?", Takes::Surroundings),
    ("not-inside?", Takes::Surroundings),
];

/// What a predicate takes; `None` where there is none of that name.
pub(super) fn takes(name: &str) -> Option<Takes> {
    OF_TEXT.iter().chain(OF_MODEL).find(|(known, _)| *known == name).map(|(_, takes)| *takes)
}

/// The names of all predicates.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OF_TEXT.iter().chain(OF_MODEL).map(|(name, _)| *name)
}

impl Question {
    /// By the name of a predicate, without `not-`, and its texts.
    pub(super) fn of(name: &str, texts: Vec<SmolStr>) -> Option<Question> {
        Some(match name {
            "request?" => Question::Request,
            "client?" => Question::Client,
            "known?" => Question::Known,
            "resolves-to?" => Question::ResolvesTo(texts.into()),
            "inside?" => Question::Inside(texts.iter().filter_map(|text| Inside::find(text)).collect()),
            _ => return None,
        })
    }
}
