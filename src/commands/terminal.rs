//! Writing to the terminal: colours, failures, and which stream gets what.

use std::io::{self, IsTerminal, Write as _};

use claude_lint::error::Error;

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

/// Columns to fit text into.
pub(crate) fn width() -> usize {
    const USUAL: usize = 100;
    std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(USUAL).clamp(40, 200)
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::Stdout)
}

/// Writes a line to standard error. When that fails there is nowhere left to say so.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Shows why a command could not run.
pub(crate) fn show_failure(error: Error, color: ColorWhen) {
    let theme = if colored(color, &io::stderr()) {
        miette::GraphicalTheme::unicode()
    } else {
        miette::GraphicalTheme::unicode_nocolor()
    };
    let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(width()).with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, &error).is_err() {
        text = error.to_string();
    }
    say(&format!("error:{}", text.trim_end()));
}
