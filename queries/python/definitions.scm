; async def f(a, b: int = 1, *args, **kwargs) -> T: …
(function_definition "def" @function.exported name: (_) @function.name parameters: (_) @function.parameter body: (_) @function.body) @function
(function_definition "async" @function.async) @function
(function_definition return_type: (_) @function.return) @function

; lambda a, b=1: …
(lambda body: (_) @function.body) @function
(lambda parameters: (_) @function.parameter) @function

; parameters
(typed_parameter . (_) @parameter.pattern type: (_) @parameter.type) @parameter
(default_parameter name: (_) @parameter.pattern value: (_) @parameter.default) @parameter
(typed_default_parameter name: (_) @parameter.pattern type: (_) @parameter.type value: (_) @parameter.default) @parameter
(list_splat_pattern (_) @spread.value) @spread
(dictionary_splat_pattern (_) @keyword_spread.value) @keyword_spread
[(positional_separator) (keyword_separator)] @skip

; class A(B, metaclass=M): …
(class_definition "class" @class.exported name: (_) @class.name body: (_) @class.member) @class
(class_definition superclasses: (_) @class.base) @class

; @decorator
(decorator (_) @decorator.value) @decorator
(decorated_definition (decorator) @decorated.decorator definition: (_) @decorated.definition) @decorated

; type X = Y
(type_alias_statement left: (_) @declare.target right: (_) @declare.value) @declare
