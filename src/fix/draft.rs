//! A file while it is being changed: its text as it is linted, and its bytes as they are kept.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::{Notebook, SourceFile, Span, decode, is_utf16};

/// A file and the text that is to be in it.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// The bytes before any change.
    pub(super) before: Vec<u8>,
    encoding: Encoding,
    /// The text of the file, without mark.
    text: String,
    /// Where the text holds code in strings.
    notebook: Option<Notebook>,
}

/// How text is kept in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8 { mark: bool },
    Utf16 { big: bool },
}

impl Draft {
    /// A draft of a file that was linted. `None` when the bytes do not say what was linted, or
    /// would not come back from the text as they are.
    pub(crate) fn open(before: Vec<u8>, file: &SourceFile) -> Option<Draft> {
        let encoding = match is_utf16(&before) {
            true => Encoding::Utf16 { big: before.starts_with(&[0xfe]) },
            false => Encoding::Utf8 { mark: before.starts_with(b"\xef\xbb\xbf") },
        };
        let text = decode(&before).ok()?.into_owned();
        let is_notebook = file.absolute.extension().is_some_and(|extension| extension == "ipynb");
        let notebook = if is_notebook { Some(Notebook::from_text(&text).ok()?) } else { None };
        let draft = Draft { before, encoding, text, notebook };
        (*draft.linted() == *file.text && draft.after() == draft.before).then_some(draft)
    }

    /// The text as it is linted.
    pub(super) fn linted(&self) -> &str {
        self.notebook.as_ref().map_or(&self.text, |notebook| &notebook.text)
    }

    /// The file as it is linted.
    pub(super) fn source(&self, file: &SourceFile) -> SourceFile {
        let cells = self.notebook.as_ref().map(|notebook| notebook.cells.clone()).unwrap_or_default();
        file.with_text(self.linted(), cells)
    }

    /// The bytes that are to be in the file.
    pub(super) fn after(&self) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf8 { mark: false } => self.text.clone().into_bytes(),
            Encoding::Utf8 { mark: true } => [b"\xef\xbb\xbf", self.text.as_bytes()].concat(),
            Encoding::Utf16 { big } => {
                let units = std::iter::once(0xfeff).chain(self.text.encode_utf16());
                let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
                units.flat_map(bytes).collect()
            }
        }
    }

    /// The draft with edits in the text as it is linted, sorted and apart from each other.
    /// `None` where they cannot be made in the file without touching anything else.
    pub(super) fn edited(&self, edits: &[(Span, &str)]) -> Option<Draft> {
        let linted = replaced(self.linted(), edits)?;
        let Some(notebook) = &self.notebook else {
            return Some(Draft { text: linted, ..self.clone() });
        };
        let in_file = edits.iter().map(|&(span, text)| in_cells(notebook, &self.text, span, text));
        let in_file: Vec<(Span, String)> = in_file.collect::<Option<_>>()?;
        let in_file: Vec<(Span, &str)> = in_file.iter().map(|(span, said)| (*span, &**said)).collect();
        let text = replaced(&self.text, &in_file)?;
        let notebook = Notebook::from_text(&text).ok()?;
        (notebook.text == linted).then(|| Draft { text, notebook: Some(notebook), ..self.clone() })
    }

    /// The text of the file, without mark.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the file's text that say a part of what is linted; `None` where they say anything else too.
    pub(crate) fn place_in_file(&self, span: Span) -> Option<Range<usize>> {
        match &self.notebook {
            Some(notebook) => notebook.file_range(&self.text, span),
            None => Some(span.range()),
        }
    }

    /// The same edits as they are made in the text of the file. `None` where [`Draft::edited`] makes none.
    pub(crate) fn in_file(&self, edits: &[(Span, &str)]) -> Option<Vec<(Span, String)>> {
        self.edited(edits)?;
        let in_file = edits.iter().map(|&(span, text)| match &self.notebook {
            Some(notebook) => in_cells(notebook, &self.text, span, text),
            None => Some((span, text.to_string())),
        });
        let ends = |(span, text): (Span, String)| (span, line_ends_as(&self.text, &text).into_owned());
        in_file.map(|edit| edit.map(ends)).collect()
    }
}

/// A text with edits that are sorted and apart from each other. What is put in ends its lines
/// as the text does.
fn replaced(text: &str, edits: &[(Span, &str)]) -> Option<String> {
    let crlf = text.contains("\r\n");
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, new) in edits {
        out.push_str(text.get(at..span.start as usize)?);
        out.push_str(&if crlf { with_crlf(new) } else { Cow::Borrowed(*new) });
        at = span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// What is put into a text, with its line ends.
pub(crate) fn line_ends_as<'n>(text: &str, new: &'n str) -> Cow<'n, str> {
    if text.contains("\r\n") { with_crlf(new) } else { new.into() }
}

fn with_crlf(text: &str) -> Cow<'_, str> {
    if text.contains('\n') { text.replace("\r\n", "\n").replace('\n', "\r\n").into() } else { text.into() }
}

/// An edit of the joined cells as one of the notebook's text.
fn in_cells(notebook: &Notebook, json: &str, span: Span, text: &str) -> Option<(Span, String)> {
    let range = notebook.file_range(json, span)?;
    let said = in_string(text, json, range.start)?;
    let range = if said.is_empty() { without_strings(json, range) } else { range };
    Some((Span::new(range.start, range.end), said))
}

/// A text as the inside of the JSON string around a byte. Where that is one line of several in
/// a list, as notebooks are written, further lines are strings of their own.
fn in_string(text: &str, json: &str, at: usize) -> Option<String> {
    let said = serde_json::to_string(text).ok()?;
    let said = said.strip_prefix('"')?.strip_suffix('"')?;
    let line = &json[json[..at].rfind('\n').map_or(0, |end| end + 1)..];
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let alone = line[indent.len()..].starts_with('"') && !line[indent.len()..].starts_with("\"source\"");
    let ends = text.matches('\n').count();
    if ends == 0 || !alone || text.contains('\\') {
        return Some(said.to_string());
    }
    Some(said.replace("\\n", &format!("\\n\",\n{indent}\"")))
}

/// What goes from a list with everything its strings say: the strings too, with the commas after
/// them. The range as it is where it leaves something of a string, or no list around.
fn without_strings(json: &str, range: Range<usize>) -> Range<usize> {
    let before = json[..range.start].strip_suffix('"').map(|before| (before.len(), before.trim_end()));
    let after = json[range.end..].strip_prefix('"').and_then(|after| after.trim_start().strip_prefix(','));
    match (before, after.map(str::trim_start)) {
        (Some((start, before)), Some(after)) if before.ends_with([',', '[']) => {
            start..json.len() - after.len()
        }
        _ => range,
    }
}

/// The text of bytes, as people see it in a diff.
pub(super) fn shown(bytes: &[u8]) -> Cow<'_, str> {
    decode(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes))
}
