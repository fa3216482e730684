//! `claude-lint man`: for those who make packages.

use clap::CommandFactory as _;
use claude_lint::error::Error;

use super::CLEAN;
use super::terminal::print;
use crate::cli::{Cli, ManArgs};

/// Prints the page, or writes all of them.
pub(crate) fn run(args: &ManArgs) -> Result<u8, Error> {
    match &args.folder {
        Some(folder) => std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
            .map_err(|source| Error::Output { path: folder.clone(), source })?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(Error::Stdout)?;
            print(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(CLEAN)
}
