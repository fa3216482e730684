//! Fixes: what each rule does to code, exactly; that every fixture survives them; and how the
//! program reads and writes files.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "marks are looked at elsewhere")]
mod support;

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod files;
mod limits;
mod moves;
mod rules;
mod survey;
