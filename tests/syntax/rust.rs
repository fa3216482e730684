#!/usr/bin/env run
#![allow(dead_code)]
//! Every construct the Rust queries name.

extern crate alloc;
extern crate std as base;

pub use self::inner::{Deep, deep::*};
use crate::config::{self, Settings as Options};
pub(crate) mod outside;

/// A struct with fields.
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
#[path = "other.rs"]
pub struct Request<'a, T: Into<String>, const N: usize>
where
    T: ?Sized,
{
    #[serde(default)]
    pub model: T,
    tokens: [u8; N],
    name: &'a str,
}

pub struct Pair(#[serde(skip)] pub u8, (u8,), ());
struct Unit;

pub union Bits {
    a: u32,
    b: f32,
}

pub enum Block {
    Empty,
    Text(String),
    Tool { id: String, input: Vec<u8> },
    Code = 4,
}

pub trait Client: Send + base::fmt::Debug + 'static {
    type Output;
    const LIMIT: u32;
    pub async fn send(&self, request: &Request<u8, 1>) -> Result<(), Error>;
    fn visit(&self, f: &dyn for<'b> Fn(&'b str) -> bool) {
        f("x");
    }
}

trait Bare {}

impl<T> Client for Wrapper<T> {
    type Output = <T as Bare>::Output;
    async fn send(self: Box<Self>, (a, _): (u8, u8), mut b: *const u8, _: fn(u8) -> u8) -> ! {
        loop {}
    }
}

impl Unit {
    fn new() {}
}

mod inner {
    pub mod deep {}
}

extern "C" {
    fn printf(format: *const u8, ...) -> i32;
}

pub type Alias<T> = base::Vec<Box<dyn Iterator<Item = T> + Send>>;
pub const ZERO: u8 = 0;
pub static NAME: &str = "x";

macro_rules! twice {
    ($x:expr) => {
        $x + $x
    };
}

fn simple(take: impl Fn() -> u8 + Send, give: impl Into<String>, fns: fn()) {}

async fn everything() -> Option<u8> {
    let plain;
    let mut typed: u32 = 0x1F_u32;
    let Some(value) = take() else { return None };
    let _ = unsafe { danger() };
    let list = [1, 2.5, -3];
    let zeros = [0u8; 16];
    let tuple = (1, 'c', b'c', true, ());
    let texts = ("a\n\u{41}", r#"raw"#, b"bytes", c"c");
    typed = 5;
    typed += 1;
    ;
    let object = base::Request::<u8> { model: 1, value, ..Default::default() };
    let point = Point { x: 1 };
    let other = crate::a::b::<u8>(self::c, super::d);
    let turbo = list.iter().collect::<Vec<_>>();
    let qualified = <u8 as Default>::default();
    let generic = Vec::<u8>::new();
    let ranges = (&list[1..], ..3, 1..=2, ..);
    let cast = !typed as u64 * 2;
    let deref = *&typed;
    let closure = async move |a, _: u8, (b, c)| -> u8 { a };
    let bare = || 1;
    let later = async move { list.len() };
    let pattern = |&x: &u8| x;
    const { assert!(LIMIT > 0) };
    'outer: for (i, _) in (list).iter().enumerate() {
        while let Some(x) = next() && x > 1 {
            if i == 1 { continue 'outer } else if i == 2 { break 'outer } else { break }
        }
    }
    for _ in 0..3 {}
    let found = loop {
        break 5;
    };
    match block {
        Block::Text(ref text) if let Some(t) = text && true => text,
        Block::Tool { id, ref input, input: mut other, .. } | Block::Other { .. } => id,
        Wrapper::<u8>(_) => 1,
        1..=5 | 9.. | -1 | _ => 2,
        named @ Some(_) | named @ _ => 3,
        (a, _) => 4,
        [first, .., _] => 5,
        Nothing::<u8> => 0,
        &reference => 6,
        &_ => 7,
        (&mut x, ref _y) => 8,
    }
    let made = twice!(2);
    later.await?;
    send(1)?.0.field
}

fn coroutine() {
    let g = gen { yield 1; };
    let t = try { 1? };
    yield;
    return;
}
