//! Texts with captures in them.

/// A text in which `{name}` stands for what is captured as `@name`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Message(Vec<Piece>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Text(String),
    Capture(String),
}

impl Message {
    /// Reads a text; braces of its own are written twice. `Err` says what is wrong.
    pub(super) fn read(text: &str) -> Result<Message, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err("this text is empty".into());
        }
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..at + 1];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let name = if brace == "{" { rest.split_once('}') } else { None };
            let is_name = |c: char| c.is_alphanumeric() || "_-.".contains(c);
            match name {
                Some((name, after)) if !name.is_empty() && name.chars().all(is_name) => {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Capture(name.to_string()));
                    rest = after;
                }
                _ => {
                    return Err(format!(
                        "a single `{brace}` stands around the name of a capture; write it twice"
                    ));
                }
            }
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        Ok(Message(pieces))
    }

    /// The captures in it.
    pub(super) fn captures(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Capture(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The text, with what the captures hold.
    pub(super) fn with(&self, captured: impl Fn(&str) -> Option<String>) -> String {
        let text = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Capture(name) => captured(name).unwrap_or_else(|| "…".into()),
        });
        text.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn captures_are_filled_in() {
        let text = |text: &str| {
            let captured = |name: &str| (name == "a").then(|| "x".to_string());
            Message::read(text).map(|message| message.with(captured))
        };
        assert_eq!(text("`{a}`, {b}").as_deref(), Ok("`x`, …"));
        assert_eq!(text("{{a}} {{}}").as_deref(), Ok("{a} {}"));
        for bad in ["", " ", "{", "}", "{a", "a}", "{}", "{a b}", "{{a}"] {
            assert!(text(bad).is_err(), "{bad}");
        }
    }
}
