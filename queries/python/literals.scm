; "a", f"a {b}", "a" "b"
(string) @string
(string (string_content) @string.text) @string
(string (interpolation) @string.hole) @string
(interpolation expression: (_) @interpolation.value) @interpolation
(concatenated_string (_) @concat.item) @concat

; 1, 0x1f, 1.5e3
[(integer) (float)] @number

(true) @true
(false) @false
(none) @null

; [a, b], (a, b), {a, b}, a, b
[(list) (tuple)] @list
(list (_) @list.item) @list
(tuple (_) @list.item) @list
(set (_) @list.item) @list
(expression_list (_) @list.item) @list

; {k: v, **more}
(dictionary) @record
(dictionary [(pair) (dictionary_splat)] @record.entry) @record
(pair key: (_) @entry.key value: (_) @entry.value) @entry
