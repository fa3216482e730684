//! Notebooks: joining cells, leaving out what is no Python, and finding places again.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::lang::Dialect;
use claude_lint::source::{Notebook, NotebookPlace};

const PRETTY: &str = r##"{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": ["# Not code"]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {},
   "outputs": [{"output_type": "stream", "text": ["{\"cell_type\": \"code\"}"]}],
   "source": [
    "%pip install example\n",
    "import json\n",
    "\n",
    "print(\"a \\\" \u00fc \ud83d\ude00\", json)"
   ]
  },
  {
   "cell_type": "code",
   "metadata": {},
   "source": ["%%bash\n", "ls"]
  },
  {
   "cell_type": "code",
   "metadata": {},
   "source": "x = 1\r\ny = \"\tü\" + z\n"
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4
}"##;

fn place(notebook: &Notebook, needle: &str) -> (u32, u32, u32, u32, u32) {
    let NotebookPlace { cell, line, column, file_line, file_column } =
        notebook.place(notebook.text.find(needle).unwrap() as u32).unwrap();
    (cell, line, column, file_line, file_column)
}

/// Line and column of the only occurrence of a text in the file.
fn in_file(json: &str, needle: &str) -> (u32, u32) {
    let at = json.find(needle).unwrap();
    assert_eq!(json.matches(needle).count(), 1, "{needle} is not unique");
    let start = json[..at].rfind('\n').map_or(0, |end| end + 1);
    (json[..at].matches('\n').count() as u32 + 1, json[start..at].chars().count() as u32 + 1)
}

#[test]
fn python_cells_are_joined() {
    let notebook = Notebook::from_text(PRETTY).unwrap();
    let expected =
        "#pip install example\nimport json\n\nprint(\"a \\\" ü 😀\", json)\nx = 1\ny = \"\tü\" + z\n";
    assert_eq!(notebook.text, expected);
    let cells: Vec<_> = notebook.cells.iter().map(|c| (c.number, c.first_line, c.file_lines.len())).collect();
    assert_eq!(cells, [(2, 1, 4), (4, 5, 2)]);
    assert_eq!(&*notebook.cells[0].file_lines, [14, 15, 16, 17]);
    assert!(Dialect::Python.facts(&notebook.text).errors.is_empty());
}

#[test]
fn places_are_exact_behind_escapes() {
    let notebook = Notebook::from_text(PRETTY).unwrap();
    let check = |needle: &str, cell: (u32, u32, u32), file: (u32, u32)| {
        let (number, line, column, file_line, file_column) = place(&notebook, needle);
        assert_eq!(((number, line, column), (file_line, file_column)), (cell, file), "{needle}");
    };
    check("import json", (2, 2, 1), in_file(PRETTY, "import json"));
    check("print", (2, 4, 1), in_file(PRETTY, "print"));
    check(", json)", (2, 4, 17), in_file(PRETTY, ", json)"));
    check("😀", (2, 4, 15), in_file(PRETTY, "\\ud83d"));
    check("x = 1", (4, 1, 1), in_file(PRETTY, "x = 1"));
    check("y = ", (4, 2, 1), in_file(PRETTY, "y = "));
    check("z\n", (4, 2, 12), in_file(PRETTY, "z\\n"));
}

#[test]
fn offsets_past_the_end_stay_in_the_last_cell() {
    let notebook = Notebook::from_text(PRETTY).unwrap();
    assert_eq!(notebook.place(u32::MAX).unwrap().cell, 4);
    assert_eq!(Notebook::from_text(r#"{"cells": []}"#).unwrap().place(0), None);
}

#[test]
fn one_line_files_have_columns() {
    let json = r#"{"nbformat":4,"cells":[{"source":["a = 1\n","b = 2"],"cell_type":"code"}]}"#;
    let notebook = Notebook::from_text(json).unwrap();
    assert_eq!(notebook.text, "a = 1\nb = 2\n");
    let (cell, line, column, file_line, file_column) = place(&notebook, "2");
    assert_eq!((cell, line, column), (1, 2, 5));
    assert_eq!((file_line, file_column), in_file(json, "2\"]"));
}

#[test]
fn version_three_has_worksheets() {
    let json = r#"{"worksheets": [{"cells": [
        {"cell_type": "heading", "source": ["Title"]},
        {"cell_type": "code", "language": "python", "input": ["a = 1"]},
        {"cell_type": "code", "language": "julia", "input": ["a = 2"]}
    ]}]}"#;
    let notebook = Notebook::from_text(json).unwrap();
    assert_eq!(notebook.text, "a = 1\n");
    assert_eq!(place(&notebook, "1"), (2, 1, 5, 3, in_file(json, "1\"]").1));
}

#[test]
fn other_kernels_have_no_python() {
    for metadata in [r#"{"language_info": {"name": "R"}}"#, r#"{"kernelspec": {"language": "typescript"}}"#] {
        let json =
            format!(r#"{{"cells": [{{"cell_type": "code", "source": "x"}}], "metadata": {metadata}}}"#);
        let notebook = Notebook::from_text(&json).unwrap();
        assert_eq!((&*notebook.text, notebook.cells.len()), ("", 0));
        assert!(notebook.other_language.is_some());
    }
}

#[test]
fn broken_files_say_what_is_wrong() {
    let message = |bytes: &[u8]| Notebook::from_bytes(bytes).unwrap_err().to_string();
    assert!(message(b"{\n \"cells\": [").contains("line 2 column 11"), "{}", message(b"{\n \"cells\": ["));
    assert_eq!(message(b"{}"), "is not a notebook: it has no cells");
    assert!(message(b"{\"cells\": [{\"cell_type\": \"code\", \"source\": 3}]}").contains("source of a cell"));
    assert!(message(b"\xff").contains("UTF-8"));
}

/// What is no Python is written over with as many bytes; people see what they wrote.
#[test]
fn lines_that_are_written_over_are_kept_for_people() {
    let json = r##"{"cells": [{"cell_type": "markdown", "source": "x"}, {"cell_type": "code", "source": [
        "%time import json\n", "files = !ls -l \u00fc\n", "!echo hi\n", "plain = 1"]}], "nbformat": 4}"##;
    let notebook = Notebook::from_text(json).unwrap();
    let cell = &notebook.cells[0];
    let written: Vec<_> = (1..=4).map(|line| cell.written(line)).collect();
    assert_eq!(written, [Some("%time import json"), Some("files = !ls -l ü"), Some("!echo hi"), None]);
    for (line, text) in notebook.text.lines().enumerate() {
        assert_eq!(cell.written(line as u32 + 1).unwrap_or(text).len(), text.len());
    }
}
