//! Values that options take.

use std::fmt;
use std::path::PathBuf;

use clap::ValueEnum;
use claude_lint::report::OutputFormat;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SeverityArg {
    Error,
    Warning,
    Info,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// A table
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    Auto,
    Always,
    Never,
}

/// A report that is asked for: `FORMAT` or `FORMAT=FILE`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wanted {
    pub(crate) format: OutputFormat,
    /// Standard output where there is none.
    pub(crate) file: Option<PathBuf>,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.format)
    }
}

/// Reads what a variable says of an option without a value.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_lowercase().as_str() {
        "1" | "true" | "yes" | "on" | "y" | "t" => Ok(true),
        "" | "0" | "false" | "no" | "off" | "n" | "f" => Ok(false),
        _ => Err("it is switched on by `1` or `true`, off by `0` or `false`".into()),
    }
}

/// Reads the name of a category.
pub(super) fn category(text: &str) -> Result<String, String> {
    match text.trim_end_matches('/') {
        "" => Err("a category has a name".into()),
        name if name.contains(char::is_control) => Err("a category is one line of text".into()),
        name => Ok(name.to_string()),
    }
}

/// Reads `FORMAT[=FILE]`.
pub(super) fn wanted(text: &str) -> Result<Wanted, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("there is no file behind `=`".into()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    match OutputFormat::find(name) {
        Some(format) => Ok(Wanted { format, file }),
        None => Err(format!("there is no format `{name}`\n  [possible values: {}]", names())),
    }
}

fn names() -> String {
    OutputFormat::ALL.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_are_on_or_off() {
        assert_eq!((switch("1"), switch("TRUE"), switch("")), (Ok(true), Ok(true), Ok(false)));
        assert_eq!((switch("0"), switch("off")), (Ok(false), Ok(false)));
        assert!(switch("maybe").is_err());
    }

    #[test]
    fn categories_are_names() {
        assert_eq!(category("tools/x"), Ok("tools/x".to_string()));
        assert_eq!(category("tools/x/"), Ok("tools/x".to_string()));
        assert!(category("").is_err() && category("/").is_err() && category("a\nb").is_err());
    }

    #[test]
    fn formats_may_name_a_file() {
        assert_eq!(wanted("sarif"), Ok(Wanted { format: OutputFormat::Sarif, file: None }));
        let file = Some(PathBuf::from("out/a=b.xml"));
        assert_eq!(wanted("junit=out/a=b.xml"), Ok(Wanted { format: OutputFormat::Junit, file }));
        assert!(wanted("junit=").is_err_and(|e| e.contains("no file")));
        assert!(wanted("xml").is_err_and(|e| e.contains("json-lines, sarif, github")));
    }
}
