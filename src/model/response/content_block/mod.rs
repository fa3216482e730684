//! Content blocks of an answer: code that picks one by its position, and what makes sure of it.

mod calls;
mod each;
mod index;
mod kind;
mod pattern;
mod presence;
mod repair;
mod second_choice;

pub use index::BlockByPosition;
