; Rust literals have no holes and are unescaped as a whole.
[(string_literal) (raw_string_literal) (char_literal)] @string
[(integer_literal) (float_literal)] @number
(negative_literal (_) @unary.operand) @unary
(boolean_literal) @bool
(unit_expression) @null
