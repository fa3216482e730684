; 'x', "x"
(string [(string_fragment) (escape_sequence)]* @string.text) @string

; `x ${y}`
(template_string [(string_fragment) (escape_sequence)]* @string.text) @string
(template_string (template_substitution) @string.hole) @string
(template_substitution (_) @interpolation.value) @interpolation

; /x/g: the pattern as a text
(regex pattern: (_) @string.text) @string

(number) @number
(true) @true
(false) @false
[(null) (undefined)] @null

; [a, , ...b]
(array (_)* @list.item) @list
(array "," @list.separator) @list

; { a, 'b': 1, [c]: 2, ...d, e() {} }
(object (_)* @record.entry) @record
(pair key: (_) @entry.key value: (_) @entry.value) @entry
[(shorthand_property_identifier) (shorthand_property_identifier_pattern)] @shorthand
(computed_property_name (_) @group.inner) @group

; [a, b = 1, ...c] = …
(array_pattern (_)* @list.item) @list
(array_pattern "," @list.separator) @list

; { a, b: c, d = 1, e: f = 2, ...g } = …
(object_pattern (_)* @record.entry) @record
(pair_pattern key: (_) @entry.key value: (_) @entry.value) @entry
(object_assignment_pattern left: (_) @assign.target right: (_) @assign.value) @assign
(assignment_pattern left: (_) @assign.target right: (_) @assign.value) @assign
(rest_pattern (_) @spread.value) @spread
