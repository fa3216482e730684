; x
(identifier) @name

; a.b
(attribute object: (_) @member.object attribute: (_) @member.name) @member

; a[b], a[b, c]
(subscript value: (_) @index.object subscript: (_) @index.index) @index

; a.b in an import or decorator
(dotted_name) @path

; f(x)
(call function: (_) @call.callee arguments: (_) @call.arguments) @call

; (x, k=y, *z, **w)
(argument_list (_) @arguments.item) @arguments
(keyword_argument name: (_) @keyword_argument.name value: (_) @keyword_argument.value) @keyword_argument
(list_splat (_) @spread.value) @spread
(dictionary_splat (_) @keyword_spread.value) @keyword_spread
