//! Work on many items at once.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Nested code is walked by recursion, which the default stack of a thread is too small for.
const STACK_BYTES: usize = 16 << 20;

/// What is left of a stack when a recursion is given up; it is needed to say so.
const RESERVE_BYTES: usize = 1 << 20;

thread_local! {
    /// The address below which little is left of the stack; nothing is known of threads of others.
    static FLOOR: Cell<usize> = const { Cell::new(0) };
}

/// Panics where hardly any stack is left. A recursion that should have had an end costs one rule
/// then, and not the run: an overflow would abort it without a word.
pub(crate) fn assert_stack_left() {
    let here = 0_u8;
    assert!(std::ptr::from_ref(&here).addr() > FLOOR.get(), "a recursion without an end");
}

/// Notes where the stack of a thread that starts here ends.
fn note_stack() {
    let here = 0_u8;
    FLOOR.set(std::ptr::from_ref(&here).addr().saturating_sub(STACK_BYTES - RESERVE_BYTES));
}

/// Applies a function to every item; the results stand in the order of the items. `None`
/// where it panicked: one bad file or rule must not take the others with it.
pub(crate) fn map<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    function: impl Fn(&T) -> R + Sync,
) -> Vec<Option<R>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut results = Vec::new();
        while let Some((index, item)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            items.get(index).map(|item| (index, item))
        } {
            results.push((index, catch_unwind(AssertUnwindSafe(|| function(item))).ok()));
        }
        results
    };
    let mut ordered: Vec<Option<R>> = Vec::new();
    ordered.resize_with(items.len(), || None);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.min(items.len()))
            .map_while(|_| {
                let started = || {
                    note_stack();
                    work()
                };
                std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, started).ok()
            })
            .collect();
        // Where the system gives fewer threads, those there are do the work.
        let alone = if workers.is_empty() { work() } else { Vec::new() };
        let results = workers.into_iter().filter_map(|worker| worker.join().ok()).flatten();
        for (index, result) in results.chain(alone) {
            ordered[index] = result;
        }
    });
    ordered
}

/// Runs a function on a thread whose stack holds the recursion over nested code. `None`
/// where it panicked.
pub(crate) fn on_large_stack<R: Send>(function: impl FnOnce() -> R + Send) -> Option<R> {
    std::thread::scope(|scope| {
        let started = || {
            note_stack();
            function()
        };
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, started);
        thread.ok()?.join().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::{assert_stack_left, map};

    fn deeper(steps: u64) -> u64 {
        assert_stack_left();
        if steps == u64::MAX { 0 } else { deeper(std::hint::black_box(steps + 1)) + 1 }
    }

    #[test]
    fn a_recursion_without_an_end_costs_one_item() {
        let results = map(2, &[1, 2, 3], |&n| if n == 2 { deeper(0) } else { n });
        assert_eq!(results, [Some(1), None, Some(3)]);
    }

    #[test]
    fn order_holds_and_a_panic_costs_one_item() {
        let items: Vec<u32> = (0..100).collect();
        for threads in [1, 3, 8] {
            let results = map(threads, &items, |&n| {
                assert!(n != 50, "a bad item");
                n * 2
            });
            assert_eq!(results.len(), 100);
            assert!(results.iter().enumerate().all(|(i, r)| *r == (i != 50).then_some(i as u32 * 2)));
        }
    }
}
