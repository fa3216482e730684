//! Texts, put together of what is written and what names stand for.

use crate::facts::{BinaryOp, Call, CallStyle, Kind, StrPart};
use crate::lang::Language;
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Text, Value};

impl Project {
    /// The text an expression certainly gives, with gaps where it cannot be known.
    pub fn text(&self, at: NodeRef) -> Text {
        let mut text = Text::default();
        self.push_text(at, &mut text, 0);
        text
    }

    fn push_text(&self, at: NodeRef, out: &mut Text, depth: u32) {
        if depth > 12 {
            return out.push(None);
        }
        match self.kind(at) {
            Kind::Str(parts) => {
                for part in parts {
                    match part {
                        StrPart::Text(text) => out.push(Some(text.to_string())),
                        StrPart::Hole(hole) => self.push_text(at.sibling(*hole), out, depth + 1),
                    }
                }
                if parts.is_empty() {
                    out.push(Some(String::new()));
                }
            }
            Kind::Binary { op: BinaryOp::Add, left, right } => {
                self.push_text(at.sibling(*left), out, depth + 1);
                self.push_text(at.sibling(*right), out, depth + 1);
            }
            // `os.getenv("URL", "https://…")`, `x or "default"`: the default is what is in sight.
            Kind::Call(call) => {
                let method = last_name(self.facts(at.file), call.callee);
                match method.as_deref() {
                    Some("format" | "concat") if call.style == CallStyle::Macro => match call.args.first() {
                        Some(arg) => self.push_text(at.sibling(arg.value), out, depth + 1),
                        None => out.push(None),
                    },
                    Some(
                        "rstrip" | "strip" | "trim" | "to_string" | "into" | "to_owned" | "String" | "from"
                        | "str" | "replace" | "trim_end_matches" | "as_str" | "clone" | "parse" | "unwrap"
                        | "expect",
                    ) => {
                        let inner = match self.kind(at.sibling(call.callee)) {
                            Kind::Member { object, .. }
                                if call.args.is_empty()
                                    || !matches!(self.kind(at.sibling(*object)), Kind::Name(_)) =>
                            {
                                Some(*object)
                            }
                            Kind::Member { object, .. }
                                if matches!(
                                    method.as_deref(),
                                    Some("rstrip" | "strip" | "replace" | "trim_end_matches")
                                ) =>
                            {
                                Some(*object)
                            }
                            _ => call.args.first().map(|a| a.value),
                        };
                        match inner {
                            Some(_)
                                if method.as_deref() == Some("replace") && self.replaces_text(at, call) =>
                            {
                                out.push(self.replaced(at, call, depth));
                            }
                            Some(inner) => self.push_text(at.sibling(inner), out, depth + 1),
                            None => out.push(None),
                        }
                    }
                    _ => match self.joined_url(at, call, depth) {
                        Some(url) => out.push(Some(url)),
                        None => self.push_evaluated(at, out, depth),
                    },
                }
            }
            _ => self.push_evaluated(at, out, depth),
        }
    }

    /// The address that a path has behind a base, where both are known: `urljoin(BASE, "v1/messages")`,
    /// `new URL("v1/messages", BASE)`.
    fn joined_url(&self, at: NodeRef, call: &Call, depth: u32) -> Option<String> {
        let file = self.file(at.file);
        let [first, second] = &call.args[..] else { return None };
        let (base, path) = match () {
            () if self.is_listed("joins-url", at.sibling(call.callee)) => (first, second),
            () if file.named_in(call.callee, "made-url") && call.style == CallStyle::New => (second, first),
            () => return None,
        };
        let [base, path] = [base, path].map(|arg| {
            let mut text = Text::default();
            self.push_text(at.sibling(arg.value), &mut text, depth + 1);
            text.known()
        });
        resolved(&base?, &path?)
    }

    /// Whether a call puts one written text in place of another.
    fn replaces_text(&self, at: NodeRef, call: &Call) -> bool {
        let facts = self.facts(at.file);
        matches!(self.kind(at.sibling(call.callee)), Kind::Member { .. })
            && call.args.len() >= 2
            && call.args.iter().take(2).all(|a| constant(facts, a.value).is_some())
    }

    /// What comes of that, where the text it is done to is known.
    fn replaced(&self, at: NodeRef, call: &Call, depth: u32) -> Option<String> {
        let file = self.file(at.file);
        let Kind::Member { object, .. } = file.facts.kind(call.callee) else { return None };
        let mut text = Text::default();
        self.push_text(at.sibling(*object), &mut text, depth + 1);
        let [from, to] = [0, 1].map(|i| call.args.get(i).and_then(|a| constant(&file.facts, a.value)));
        let (text, from, to) = (text.known()?, from?, to?);
        Some(match file.language {
            Language::TypeScript => text.replacen(&*from, &to, 1),
            Language::Python | Language::Rust => text.replace(&*from, &to),
        })
    }

    fn push_evaluated(&self, at: NodeRef, out: &mut Text, depth: u32) {
        let values = self.eval(at);
        match &values[..] {
            [Value::Node(node)] if *node != at => self.push_text(*node, out, depth + 1),
            _ => out.push(None),
        }
    }

    /// All texts an expression may give, for choices such as `a if x else b`.
    pub fn texts(&self, at: NodeRef) -> Vec<(NodeRef, Text)> {
        let direct = self.text(at);
        if direct.pieces.iter().any(Option::is_some) {
            return vec![(at, direct)];
        }
        self.eval(at)
            .iter()
            .filter_map(|v| match v {
                Value::Node(node) => Some((*node, self.text(*node))),
                _ => None,
            })
            .collect()
    }
}

/// A path as it stands behind a base: what is behind the last slash of that is left out.
fn resolved(base: &str, path: &str) -> Option<String> {
    let host = base.find("://")? + "://".len();
    let end = base[host..].find('/').map_or(base.len(), |slash| host + slash);
    if !base.starts_with("http") || base.contains(['?', '#']) || path.is_empty() || path.starts_with("//") {
        return None;
    }
    if path.contains("://") {
        return Some(path.to_string());
    }
    if path.starts_with('/') {
        return Some(format!("{}{path}", &base[..end]));
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    let folder = base[end..].rfind('/').map_or("/", |slash| &base[end..=end + slash]);
    (!path.starts_with("..")).then(|| format!("{}{folder}{path}", &base[..end]))
}
