//! The subset of the query language that `queries/` is written in.

use rustc_hash::FxHashMap;
use tree_sitter::Language;

use super::query::{Kinds, QueryError, Rule, Selector, Table};
use super::vocabulary::{Fact, part};

/// Reads one query file.
pub(super) struct Parser<'a> {
    language: &'a Language,
    /// Ids by name; a kind has several when the grammar aliases it.
    named: &'a FxHashMap<&'a str, Vec<u16>>,
    text: &'a str,
    pos: usize,
    file: &'a str,
}

/// A child pattern before its captures are known to belong to a fact.
struct Child {
    field: Option<u16>,
    kinds: Kinds,
    position: Option<usize>,
    capture: String,
}

impl<'a> Parser<'a> {
    pub(super) fn new(
        language: &'a Language,
        named: &'a FxHashMap<&'a str, Vec<u16>>,
        file: &'a str,
        text: &'a str,
    ) -> Parser<'a> {
        Parser { language, named, text, pos: 0, file }
    }

    /// Adds every pattern of the file to the table.
    pub(super) fn patterns(&mut self, table: &mut Table) -> Result<(), QueryError> {
        while self.skip_space() {
            self.pattern(table)?;
        }
        Ok(())
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T, QueryError> {
        let line = self.text[..self.pos].matches('\n').count() + 1;
        Err(QueryError { file: self.file.to_string(), line, message: message.into() })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.pos..]
    }

    /// Skips blanks and comments; false at the end.
    fn skip_space(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.pos += rest.len() - trimmed.len();
            if !trimmed.starts_with(';') {
                return !trimmed.is_empty();
            }
            self.pos += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn eat(&mut self, c: char) -> bool {
        self.skip_space();
        let hit = self.rest().starts_with(c);
        if hit {
            self.pos += c.len_utf8();
        }
        hit
    }

    fn expect(&mut self, c: char) -> Result<(), QueryError> {
        if self.eat(c) { Ok(()) } else { self.error(format!("expected `{c}`")) }
    }

    fn word(&mut self) -> String {
        self.skip_space();
        let end = self
            .rest()
            .find(|c: char| !(c.is_alphanumeric() || "_.-".contains(c)))
            .unwrap_or(self.rest().len());
        let word = self.rest()[..end].to_string();
        self.pos += end;
        word
    }

    fn named_kind(&mut self) -> Result<Vec<u16>, QueryError> {
        let word = self.word();
        match self.named.get(&*word) {
            Some(ids) => Ok(ids.clone()),
            None => self.error(format!("the grammar has no node `{word}`")),
        }
    }

    fn pattern(&mut self, table: &mut Table) -> Result<(), QueryError> {
        let mut kinds = Vec::new();
        let mut children = Vec::new();
        if self.rest().starts_with('"') {
            kinds = self.one_kind()?;
        } else if self.eat('[') {
            while !self.eat(']') {
                kinds.extend(self.one_kind()?);
            }
        } else {
            self.expect('(')?;
            kinds = self.named_kind()?;
            let mut position = 0;
            while !self.eat(')') {
                let anchored = self.eat('.');
                if anchored && self.rest().trim_start().starts_with(')') {
                    continue;
                }
                let mut child = self.child()?;
                if anchored {
                    child.position = Some(position);
                    position += 1;
                }
                children.push(child);
            }
        }
        self.expect('@')?;
        let name = self.word();
        let Some(fact) = Fact::from_name(&name) else {
            return self.error(format!("`@{name}` is not in the vocabulary"));
        };
        for &kind in &kinds {
            let slot = &mut table.rules[kind as usize];
            let rule = slot.get_or_insert_with(|| Rule { fact, selectors: Vec::new() });
            if rule.fact != fact {
                return self.error(format!("node is already captured as {:?}", rule.fact));
            }
            for child in &children {
                let Some(part) = child.capture.strip_prefix(&format!("{name}.")).and_then(|p| part(fact, p))
                else {
                    return self.error(format!("`@{}` is not a part of `@{name}`", child.capture));
                };
                let kinds = child.kinds.clone();
                let selector = Selector { field: child.field, kinds, position: child.position, part };
                if !rule.selectors.contains(&selector) {
                    rule.selectors.push(selector);
                }
            }
        }
        Ok(())
    }

    fn child(&mut self) -> Result<Child, QueryError> {
        self.skip_space();
        let mut field = None;
        if self.rest().starts_with(|c: char| c.is_alphabetic()) {
            let name = self.word();
            field = self.language.field_id_for_name(&name).map(|f| f.get());
            if field.is_none() {
                return self.error(format!("the grammar has no field `{name}`"));
            }
            self.expect(':')?;
            self.skip_space();
        }
        let kinds = if self.eat('[') {
            let (mut ids, mut all_named) = (Vec::new(), false);
            while !self.eat(']') {
                self.skip_space();
                if self.rest().starts_with("(_)") {
                    self.pos += 3;
                    all_named = true;
                } else {
                    ids.extend(self.one_kind()?);
                }
            }
            if all_named { Kinds::NamedOr(ids) } else { Kinds::Of(ids) }
        } else if self.rest().starts_with("(_)") {
            self.pos += 3;
            Kinds::Named
        } else if self.rest().starts_with('_') {
            self.pos += 1;
            Kinds::Any
        } else {
            Kinds::Of(self.one_kind()?)
        };
        // How often a child occurs makes no difference to a table.
        let _ = "?*+".chars().any(|quantifier| self.eat(quantifier));
        self.expect('@')?;
        let capture = self.word();
        Ok(Child { field, kinds, position: None, capture })
    }

    fn one_kind(&mut self) -> Result<Vec<u16>, QueryError> {
        if self.eat('"') {
            let end = self.rest().find('"').unwrap_or(0);
            let token = self.rest()[..end].to_string();
            self.pos += end + 1;
            let id = self.language.id_for_node_kind(&token, false);
            if id == 0 {
                return self.error(format!("the grammar has no token `{token}`"));
            }
            return Ok(vec![id]);
        }
        self.expect('(')?;
        let kinds = self.named_kind()?;
        self.expect(')')?;
        Ok(kinds)
    }
}
