//! What notebooks hold besides Python: magics, shell commands and requests for help.
//!
//! They are written over without changing the length of anything, so that every
//! position behind them stays true.

/// Cell magics that run the cell as Python. Any other one makes it a different language,
/// or text for a file.
const PYTHON_CELL_MAGICS: &[&str] =
    &["capture", "debug", "memit", "prun", "python", "python3", "time", "timeit"];

/// Line magics that run the rest of their line as a statement.
const STATEMENT_MAGICS: &[&str] = &["%time", "%timeit", "%prun", "%memit"];

/// A cell's text as plain Python of the same length; `None` when the cell is no Python.
pub(super) fn neutralize(cell: &str) -> Option<String> {
    if let Some(magic) = cell_magic(cell)
        && !PYTHON_CELL_MAGICS.contains(&magic)
    {
        return None;
    }
    let mut out = String::with_capacity(cell.len());
    let mut state = State::default();
    let mut in_command = false;
    for line in cell.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        let foreign = if in_command { Some(Foreign::Line(0)) } else { state.foreign(content) };
        match foreign {
            Some(foreign) => {
                in_command = content.ends_with('\\');
                overwrite(content, foreign, &mut out);
            }
            None => {
                state.advance(content);
                out.push_str(content);
            }
        }
        out.push_str(&line[content.len()..]);
    }
    Some(out)
}

/// The name of the cell magic that the first line with code is.
fn cell_magic(cell: &str) -> Option<&str> {
    let mut lines = cell.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let name = lines.next()?.strip_prefix("%%")?;
    Some(name.split(|c: char| c.is_whitespace()).next().unwrap_or(name))
}

/// The part of a line that is no Python.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Foreign {
    /// All from this byte on.
    Line(usize),
    /// A value from this byte on: `files = !ls`.
    Value(usize),
    /// A magic in front of a statement, from the first byte to the second: `%time f()`.
    Prefix(usize, usize),
}

fn overwrite(line: &str, foreign: Foreign, out: &mut String) {
    match foreign {
        Foreign::Line(0) => {
            let first = line.chars().next();
            // An empty line within a command stays one.
            out.push_str(if first.is_some() { "#" } else { "" });
            keep_rest(line, first, out);
        }
        // An indented line may be the only one of its block, which a comment would leave empty.
        Foreign::Line(at) => {
            out.push_str(&line[..at]);
            comment_behind('0', &line[at..], out);
        }
        Foreign::Value(at) => {
            out.push_str(&line[..at]);
            comment_behind('_', &line[at..], out);
        }
        Foreign::Prefix(start, end) => {
            out.push_str(&line[..start]);
            out.push_str("0;");
            out.extend(std::iter::repeat_n(' ', end - start - 2));
            out.push_str(&line[end..]);
        }
    }
}

/// Writes a one-byte expression over the first byte and a `#` over what comes next.
fn comment_behind(expression: char, rest: &str, out: &mut String) {
    out.push(expression);
    let mut rest = rest.chars();
    let width = rest.next().map_or(1, char::len_utf8);
    out.extend(std::iter::repeat_n(' ', width - 1));
    let first = rest.clone().next();
    out.push_str(if first.is_some() { "#" } else { "" });
    keep_rest(rest.as_str(), first, out);
}

/// What follows a first character that one byte was written for.
fn keep_rest(text: &str, first: Option<char>, out: &mut String) {
    let width = first.map_or(0, char::len_utf8);
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(1)));
    out.push_str(&text[width..]);
}

/// What of the lines before still holds at the start of a line.
#[derive(Debug, Default)]
struct State {
    /// Open brackets.
    depth: usize,
    /// The quotes that end an open string of several lines.
    string: Option<&'static str>,
    /// The line before ended in a backslash.
    continued: bool,
}

impl State {
    /// Whether a line begins a statement.
    fn at_statement(&self) -> bool {
        self.depth == 0 && self.string.is_none() && !self.continued
    }

    fn foreign(&self, line: &str) -> Option<Foreign> {
        if !self.at_statement() {
            return None;
        }
        let start = line.len() - line.trim_start().len();
        let code = &line[start..];
        // None of these can begin a statement of Python.
        if let Some(magic) =
            STATEMENT_MAGICS.iter().find(|m| code.strip_prefix(**m).is_some_and(|r| r.starts_with(' ')))
        {
            let statement = code[magic.len()..].trim_start();
            if !statement.is_empty() && !statement.starts_with('-') {
                return Some(Foreign::Prefix(start, line.len() - statement.len()));
            }
        }
        if code.starts_with(['%', '!', '?', ',', ';', '/']) {
            return Some(Foreign::Line(start));
        }
        let mut ends_in_question = false;
        let mut value = None;
        let mut previous = ' ';
        let mut scan = State::default();
        scan.walk(code, &mut |at, c, depth| {
            let command = c == '!' || c == '%';
            if command && depth == 0 && previous == '=' && value.is_none() {
                value = Some(start + at);
            }
            ends_in_question = c == '?';
            previous = c;
        });
        match value {
            Some(at) => Some(Foreign::Value(at)),
            None => ends_in_question.then_some(Foreign::Line(start)),
        }
    }

