//! What can be done about a finding, and what there is to read about it.

use std::path::Path;

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, Command, Contents, Diagnostic, Hover, MarkupContent,
    MarkupKind, Position, Range, TextEdit, WorkspaceEdit,
};

use super::board::{Board, Document};
use super::convert::rule_of;
use super::position::Encoding;
use crate::lang::Dialect;
use crate::rules::{Rule, page};
use crate::source::SourceFile;
use crate::suppress::insertion;

/// The command that shows the page of a rule; its argument is the name.
pub(super) const EXPLAIN: &str = "claude-lint.explain";

/// What stands in a comment until somebody says more.
const REASON: &str = "TODO: say why";

/// The actions for the diagnostics that the editor asks about.
pub(super) fn actions(board: &Board, path: &Path, params: &CodeActionParams) -> Vec<CodeAction> {
    let Some(document) = board.document(path) else { return Vec::new() };
    let wanted = params.context.only.as_ref().is_none_or(|only| {
        only.iter().any(|kind| matches!(kind, CodeActionKind::QuickFix | CodeActionKind::Empty))
    });
    if !wanted {
        return Vec::new();
    }
    let mut actions: Vec<CodeAction> = Vec::new();
    let ours = params.context.diagnostics.iter().filter_map(|d| Some((d, board.rule(rule_of(d)?)?)));
    for (diagnostic, rule) in ours {
        let more = [
            correct(board, path, &document, diagnostic),
            suppress(board, path, &document, diagnostic, rule),
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

fn action(title: String, diagnostic: &Diagnostic) -> CodeAction {
    CodeAction {
        title,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![diagnostic.clone()]),
        ..CodeAction::default()
    }
}

/// The fix of the finding, as long as its text is the one that was linted.
fn correct(board: &Board, path: &Path, document: &Document, diagnostic: &Diagnostic) -> Option<CodeAction> {
    let shown = board.shown(path)?;
    let same = |known: &Diagnostic| known.range == diagnostic.range && known.code == diagnostic.code;
    let index = shown.diagnostics.iter().position(same)?;
    let fix = shown.fixes.get(index)?.as_ref()?;
    let mut title: String = fix.title.chars().take(1).flat_map(char::to_uppercase).collect();
    title.extend(fix.title.chars().skip(1));
    if !fix.is_safe {
        title.push_str(" (look at it)");
    }
    let changes = [(document.address.clone(), fix.edits.clone())].into_iter().collect();
    Some(CodeAction {
        is_preferred: Some(fix.is_safe),
        edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
        ..action(title, diagnostic)
    })
}

/// A comment that suppresses the finding, with room for the reason.
fn suppress(
    board: &Board,
    path: &Path,
    document: &Document,
    diagnostic: &Diagnostic,
    rule: &'static Rule,
) -> Option<CodeAction> {
    let extension = path.extension()?.to_str().filter(|extension| *extension != "ipynb")?;
    let source = SourceFile::new("", path, &document.text, Dialect::from_extension(extension)?);
    let mark = document.text.len() - source.text.len();
    let insertion = insertion(&source, rule, diagnostic.range.start.line.checked_add(1)?, REASON)?;
    let at = position(board.encoding, &document.text, insertion.offset + mark)?;
    let edit = TextEdit { range: Range { start: at, end: at }, new_text: insertion.text };
    let changes = [(document.address.clone(), vec![edit])].into_iter().collect();
    Some(CodeAction {
        edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
        ..action(format!("Suppress {} here", rule.id), diagnostic)
    })
}

fn position(encoding: Encoding, text: &str, offset: usize) -> Option<Position> {
    let before = text.get(..offset)?;
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let count = before[..line].replace("\r\n", "\n").matches(['\n', '\r']).count();
    let column = before.get(line..)?;
    let character = match encoding {
        Encoding::Utf8 => column.len(),
        Encoding::Utf16 => column.encode_utf16().count(),
    };
    Some(Position { line: count as u32, character: character as u32 })
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
pub(super) fn hover(board: &Board, path: &Path, at: Position, markdown: bool) -> Option<Hover> {
    let shown = board.shown(path)?;
    let within = |range: &Range| {
        let line = |p: &Position| (p.line, p.character);
        line(&range.start) <= line(&at) && line(&at) <= line(&range.end)
    };
    let mut range = None;
    let mut rules: Vec<&'static Rule> = Vec::new();
    for diagnostic in shown.diagnostics.iter().filter(|diagnostic| within(&diagnostic.range)) {
        let Some(rule) = rule_of(diagnostic).and_then(|id| board.rule(id)) else { continue };
        range.get_or_insert(diagnostic.range);
        if !rules.iter().any(|known| known.id == rule.id) {
            rules.push(rule);
        }
    }
    range?;
    let pages: Vec<String> = rules.iter().map(|rule| page::readable(rule.docs)).collect();
    let kind = if markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let contents = Contents::MarkupContent(MarkupContent { kind, value: pages.join("\n---\n\n") });
    Some(Hover { contents, range })
}
