; <T>x, which JSX has no room for
(type_assertion . (_) @cast.type . (_) @cast.value) @cast
