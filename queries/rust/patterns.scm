; (a, _), [a, .., b]; (a | b) is a | b
(tuple_pattern [(_) "_"] @tuple_fields.field) @tuple_fields
(tuple_pattern) @tuple_fields
(slice_pattern [(_) "_"] @list.item) @list
(slice_pattern) @list
(remaining_field_pattern) @spread

; P(a, _)
(tuple_struct_pattern type: (_) @call.callee [(_) "_"]? @call.argument) @call
(generic_pattern . (_) @generic.object type_arguments: (_) @generic.type_argument) @generic

; P { a, b: c, .. }
(struct_pattern type: (_) @record.type (_)? @record.entry) @record
(field_pattern name: (_) @entry.key pattern: _? @entry.value) @entry

; x @ p
(captured_pattern . (_) @as_pattern.target . [(_) "_"] @as_pattern.value) @as_pattern

; a..=b
(range_pattern (_) @slice.bound) @slice
(range_pattern ["..=" "..." ".."] @slice.separator) @slice

; a | b
(or_pattern [(_) "_"] @alternatives.item) @alternatives

; ref x, mut x, &x
(ref_pattern [(_) "_"] @group.inner) @group
(mut_pattern [(_) "_"] @group.inner) @group
(reference_pattern [(_) "_"] @group.inner) @group
(mutable_specifier) @skip
