//! `claude-lint schema`.

use claude_lint::config::json_schema;
use claude_lint::error::Error;

use super::CLEAN;
use super::terminal::print;

/// Prints the JSON Schema of configuration files.
pub(crate) fn run() -> Result<u8, Error> {
    print(&format!("{:#}\n", json_schema()))?;
    Ok(CLEAN)
}
