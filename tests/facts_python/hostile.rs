use claude_lint::lang::Dialect;

use crate::lower;

#[test]
fn every_comment_counts_once() {
    let source = "# 1\nfrom a import ( # 2\n  b, # 3\n)\n@c # 4\ndef f( # 5\n  a: # 6\n    int,\n): # 7\n  # 8\n  return ( # 9\n    a # 10\n    .b['#'])\nwith ( # 11\n  a as b, # 12\n): pass # 13\nmatch a: # 14\n  # 15\n  case 1: # 16\n    pass\n# 17";
    let comments: Vec<_> =
        lower(source).comments.iter().map(|c| source[c.span.range()].to_string()).collect();
    let expected: Vec<_> = (1..=17).map(|n| format!("# {n}")).collect();
    assert_eq!(comments, expected);
}

#[test]
fn errors_are_the_outermost_ones() {
    let facts = Dialect::Python.facts("a = (1\nb = $ + 2\nc = 3\n");
    assert!(!facts.errors.is_empty());
    for (i, outer) in facts.errors.iter().enumerate() {
        assert!(facts.errors.iter().enumerate().all(|(j, inner)| i == j || !outer.contains(*inner)));
    }
    assert!(Dialect::Python.facts("f(a, b").errors.len() == 1, "a missing bracket is an error");
}

#[test]
fn depth_has_a_limit() {
    let deep = [
        "x = a".to_string() + &".b".repeat(20_000),
        "x = a".to_string() + &" < b".repeat(20_000),
        "if a: b\n".to_string() + &"elif a: b\n".repeat(5_000),
        "match a:\n case a".to_string() + &".b".repeat(20_000) + ": pass",
    ];
    for source in deep {
        let facts = std::thread::Builder::new()
            .stack_size(16 << 20)
            .spawn(move || Dialect::Python.facts(&source))
            .unwrap()
            .join()
            .unwrap();
        assert!(facts.too_deep);
        let depth = facts.ids().map(|id| facts.ancestors(id).count()).max().unwrap();
        assert!(depth < 1_000, "{depth}");
    }
}