    fn advance(&mut self, line: &str) {
        self.walk(line, &mut |_, _, _| {});
    }

    /// Walks over a line, telling `see` of every character of code that is no blank, with its
    /// byte and the brackets open before it.
    fn walk(&mut self, line: &str, see: &mut dyn FnMut(usize, char, usize)) {
        self.continued = false;
        let mut at = 0;
        while let Some(c) = line[at..].chars().next() {
            let rest = &line[at..];
            if let Some(quotes) = self.string {
                if rest.starts_with(quotes) {
                    self.string = None;
                    at += quotes.len();
                } else {
                    let escaped =
                        if c == '\\' { rest[1..].chars().next().map_or(0, char::len_utf8) } else { 0 };
                    self.continued = c == '\\' && escaped == 0;
                    at += c.len_utf8() + escaped;
                }
                continue;
            }
            match c {
                '#' => return,
                '"' | '\'' => {
                    let quotes = ["\"\"\"", "'''", "\"", "'"];
                    self.string = quotes.into_iter().find(|q| rest.starts_with(q));
                    see(at, c, self.depth);
                    at += self.string.map_or(1, str::len);
                    continue;
                }
                '(' | '[' | '{' => self.depth += 1,
                ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
                '\\' => self.continued = rest.len() == 1,
                _ => {}
            }
            if !c.is_whitespace() {
                see(at, c, self.depth);
            }
            at += c.len_utf8();
        }
        // A string in single quotes ends with its line, unless a backslash continues it.
        if self.string.is_some_and(|quotes| quotes.len() == 1) && !self.continued {
            self.string = None;
        }
        if self.string.is_some_and(|quotes| quotes.len() == 3) {
            self.continued = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::neutralize;

    #[track_caller]
    fn check(cell: &str, expected: Option<&str>) {
        let found = neutralize(cell);
        assert_eq!(found.as_deref(), expected);
        if let Some(found) = found {
            assert_eq!(found.len(), cell.len(), "no byte may move");
        }
    }

    #[test]
    fn lines_that_are_no_python_become_comments() {
        check("%pip install x\nimport x", Some("#pip install x\nimport x"));
        check("!ls -la", Some("#ls -la"));
        check("?print\nprint??\nü?\n", Some("#print\n#rint??\n# ?\n"));
        check(",f a b", Some("#f a b"));
        check("!", Some("#"));
    }

    #[test]
    fn continued_commands_are_commented_out_to_their_end() {
        check("!pip install \\\n  a \\\n\nx = 1", Some("#pip install \\\n# a \\\n\nx = 1"));
    }

    #[test]
    fn blocks_keep_a_statement() {
        check("if a:\n    !ls ü\n    %x\n    !\n    ü?", Some("if a:\n    0#s ü\n    0#\n    0\n    0 #"));
    }

    #[test]
    fn captured_commands_keep_their_target() {
        check("files = !ls\nx = %who", Some("files = _#s\nx = _#ho"));
        check("f(a=b % c)\nx = a % b\ny = a != b", Some("f(a=b % c)\nx = a % b\ny = a != b"));
    }

    #[test]
    fn timed_statements_are_kept() {
        check("%time x = f()", Some("0;    x = f()"));
        check("%timeit -n 5 f()", Some("#timeit -n 5 f()"));
        check("%timeit", Some("#timeit"));
    }

    #[test]
    fn lines_within_brackets_and_strings_are_python() {
        for text in [
            "x = (a\n% b)",
            "x = \"\"\"\n%no\n!no\nwhat?\n\"\"\"",
            "x = 'it\\'s' # why?\ny = \"?\"",
            "x = a \\\n% b",
            "x = f('(')\ny = 'a\\\n% b'",
        ] {
            check(text, Some(text));
        }
        check("x = '('\n!ls", Some("x = '('\n#ls"));
        check("x = \"\"\"\\\"\"\"\\\n\"\"\"\n!ls", Some("x = \"\"\"\\\"\"\"\\\n\"\"\"\n#ls"));
    }

    #[test]
    fn cells_in_other_languages_are_left_out() {
        check("%%bash\nls", None);
        check("\n# why\n%%writefile a.py\nx = 1", None);
        check("%%time\nx = 1", Some("#%time\nx = 1"));
        check("x = 1\n%%bash", Some("x = 1\n#%bash"));
    }
}
