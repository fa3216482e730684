//! What makes a result the same as one of an earlier run.

use rustc_hash::FxHashMap;

/// The window of the rolling hash, in UTF-16 units.
const WINDOW: usize = 100;
const BASE: u64 = 37;

/// GitHub's `primaryLocationLineHash` of every line of a text: a rolling hash of the hundred
/// units from the start of the line on, spaces and tabs aside, and how often it occurred so far.
pub fn line_hashes(text: &str) -> Vec<String> {
    let mut state = Rolling::new(text);
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let (space, feed, carriage) = (unit == 0x20 || unit == 0x09, unit == 0x0a, unit == 0x0d);
        if space || (after_return && feed) {
            after_return = false;
            continue;
        }
        after_return = carriage;
        state.push(if carriage { 0x0a } else { unit });
    }
    state.push(0xffff);
    for _ in 0..WINDOW {
        state.shift(0);
    }
    state.hashes
}

struct Rolling {
    hash: u64,
    /// 37 to the power of the window: what the oldest unit has been multiplied with.
    oldest_factor: u64,
    window: [u16; WINDOW],
    /// Where a line starts in the window.
    starts: [bool; WINDOW],
    index: usize,
    line_start: bool,
    seen: FxHashMap<u64, u32>,
    hashes: Vec<String>,
}

impl Rolling {
    fn new(text: &str) -> Rolling {
        Rolling {
            hash: 0,
            oldest_factor: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(BASE)),
            window: [0; WINDOW],
            starts: [false; WINDOW],
            index: 0,
            line_start: true,
            seen: FxHashMap::default(),
            hashes: Vec::with_capacity(text.len() / 32),
        }
    }

    /// Takes a unit of the text.
    fn push(&mut self, unit: u16) {
        self.leave();
        if self.line_start {
            self.starts[self.index] = true;
        }
        self.line_start = unit == 0x0a;
        self.roll(unit);
    }

    /// Takes a filler after the end of the text.
    fn shift(&mut self, unit: u16) {
        self.leave();
        self.roll(unit);
    }

    /// The oldest unit is about to leave the window; where a line starts with it, the hash is
    /// the hash of that line.
    fn leave(&mut self) {
        if !std::mem::take(&mut self.starts[self.index]) {
            return;
        }
        let count = self.seen.entry(self.hash).or_insert(0);
        *count += 1;
        self.hashes.push(format!("{:x}:{count}", self.hash));
    }

    fn roll(&mut self, unit: u16) {
        let oldest = std::mem::replace(&mut self.window[self.index], unit);
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(self.oldest_factor.wrapping_mul(u64::from(oldest)));
        self.index = (self.index + 1) % WINDOW;
    }
}

/// Our own fingerprints: of rule, path and matched text, and a number where these repeat.
/// Lines may move without changing them.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: FxHashMap<u64, u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, in the order of the report.
    pub(super) fn next(&mut self, rule: &str, path: &str, matched: &str) -> String {
        let mut hash = Fnv::default();
        hash.add(rule);
        hash.add(path);
        for word in matched.split_whitespace() {
            hash.add(word);
        }
        let count = self.seen.entry(hash.0).or_insert(0);
        *count += 1;
        format!("{:016x}:{count}", hash.0)
    }
}

/// Stands for a piece of code in a baseline; blanks count for nothing.
pub(crate) fn key(code: &str) -> String {
    let mut hash = Fnv::default();
    for word in code.split_whitespace() {
        hash.add(word);
    }
    format!("{:016x}", hash.0)
}

/// 64-bit FNV-1a, the same for ever and everywhere.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds a text and a mark for its end.
    fn add(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let hashes = line_hashes(text);
        let count = expected.split(' ').count();
        assert_eq!(hashes[..count].join(" "), expected, "{text:?}");
    }

    #[test]
    fn hashes_are_those_of_github() {
        check("", "c129715d7a2bc9a3:1");
        check(
            " a\nb\n  \t\tc\n d",
            "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1",
        );
        check(
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            "e54938cc54b302f1:1 bb609acbe9138d60:1 1131fd5871777f34:1",
        );
        let lorem = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(lorem[5..7], ["a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1"]);
    }

    #[test]
    fn line_breaks_of_any_kind_hash_alike() {
        let unix = line_hashes("a\nb\n\nc\n");
        assert_eq!(line_hashes("a\r\nb\r\n\r\nc\r\n"), unix);
        assert_eq!(line_hashes("a\rb\r\rc\r"), unix);
        assert_eq!(unix.len(), 5);
    }

    #[test]
    fn own_fingerprints_follow_the_text_not_the_line() {
        let mut one = Fingerprints::default();
        let mut two = Fingerprints::default();
        let first = one.next("a-rule", "src/a.py", "f(x,\n  y)");
        assert_eq!(first, two.next("a-rule", "src/a.py", "f(x, y)"));
        assert_ne!(first, one.next("a-rule", "src/a.py", "f(x, y)"));
        assert_ne!(first, two.next("a-rule", "src/b.py", "f(x, y)"));
        assert_eq!(Fingerprints::default().next("r", "p", "t"), "ed649451b0bc4c7b:1");
    }
}
