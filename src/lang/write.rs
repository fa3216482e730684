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

    /// The texts of all blocks of a list that have a text, as one text; `keyed` where a block is a
    /// map rather than an object.
    pub fn joined_texts(self, blocks: &str, keyed: bool) -> Option<String> {
        match (self, keyed) {
            (Language::Python, false) => {
                Some(format!("\"\".join(block.text for block in {blocks} if block.type == \"text\")"))
            }
            (Language::Python, true) => Some(format!(
                "\"\".join(block[\"text\"] for block in {blocks} if block[\"type\"] == \"text\")"
            )),
            (Language::TypeScript, _) => Some(format!(
                "{blocks}.flatMap((block) => (block.type === \"text\" ? [block.text] : [])).join(\"\")"
            )),
            (Language::Rust, _) => None,
        }
    }
}
