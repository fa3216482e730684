; x
(identifier) @name

; a.b
(attribute object: (_) @member.object attribute: (_) @member.name) @member

; a.b.c in an import, a decorator or a case
(dotted_name) @path

; a[b], a[b, c]
(subscript value: (_) @index.object subscript: (_) @index.index) @index

; a:b, :b, a:, a:b:c
(slice (_) @slice.bound) @slice
(slice ":" @slice.separator) @slice

; f(x), f(x for x in y)
(call function: (_) @call.callee arguments: (_) @call.arguments) @call

; (x, k=y, *z, **w)
(argument_list) @arguments
(argument_list (_) @arguments.item) @arguments
(keyword_argument name: (_) @keyword_argument.name value: (_) @keyword_argument.value) @keyword_argument
(list_splat (_) @spread.value) @spread
(dictionary_splat (_) @keyword_spread.value) @keyword_spread

; (x), (*x)
(parenthesized_expression (_) @group.inner) @group
(parenthesized_list_splat (_) @group.inner) @group

; await x
(await (_) @await.value) @await

; yield, yield x, yield from x
(yield) @yield
(yield (_) @yield.value) @yield

; not x, -x
(not_operator "not" @unary.operator argument: (_) @unary.operand) @unary
(unary_operator operator: _ @unary.operator argument: (_) @unary.operand) @unary

; a + b, a and b
(binary_operator left: (_) @binary.left operator: _ @binary.operator right: (_) @binary.right) @binary
(boolean_operator left: (_) @binary.left operator: _ @binary.operator right: (_) @binary.right) @binary

; a < b <= c, a not in b
(comparison_operator (_) @comparison.operand) @comparison
(comparison_operator operators: _ @comparison.operator) @comparison

; a if c else b
(conditional_expression . (_) @if.then . (_) @if.condition . (_) @if.else) @if

; (x := y)
(named_expression name: (_) @assign.target value: (_) @assign.value) @assign

; [x for x in y if z], {x for …}, {k: v for …}, (x for …)
(list_comprehension body: (_) @comprehension.element) @comprehension
(list_comprehension [(for_in_clause) (if_clause)] @comprehension.clause) @comprehension
(set_comprehension body: (_) @comprehension.element) @comprehension
(set_comprehension [(for_in_clause) (if_clause)] @comprehension.clause) @comprehension
(dictionary_comprehension body: (_) @comprehension.element) @comprehension
(dictionary_comprehension [(for_in_clause) (if_clause)] @comprehension.clause) @comprehension
(generator_expression body: (_) @lazy_comprehension.element) @lazy_comprehension
(generator_expression [(for_in_clause) (if_clause)] @lazy_comprehension.clause) @lazy_comprehension
(for_in_clause left: (_) @for_clause.pattern right: (_) @for_clause.iterable) @for_clause
(if_clause (_) @if_clause.condition) @if_clause

; types: int, list[int], A | B, a.B, *Ts
(type (_) @group.inner) @group
(generic_type . (_) @generic.object (type_parameter) @generic.type_argument) @generic
(union_type (_) @union.item) @union
(member_type . (_) @member.object . (_) @member.name) @member
(splat_type (_) @spread.value) @spread
