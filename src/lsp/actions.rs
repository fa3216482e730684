//! What can be done about a finding, and what there is to read about it.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Command, Contents, Diagnostic, Hover, MarkupContent,
    MarkupKind, Position, Range, TextEdit,
};
use url::Url;

use super::board::Board;
use super::convert::{Item, rule_of};
use super::correction::{together, workspace_edit};
use super::handshake::Abilities;
use crate::lang::Dialect;
use crate::rules::{Rule, page};
use crate::source::SourceFile;
use crate::suppress::insertion;

/// The command that shows the page of a rule; its argument is the name.
pub(super) const EXPLAIN: &str = "claude-lint.explain";

/// The kind of the action that makes all safe fixes of a text.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::Custom(Cow::Borrowed("source.fixAll.claude-lint"));

/// What stands in a comment until somebody says more.
const REASON: &str = "TODO: say why";

/// What an editor asks about: a text, which may be a cell of a notebook.
pub(super) struct Asked<'a> {
    pub(super) board: &'a Board,
    pub(super) abilities: Abilities,
    /// The file.
    pub(super) path: &'a Path,
    /// The address of the text.
    pub(super) address: &'a Url,
}

impl Asked<'_> {
    /// What is shown of the text, if it is about the text as it is now.
    fn items(&self) -> Vec<Item> {
        let Some(shown) = self.board.shown(self.path) else { return Vec::new() };
        let here = |item: &Item| item.cell.as_ref().is_none_or(|cell| cell == self.address);
        shown.items.into_iter().filter(here).collect()
    }

    /// The text, with its version.
    fn text(&self) -> Option<(Arc<str>, i32)> {
        let document = self.board.document(self.path)?;
        let Some(cells) = document.cells() else { return Some((document.text.clone(), document.version)) };
        let cell = cells.iter().find(|cell| cell.address == *self.address)?;
        Some((cell.text.clone(), cell.version))
    }
}

/// The actions for the diagnostics that the editor asks about.
pub(super) fn actions(asked: &Asked<'_>, params: &CodeActionParams) -> Vec<CodeAction> {
    if asked.text().is_none() {
        return Vec::new();
    }
    let items = asked.items();
    let mut actions: Vec<CodeAction> = Vec::new();
    if let Some(only) = &params.context.only {
        let asks = |kind: &CodeActionKind| only.iter().any(|only| is_within(kind, only));
        if asks(&FIX_ALL) {
            actions.extend(correct_all(asked, &items));
        }
        if !asks(&CodeActionKind::QuickFix) {
            return actions;
        }
    }
    let rule = |diagnostic| asked.board.rule(rule_of(diagnostic)?);
    let ours = params.context.diagnostics.iter().filter_map(|d| Some((d, rule(d)?)));
    for (diagnostic, rule) in ours {
        let more = [
            correct(asked, &items, diagnostic),
            suppress(asked, diagnostic, rule),
            Some(explain(diagnostic, rule)),
        ];
        for action in more.into_iter().flatten() {
            if !actions.iter().any(|known| known.title == action.title && known.edit == action.edit) {
                actions.push(action);
            }
        }
    }
    actions
}

/// Whether a kind of actions is among those of another, which may be a part of its name.
fn is_within(kind: &CodeActionKind, asked: &CodeActionKind) -> bool {
    let (kind, asked) = (String::from(kind.clone()), String::from(asked.clone()));
    asked.is_empty() || kind == asked || kind.starts_with(&format!("{asked}."))
}

/// All safe fixes of the text, as editors make them when it is saved.
fn correct_all(asked: &Asked<'_>, items: &[Item]) -> Option<CodeAction> {
    let safe = items.iter().filter_map(|item| item.fix.as_ref()).filter(|fix| fix.is_safe);
    let edit = together(safe, asked.board, asked.address, asked.abilities.changes_documents)?;
    Some(CodeAction {
        title: "Fix all that is safe to fix".into(),
        kind: Some(FIX_ALL),
        edit: Some(edit),
        ..CodeAction::default()
    })
}

fn action(title: String, diagnostic: &Diagnostic) -> CodeAction {
    CodeAction {
        title,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![diagnostic.clone()]),
        ..CodeAction::default()
    }
}

/// The fix of the finding, as long as its texts are those that were linted.
fn correct(asked: &Asked<'_>, items: &[Item], diagnostic: &Diagnostic) -> Option<CodeAction> {
    let same = |known: &&Item| {
        known.diagnostic.range == diagnostic.range && known.diagnostic.code == diagnostic.code
    };
    let fix = items.iter().find(same)?.fix.as_ref()?;
    let edit = fix.edit(asked.board, asked.abilities.changes_documents)?;
    let mut title: String = fix.title.chars().take(1).flat_map(char::to_uppercase).collect();
    title.extend(fix.title.chars().skip(1));
    if !fix.is_safe {
        title.push_str(" (look at it)");
    }
    Some(CodeAction { is_preferred: Some(fix.is_safe), edit: Some(edit), ..action(title, diagnostic) })
}

/// A comment that suppresses the finding, with room for the reason.
fn suppress(asked: &Asked<'_>, diagnostic: &Diagnostic, rule: &'static Rule) -> Option<CodeAction> {
    let (text, version) = asked.text()?;
    let dialect = match asked.path.extension()?.to_str()? {
        // A notebook that is one text has no room for comments.
        "ipynb" if asked.board.document(asked.path)?.cells().is_none() => return None,
        extension => Dialect::from_extension(extension)?,
    };
    let source = SourceFile::new("", asked.path, &text, dialect);
    let mark = text.len() - source.text.len();
    let insertion = insertion(&source, rule, diagnostic.range.start.line.checked_add(1)?, REASON)?;
    let at = asked.board.encoding.position(&text, insertion.offset + mark)?;
    let edit = TextEdit { range: Range { start: at, end: at }, new_text: insertion.text };
    let edited = vec![(asked.address.clone(), Some(version), vec![edit])];
    let edit = workspace_edit(edited, asked.abilities.changes_documents);
    Some(CodeAction { edit: Some(edit), ..action(format!("Suppress {} here", rule.id), diagnostic) })
}

fn explain(diagnostic: &Diagnostic, rule: &Rule) -> CodeAction {
    let title = format!("Explain {}", rule.id);
    let command = Command {
        title: title.clone(),
        tooltip: None,
        command: EXPLAIN.into(),
        arguments: Some(vec![rule.id.into()]),
    };
    CodeAction { command: Some(command), ..action(title, diagnostic) }
}

/// The pages of the rules that found something at a position.
pub(super) fn hover(asked: &Asked<'_>, at: Position) -> Option<Hover> {
    let within = |range: &Range| {
        let line = |p: &Position| (p.line, p.character);
        line(&range.start) <= line(&at) && line(&at) <= line(&range.end)
    };
    let mut range = None;
    let mut rules: Vec<&'static Rule> = Vec::new();
    for item in asked.items().iter().filter(|item| within(&item.diagnostic.range)) {
        range.get_or_insert(item.diagnostic.range);
        if !rules.iter().any(|known| known.id == item.rule.id) {
            rules.push(item.rule);
        }
    }
    range?;
    let pages: Vec<String> = rules.iter().map(|rule| page::readable(rule.docs)).collect();
    let kind = if asked.abilities.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let contents = Contents::MarkupContent(MarkupContent { kind, value: pages.join("\n---\n\n") });
    Some(Hover { contents, range })
}
