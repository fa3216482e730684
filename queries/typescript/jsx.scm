; <a b={c}>d {e}</a>: what is evaluated, in order; names and texts are not kept
[(jsx_text) (jsx_closing_element) (html_character_reference)] @skip
(jsx_element (_) @opaque.child) @opaque
(jsx_opening_element attribute: (_)* @opaque.child) @opaque
(jsx_self_closing_element attribute: (_)* @opaque.child) @opaque
(jsx_attribute [(string) (jsx_expression) (jsx_element) (jsx_self_closing_element)]? @opaque.child) @opaque
(jsx_expression (_)? @opaque.child) @opaque

; "a &amp; b" in an attribute
(string (html_character_reference) @string.text) @string
