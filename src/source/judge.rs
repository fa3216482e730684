//! What one file turns out to be when it is read.

use super::prefilter::{Mention, scan};
use super::problem::{Note, Problem};
use super::walk::Found;
use super::{Buffers, Notebook, SourceFile, read, skip};
use crate::config::WrapperNeedles;

/// What one file turned out to be.
pub(super) enum Verdict {
    /// To be linted.
    Lint(SourceFile, Mention),
    /// Does not mention Claude.
    Silent,
    /// Left out on purpose.
    Note(Note),
    /// Not readable.
    Problem(Problem),
}

fn is_notebook(found: &Found) -> bool {
    found.absolute.extension().is_some_and(|e| e == "ipynb")
}

/// Reads a file and judges it.
pub(super) fn judge(
    found: &Found,
    buffers: &Buffers,
    wrappers: &WrapperNeedles,
    buffer: &mut Vec<u8>,
) -> Verdict {
    let limit = if is_notebook(found) { skip::MAX_NOTEBOOK_BYTES } else { skip::MAX_SOURCE_BYTES };
    match buffers.read(&found.absolute, limit, buffer) {
        Ok(Ok(())) => judge_bytes(found, wrappers, buffer),
        Ok(Err(size)) => {
            let message = format!("too large ({} KiB; the limit is {} KiB)", size >> 10, limit >> 10);
            if found.named {
                Verdict::Problem(Problem::new(&found.shown, message))
            } else {
                Verdict::Note(Note::new(&found.shown, message))
            }
        }
        Err(error) => Verdict::Problem(Problem::io(&found.shown, &error)),
    }
}

/// Judges what was read.
pub(super) fn judge_bytes(found: &Found, wrappers: &WrapperNeedles, bytes: &[u8]) -> Verdict {
    let scan = |bytes: &[u8]| match scan(bytes) {
        Mention::Code => Mention::Code,
        _ if wrappers.are_in(bytes) => Mention::Code,
        other => other,
    };
    let mut mention = scan(bytes);
    // Files without a mention may be in any encoding: nobody asked for them.
    if mention == Mention::None && !found.named && !read::is_utf16(bytes) {
        return Verdict::Silent;
    }
    let text = match read::decode(bytes) {
        Ok(text) => text,
        Err(_) if mention == Mention::None && !found.named => return Verdict::Silent,
        Err(reason) => return Verdict::Problem(Problem::new(&found.shown, reason.message())),
    };
    if read::is_utf16(bytes) {
        mention = scan(text.as_bytes());
    }
    if mention == Mention::None {
        return Verdict::Silent;
    }
    if !found.named
        && let Some(reason) = skip::text(&found.shown, &text, found.dialect)
    {
        return Verdict::Note(Note::new(&found.shown, reason));
    }
    if is_notebook(found) {
        return judge_notebook(found, &text, mention);
    }
    Verdict::Lint(file_of(found, &text), mention)
}

fn judge_notebook(found: &Found, text: &str, mention: Mention) -> Verdict {
    let notebook = match Notebook::from_text(text) {
        Ok(notebook) => notebook,
        Err(error) => return Verdict::Problem(Problem::new(&found.shown, error.to_string())),
    };
    if let Some(language) = notebook.other_language {
        return Verdict::Note(Note::new(&found.shown, format!("is a notebook in {language}")));
    }
    let file = file_of(found, &notebook.text);
    Verdict::Lint(file.with_cells(notebook.cells), mention)
}

/// A file that is wanted although it does not mention Claude; `None` if it cannot be.
pub(super) fn judge_related(found: &Found, buffers: &Buffers) -> Option<SourceFile> {
    let mut buffer = Vec::new();
    buffers.read(&found.absolute, skip::MAX_SOURCE_BYTES, &mut buffer).ok()?.ok()?;
    let text = read::decode(&buffer).ok()?;
    if is_notebook(found) || skip::text(&found.shown, &text, found.dialect).is_some() {
        return None;
    }
    Some(file_of(found, &text))
}

fn file_of(found: &Found, text: &str) -> SourceFile {
    SourceFile::new(found.shown.clone(), &found.absolute, text, found.dialect).with_place(&found.place)
}
