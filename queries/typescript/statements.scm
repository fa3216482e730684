(statement_block) @block
(expression_statement (_) @group.inner) @group
[
  (empty_statement)
  (debugger_statement)
  (hash_bang_line)
] @skip

; const a = 1, b: T = 2
(lexical_declaration (variable_declarator) @declarations.item) @declarations
(variable_declaration (variable_declarator) @declarations.item) @declarations
(variable_declarator
  name: (_) @declare.target
  type: (_)? @declare.type
  value: (_)? @declare.value) @declare

; if (a) b else c
(if_statement
  condition: (_) @if.condition
  consequence: (_) @if.then
  alternative: (_)? @if.else) @if
(else_clause (_) @group.inner) @group

; for (const a of b) c, for (a in b) c
(for_in_statement
  "await"? @for_each.async
  left: (_) @for_each.pattern
  right: (_) @for_each.iterable
  body: (_) @for_each.body) @for_each

; for (a; b; c) d
(for_statement
  initializer: (_) @for_counter.init
  condition: (_)? @for_counter.condition
  increment: (_)? @for_counter.update
  body: (_) @for_counter.body) @for_counter

; while (a) b
(while_statement condition: (_) @while.condition body: (_) @while.body) @while

; do a while (b)
(do_statement body: (_) @do_while.body condition: (_) @do_while.condition) @do_while

; a: for (…) …
(labeled_statement body: (_) @group.inner) @group

; switch (a) { case b: c; default: d }
(switch_statement value: (_) @match.subject body: (_) @match.arm) @match
(switch_case value: (_) @arm.pattern body: (_)* @arm.body) @arm
(switch_default body: (_)* @arm.body) @arm

; try { } catch (e) { } finally { }
(try_statement
  body: (_) @try.body
  handler: (_)? @try.handler
  finalizer: (_)? @try.finally) @try
(catch_clause parameter: (_)? @handler.name body: (_) @handler.body) @handler
(finally_clause body: (_) @group.inner) @group

(return_statement (_)? @return.value) @return
(throw_statement (_) @throw.value) @throw
(break_statement) @break
(continue_statement) @continue
