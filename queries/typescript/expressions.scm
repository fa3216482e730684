; x, this, super, import(…), #x
[
  (identifier)
  (property_identifier)
  (private_property_identifier)
  (type_identifier)
  (this)
  (super)
  (import)
] @name

; import.meta, new.target
(meta_property) @path

; (x)
(parenthesized_expression (_) @group.inner) @group

; a.b, a?.b
(member_expression
  object: (_) @member.object
  optional_chain: (_)? @member.optional
  property: (_) @member.name) @member

; a.b in namespaces and decorators
(nested_identifier object: (_) @member.object property: (_) @member.name) @member

; a[b], a?.[b]
(subscript_expression object: (_) @index.object index: (_) @index.index) @index

; f(x), f<T>(x), f?.(x), f`x`
(call_expression
  function: (_) @call.callee
  type_arguments: (_)? @call.type_argument
  arguments: (_) @call.arguments) @call

; new F(x), new F
(new_expression
  constructor: (_) @new.callee
  type_arguments: (_)? @new.type_argument
  arguments: (_)? @new.arguments) @new

; (x, y, ...z)
(arguments (_)* @arguments.item) @arguments
(spread_element (_) @spread.value) @spread

; f<T>
(instantiation_expression . (_) @generic.object type_arguments: (_) @generic.type_argument) @generic

; x as T, x as const, x satisfies T
(as_expression . (_) @cast.value . (_)? @cast.type) @cast
(satisfies_expression . (_) @cast.value . (_) @cast.type) @cast

; x!
(non_null_expression (_) @cast.value) @cast

; await x
(await_expression (_) @await.value) @await

; yield, yield x, yield* x
(yield_expression (_)? @yield.value) @yield

; !x, typeof x, delete x
(unary_expression operator: _ @unary.operator argument: (_) @unary.operand) @unary

; a + b
(binary_expression left: (_) @binary.left operator: _ @binary.operator right: (_) @binary.right) @binary

; a ? b : c
(ternary_expression condition: (_) @if.condition consequence: (_) @if.then alternative: (_) @if.else) @if

; a = b
(assignment_expression left: (_) @assign.target right: (_) @assign.value) @assign

; a += b
(augmented_assignment_expression
  left: (_) @assign.target
  operator: _ @assign.operator
  right: (_) @assign.value) @assign

; i++, --i
(update_expression argument: (_) @update.target) @update
(update_expression operator: _ @update.operator) @update

; a, b
(sequence_expression (_) @sequence.item) @sequence
