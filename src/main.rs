//! The command line program.

mod cli;
mod commands;

use std::process::ExitCode;

use clap::Parser as _;

/// A run is many small allocations: with the system's allocator it takes a third longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::run(cli::Cli::parse())
}
