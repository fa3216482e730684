//! How small pieces of code are written, for fixes.

use super::Language;

impl Language {
    /// A named option among the arguments of a call, or in the record that stands for them; `None`
    /// where options are set in other ways.
    pub fn option(self, name: &str, value: &str) -> Option<String> {
        match self {
            Language::Python => Some(format!("{name}={value}")),
            Language::TypeScript => Some(format!("{name}: {value}")),
            Language::Rust => None,
        }
    }

    /// Whether named options stand among the arguments themselves, not in a record.
    pub fn has_keywords(self) -> bool {
        self == Language::Python
    }

    /// A time, in the unit that timeouts are given in.
    pub fn seconds(self, seconds: u32) -> String {
        match self {
            Language::TypeScript => format!("{seconds}_000"),
            Language::Python | Language::Rust => seconds.to_string(),
        }
    }

    /// `true`.
    pub fn truth(self) -> &'static str {
        match self {
            Language::Python => "True",
            Language::TypeScript | Language::Rust => "true",
        }
    }

    /// A statement that is a line of its own.
    pub fn statement(self, text: &str) -> String {
        match self {
            Language::Python => text.to_string(),
            Language::TypeScript | Language::Rust => format!("{text};"),
        }
    }

    /// Whether a binding is a statement of its own where this stands before it on its line.
    pub(crate) fn begins_binding(self, before: &str) -> bool {
        match self {
            Language::Python => before.is_empty(),
            Language::TypeScript => matches!(before, "" | "const" | "let" | "var"),
            Language::Rust => matches!(before, "let" | "let mut"),
        }
    }

    /// The first block of a list that is a text, instead of the one that `picked` takes: `[0]`, `?.[0]`. It
    /// fails where there is none. `untyped` where code has types and nothing tells that of the list; `next` is
    /// what stands behind.
    pub(crate) fn first_text(
        self,
        list: &str,
        picked: &str,
        test: BlockTest,
        untyped: bool,
        next: Option<char>,
    ) -> Option<String> {
        let test = |written: [&'static str; 3]| match test {
            BlockTest::Type => written[0],
            BlockTest::KeyedType => written[1],
            BlockTest::HasText => written[2],
        };
        match (self, picked) {
            // What a comprehension goes through may not assign.
            (Language::Python, "[0]") if !list.contains(":=") => {
                let is_text =
                    test(["block.type == \"text\"", "block[\"type\"] == \"text\"", "\"text\" in block"]);
                Some(format!("[block for block in {list} if {is_text}][0]"))
            }
            (Language::TypeScript, "[0]" | "?.[0]") => {
                let is_text =
                    test(["block.type === \"text\"", "block.type === \"text\"", "block.text !== undefined"]);
                let link = if picked == "[0]" { "." } else { "?." };
                let block = if untyped { "(block: any)" } else { "(block)" };
                let sure = if untyped && matches!(next, Some('.' | '[')) { "!" } else { "" };
                Some(format!("{list}{link}find({block} => {is_text}){sure}"))
            }
            _ => None,
        }
    }
}

/// How a block of an answer tells that it is a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BlockTest {
    /// By its member `type`.
    Type,
    /// By its entry `type`.
    KeyedType,
    /// By having one.
    HasText,
}
