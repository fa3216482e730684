(block) @value_block
(expression_statement (_) @group.inner) @group
(unsafe_block (_) @group.inner) @group
(const_block body: (_) @group.inner) @group
(try_block (_) @group.inner) @group
(gen_block (_) @group.inner) @group
[(label) (empty_statement)] @skip

; let p: T = x else { }
(let_declaration
  pattern: _ @declare.target
  type: (_)? @declare.type
  value: (_)? @declare.value
  alternative: (_)? @declare.else) @declare

; a = b, a += b
(assignment_expression left: (_) @assign.target right: (_) @assign.value) @assign
(compound_assignment_expr left: (_) @assign.target operator: _ @assign.operator right: (_) @assign.value) @assign

; if c { } else { }
(if_expression condition: (_) @if.condition consequence: (_) @if.then alternative: (_)? @if.else) @if
(else_clause (_) @group.inner) @group
(let_condition pattern: _ @let.pattern value: (_) @let.value) @let
(let_chain (_) @conjunction.item) @conjunction

; match x { p if g => b }
(match_expression value: (_) @match.subject body: (_) @match.arm) @match
(match_arm pattern: (_) @arm.pattern value: (_) @arm.body) @arm
(match_pattern . [(_) "_"] @guarded.pattern condition: (_)? @guarded.guard) @guarded

; Loops
(for_expression pattern: _ @for_each.pattern value: (_) @for_each.iterable body: (_) @for_each.body) @for_each
(while_expression condition: (_) @while.condition body: (_) @while.body) @while
(loop_expression body: (_) @forever.body) @forever

(return_expression (_)? @return.value) @return
(break_expression (_)? @break.value) @break
(continue_expression) @continue
