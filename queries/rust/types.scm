; Types are read as the expressions that name them.
(scoped_type_identifier path: (_)? @member.object name: (_) @member.name) @member
(generic_type type: (_) @generic.object type_arguments: (_) @generic.type_argument) @generic
(generic_type_with_turbofish type: (_) @generic.object type_arguments: (_) @generic.type_argument) @generic

; Item = T in an argument list
(type_binding name: (_) @assign.target type: (_) @assign.value) @assign

; (A, B), [T], [T; n]; (T) is T
(tuple_type (_) @tuple_fields.field) @tuple_fields
(array_type element: (_) @list.item) @list
(unit_type) @null

; fn(A) -> B, Fn(A) -> B
(function_type parameters: (_) @function.parameter return_type: (_)? @function.return) @function

; &T, *const T, dyn A, impl A + B: what they name first
(reference_type type: (_) @group.inner) @group
(pointer_type type: (_) @group.inner) @group
(dynamic_type trait: (_) @group.inner) @group
(abstract_type trait: (_) @group.inner) @group
(higher_ranked_trait_bound type: (_) @group.inner) @group
(bounded_type . (_) @group.inner) @group

; <T as A>::b
(bracketed_type (_) @group.inner) @group
(qualified_type type: (_) @group.inner) @group

[
  (lifetime)
  (lifetime_parameter)
  (for_lifetimes)
  (use_bounds)
  (removed_trait_bound)
  (type_parameters)
  (where_clause)
] @skip
