; function f(a): T {}
(function_declaration
  "async"? @function.async
  name: (_) @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return
  body: (_) @function.body) @function
(function_expression
  "async"? @function.async
  name: (_)? @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return
  body: (_) @function.body) @function

; function* f(a): T {}
(generator_function_declaration
  "async"? @function.async
  "*" @function.generator
  name: (_) @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return
  body: (_) @function.body) @function
(generator_function
  "async"? @function.async
  "*" @function.generator
  name: (_)? @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return
  body: (_) @function.body) @function

; function f(a): T;
(function_signature
  "async"? @function.async
  name: (_) @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return) @function

; a => a, async (a, b): T => {}
(arrow_function
  "async"? @function.async
  parameter: (_)? @function.parameter
  parameters: (_)? @function.parameter
  return_type: (_)? @function.return
  body: (_) @function.body) @function

; m(): T {}, async *m() {}, get x() {}, static #m() {}
(method_definition
  "async"? @function.async
  "get"? @function.getter
  "*"? @function.generator
  name: (_) @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return
  body: (_) @function.body) @function

; m(): T; in classes, interfaces and object types
(method_signature
  "async"? @function.async
  "get"? @function.getter
  name: (_) @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return) @function
(abstract_method_signature
  "get"? @function.getter
  name: (_) @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return) @function

; (a): T; and new (a): T; in interfaces
(call_signature parameters: (_) @function.parameter return_type: (_)? @function.return) @function
(construct_signature parameters: (_) @function.parameter type: (_)? @function.return) @function

; a, @D() private readonly a: T = 1, ...a: T[]
(required_parameter
  decorator: (_)* @parameter.decorator
  pattern: (_)? @parameter.pattern
  type: (_)? @parameter.type
  value: (_)? @parameter.default) @parameter
(required_parameter [(accessibility_modifier) (override_modifier) "readonly"] @parameter.field) @parameter

; a?: T
(optional_parameter
  decorator: (_)* @parameter.decorator
  pattern: (_)? @parameter.pattern
  type: (_)? @parameter.type
  value: (_)? @parameter.default) @parameter
(optional_parameter [(accessibility_modifier) (override_modifier) "readonly"] @parameter.field) @parameter

; [a: T, ...b: T[]]
(required_parameter name: (_) @parameter.pattern) @parameter
(optional_parameter name: (_) @parameter.pattern) @parameter

; class A extends B<T> implements C, D {}
(class_declaration
  decorator: (_)* @class.decorator
  name: (_) @class.name
  (class_heritage)? @class.base
  body: (_) @class.member) @class
(abstract_class_declaration
  decorator: (_)* @class.decorator
  name: (_) @class.name
  (class_heritage)? @class.base
  body: (_) @class.member) @class
(class
  decorator: (_)* @class.decorator
  name: (_)? @class.name
  (class_heritage)? @class.base
  body: (_) @class.member) @class
(class_heritage (_) @arguments.item) @arguments
(extends_clause value: (_) @generic.object type_arguments: (_)? @generic.type_argument) @generic
(implements_clause (_) @arguments.item) @arguments
(extends_type_clause type: (_) @arguments.item) @arguments

; @D
(decorator (_) @decorator.value) @decorator

; static { }
(class_static_block body: (_) @group.inner) @group

; @D() private x: T = 1 in a class
(public_field_definition
  decorator: (_)* @field.decorator
  name: (_) @field.name
  type: (_)? @field.type
  value: (_)? @field.value) @field

; interface A extends B { x: T }
(interface_declaration
  name: (_) @interface.name
  (extends_type_clause)? @interface.base
  body: (_) @interface.member) @interface
(property_signature name: (_) @field.name type: (_)? @field.type) @field

; type A = { x: T }, type A = B
(type_alias_declaration name: (_) @type_alias.name value: (_) @type_alias.value) @type_alias

; enum A { B, C = 'c' }
(enum_declaration name: (_) @enum.name body: (_) @enum.member) @enum
(enum_assignment name: (_) @field.name value: (_) @field.value) @field

; namespace A { }, declare module 'm' { }
(internal_module name: (_) @module.name body: (_)? @module.member) @module
(module name: (_) @module.name body: (_)? @module.member) @module

; declare …
(ambient_declaration (_) @group.inner) @group
