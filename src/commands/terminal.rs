//! Writing to the terminal: colours, failures, and which stream gets what.

use std::error::Error as _;
use std::io::{self, IsTerminal, Write as _};

use claude_lint::error::Error;
use claude_lint::report::neutralize;
use claude_lint::source::io_reason;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use crate::cli::ColorWhen;

/// Whether to colour what goes to a stream.
pub(crate) fn colored(when: ColorWhen, stream: &impl IsTerminal) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        ColorWhen::Auto if set("NO_COLOR") => false,
        ColorWhen::Auto if set("CLICOLOR_FORCE") => {
            std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0")
        }
        ColorWhen::Auto => stream.is_terminal() && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
    }
}

/// Columns to fit text into: what `COLUMNS` says, what the terminal has, or the usual.
pub(crate) fn width() -> usize {
    const USUAL: usize = 100;
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let has = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    said.or_else(has).unwrap_or(USUAL).clamp(40, 200)
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    print_bytes(text.as_bytes())
}

/// Writes to standard output what may be in any encoding.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(Error::Stdout)
}

/// Writes a line to standard error. When that fails there is nowhere left to say so.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Shows why a command could not run, and what to do about it.
pub(crate) fn show_failure(error: &Error, color: ColorWhen) {
    let colored = colored(color, &io::stderr());
    if let Error::Config(bad) = error {
        return bad.each().for_each(|mistake| show(mistake, mistake.to_string(), colored));
    }
    let mut message = error.to_string();
    if let Some(reason) = error.source().and_then(|source| source.downcast_ref::<io::Error>()) {
        message = format!("{message}: {}", io_reason(reason));
    }
    show(error, message, colored);
}

fn show(error: &dyn Diagnostic, message: String, colored: bool) {
    let paint = |code: &str, text: &str| {
        if colored { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    };
    say(&format!("{} {}", paint("1;31", "error:"), neutralize(&message)));
    if let Some(frame) = frame(error, colored) {
        say(&frame);
    }
    if let Some(help) = error.help() {
        say(&format!("  {} {}", paint("36", "help:"), neutralize(&help.to_string())));
    }
}

/// The text in which something is wrong, with the place marked.
fn frame(error: &dyn Diagnostic, colored: bool) -> Option<String> {
    let source = error.source_code()?;
    let labels: Vec<_> = error.labels()?.collect();
    let theme = if colored { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width()).with_context_lines(1);
    let mut text = String::new();
    handler.render_report(&mut text, &Frame { source, labels }).ok()?;
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    // Above the frame stands the message, which is said already.
    let lines: Vec<&str> = lines.skip_while(|line| !line.contains('╭')).collect();
    Some(lines.join("\n"))
}

/// Nothing but a marked text.
struct Frame<'a> {
    source: &'a dyn SourceCode,
    labels: Vec<LabeledSpan>,
}

impl std::fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("frame")
    }
}

impl std::fmt::Display for Frame<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("here")
    }
}

impl std::error::Error for Frame<'_> {}

impl Diagnostic for Frame<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
