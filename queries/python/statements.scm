(block) @block
(expression_statement (_) @group.inner) @group
(pass_statement) @skip

; global a, b and nonlocal a
(global_statement (_) @global.name) @global
(nonlocal_statement (_) @nonlocal.name) @nonlocal

; a = b = c, a: T = b, a: T, a += b
(assignment left: (_) @assign.target) @assign
(assignment type: (_) @assign.type) @assign
(assignment right: (_) @assign.value) @assign
(augmented_assignment left: (_) @assign.target operator: _ @assign.operator right: (_) @assign.value) @assign

; a, b and (a, b) and [a, b] as targets and in cases
[(tuple_pattern) (list_pattern)] @list
(pattern_list (_) @list.item) @list
(tuple_pattern (_) @list.item) @list
(list_pattern (_) @list.item) @list

; if a: … elif b: … else: …
(if_statement condition: (_) @if.condition consequence: (_) @if.then) @if
(if_statement alternative: (_) @if.else) @if
(elif_clause condition: (_) @if.condition consequence: (_) @if.then) @if
(else_clause body: (_) @group.inner) @group

; async for a in b: … else: …
(for_statement left: (_) @for_each.pattern right: (_) @for_each.iterable body: (_) @for_each.body) @for_each
(for_statement alternative: (_) @for_each.else) @for_each
(for_statement "async" @for_each.async) @for_each

; while a: … else: …
(while_statement condition: (_) @while.condition body: (_) @while.body) @while
(while_statement alternative: (_) @while.else) @while

; try: … except (A, B) as e: … except* C: … else: … finally: …
(try_statement body: (_) @try.body) @try
(try_statement (except_clause) @try.handler) @try
(try_statement (else_clause) @try.else) @try
(try_statement (finally_clause) @try.finally) @try
(except_clause value: (_) @handler.type) @handler
(except_clause (block) @handler.body) @handler
(finally_clause (block) @group.inner) @group

; async with a as b, c: …
(with_statement (with_clause) @with.item body: (_) @with.body) @with
(with_statement "async" @with.async) @with
(with_item value: (_) @with_item.value) @with_item
(as_pattern . (_) @as_pattern.value alias: (_) @as_pattern.target) @as_pattern
(as_pattern_target (_) @group.inner) @group

; match a, b: case …
(match_statement subject: (_) @match.subject body: (_) @match.arm) @match
(case_clause (case_pattern) @arm.pattern consequence: (_) @arm.body) @arm
(case_clause guard: (_) @arm.guard) @arm

; case -1, _, A() as x, A | B, *rest, A(b, c=d), {"k": v, **rest}
(case_pattern (_) @group.inner) @group
(case_pattern ["-" "_"] @group.inner) @group
"_" @name
(as_pattern . (case_pattern) @as_pattern.value . (identifier) @as_pattern.target) @as_pattern
(union_pattern (_) @alternatives.item) @alternatives
(union_pattern "_" @alternatives.item) @alternatives
(splat_pattern (_) @spread.value) @spread
(splat_pattern "_" @spread.value) @spread
(class_pattern . (_) @record.type) @record
(class_pattern (case_pattern) @record.entry) @record
(keyword_pattern . (_) @keyword_argument.name) @keyword_argument
(keyword_pattern . (_) @keyword_argument.name . (_) @keyword_argument.value) @keyword_argument
(keyword_pattern "_" @keyword_argument.value) @keyword_argument
(dict_pattern) @record
(dict_pattern key: _ @record.key value: (_) @record.value) @record
(dict_pattern (splat_pattern) @record.entry) @record

; leaving
(return_statement) @return
(return_statement (_) @return.value) @return
(raise_statement) @throw
(raise_statement . (_) @throw.value) @throw
(break_statement) @break
(continue_statement) @continue

; del a, b
(delete_statement (_) @delete.item) @delete

; assert a, b
(assert_statement . (_) @assert.condition) @assert
(assert_statement . (_) @assert.condition . (_) @assert.message) @assert
