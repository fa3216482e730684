; : T, ?: T
(type_annotation (_) @group.inner) @group
(adding_type_annotation (_) @group.inner) @group
(omitting_type_annotation (_) @group.inner) @group
(opting_type_annotation (_) @group.inner) @group

; <T, U>
(type_arguments (_) @arguments.item) @arguments

; string, this
[(predefined_type) (this_type)] @name

; typeof x, keyof T
(type_query (_) @unary.operand) @unary
(index_type_query (_) @unary.operand) @unary

; 'x', 1, null
(literal_type (_) @group.inner) @group

; (T), readonly T, ?T
(parenthesized_type (_) @group.inner) @group
(readonly_type (_) @group.inner) @group
(optional_type (_) @group.inner) @group
(flow_maybe_type (_) @group.inner) @group
(rest_type (_) @spread.value) @spread

; A.B
(nested_type_identifier module: (_) @member.object name: (_) @member.name) @member

; A<T>
(generic_type name: (_) @generic.object type_arguments: (_) @generic.type_argument) @generic

; T['x']
(lookup_type . (_) @index.object . (_) @index.index) @index

; T[], [T, U]
(array_type (_) @list.item) @list
(tuple_type (_)* @list.item) @list

; A | B, A & B
(union_type (_) @union.item) @union
(intersection_type (_) @intersection.item) @intersection

; { x: T }
(object_type (_)* @interface.item) @interface

; (a: T) => U, new (a: T) => U
(function_type parameters: (_) @function.parameter return_type: (_) @function.return) @function
(constructor_type parameters: (_) @function.parameter type: (_) @function.return) @function

; `x${T}`
(template_literal_type (string_fragment)* @string.text) @string
(template_literal_type (template_type) @string.hole) @string
(template_type (_) @interpolation.value) @interpolation
