; x, T, u8, $x, _
[(identifier) (type_identifier) (primitive_type) (metavariable)] @name
[(crate) (super) (never_type)] @name
"_" @name

; self, also as a typed parameter
(self) @receiver

; a::b, a.b, a.0
(scoped_identifier path: (_)? @member.object name: (_) @member.name) @member
(field_expression value: (_) @member.object field: (_) @member.name) @member

; a[b]
(index_expression . (_) @index.object . (_) @index.index) @index

; a..b, a..=b, ..
(range_expression (_) @slice.bound) @slice
(range_expression [".." "..=" "..."] @slice.separator) @slice

; f(x), f::<T>(x)
(call_expression function: (_) @call.callee arguments: (_) @call.arguments) @call
(arguments (_) @arguments.item) @arguments
(arguments) @arguments
(generic_function function: (_) @generic.object type_arguments: (_) @generic.type_argument) @generic

; f!(x)
(macro_invocation macro: (_) @macro.callee (token_tree) @macro.tokens) @macro

; [a, b], [x; n], (a, b)
(array_expression (_) @list.item) @list
(array_expression ";" @list.repeat) @list
(array_expression) @list
(tuple_expression (_) @list.item) @list

; T { a: 1, b, ..c }
(struct_expression name: (_) @record.type body: (_) @record.entry) @record
(field_initializer_list (_) @arguments.item) @arguments
(field_initializer_list) @arguments
(field_initializer field: (_) @entry.key value: (_) @entry.value) @entry
(shorthand_field_initializer) @shorthand
(base_field_initializer (_) @spread.value) @spread
[(field_identifier) (shorthand_field_identifier)] @name

; |x| y, async { }
(closure_expression
  "async"? @function.async
  parameters: (_) @function.parameter
  return_type: (_)? @function.return
  body: _ @function.body) @function
(closure_parameters [(_) "_"] @arguments.item) @arguments
(closure_parameters) @arguments
(async_block "async" @function.async (block) @function.body) @function

; x.await, x?, yield x
(await_expression (_) @await.value) @await
(try_expression (_) @propagate.value) @propagate
(yield_expression (_)? @yield.value) @yield

; x as T
(type_cast_expression value: (_) @cast.value type: (_) @cast.type) @cast

; -x, !x, *x, a + b
(unary_expression (_) @unary.operand) @unary
(binary_expression left: (_) @binary.left operator: _ @binary.operator right: (_) @binary.right) @binary

; Nothing but what they hold.
(parenthesized_expression (_) @group.inner) @group
(reference_expression value: (_) @group.inner) @group
