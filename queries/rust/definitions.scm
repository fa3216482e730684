; fn f(x: T) -> R { }, also in traits without a body
(function_item
  (visibility_modifier)? @function.exported
  (function_modifiers)? @function.async
  name: (_) @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return
  body: (_) @function.body) @function
(function_signature_item
  (visibility_modifier)? @function.exported
  (function_modifiers)? @function.async
  name: (_) @function.name
  parameters: (_) @function.parameter
  return_type: (_)? @function.return) @function
(parameters (_) @arguments.item) @arguments
(parameters) @arguments
(parameter pattern: _ @parameter.pattern type: (_) @parameter.type) @parameter
(self_parameter) @receiver
(variadic_parameter) @skip

; struct S { a: T }, struct S(T);
(struct_item
  (visibility_modifier)? @struct.exported
  name: (_) @struct.name
  body: (_)? @struct.member) @struct
(union_item
  (visibility_modifier)? @struct.exported
  name: (_) @struct.name
  body: (_) @struct.member) @struct
(field_declaration
  (visibility_modifier)? @field.exported
  name: (_) @field.name
  type: (_) @field.type) @field
(ordered_field_declaration_list (attribute_item) @tuple_fields.decorator) @tuple_fields
(ordered_field_declaration_list (visibility_modifier) @tuple_fields.exported) @tuple_fields
(ordered_field_declaration_list type: (_) @tuple_fields.field) @tuple_fields

; enum E { A, B(T), C { a: T } }; the fields of `C` are an anonymous struct
(enum_item
  (visibility_modifier)? @enum.exported
  name: (_) @enum.name
  body: (_) @enum.member) @enum
(enum_variant name: (_) @field.name body: (_)? @field.type value: (_)? @field.value) @field
(field_declaration_list (_) @struct.item) @struct
(field_declaration_list) @struct

; trait T: A { }, impl T for S { }
(trait_item
  (visibility_modifier)? @trait.exported
  name: (_) @trait.name
  bounds: (_)? @trait.base
  body: (_) @trait.member) @trait
(trait_bounds (_) @arguments.item) @arguments
(impl_item trait: (_)? @impl.trait type: (_) @impl.type body: (_) @impl.member) @impl

; mod m { }; `mod m;` is an import
(mod_item
  (visibility_modifier)? @module.exported
  name: (_) @module.name
  body: (_)? @module.member) @module
(foreign_mod_item body: (_) @group.inner) @group
(declaration_list) @block

; type A = B, const A: T = b, static A: T = b
(type_item (visibility_modifier)? @declare.exported name: (_) @declare.target type: (_) @declare.value) @declare
(associated_type name: (_) @declare.target) @declare
(const_item
  (visibility_modifier)? @declare.exported
  name: (_) @declare.target
  type: (_) @declare.type
  value: (_)? @declare.value) @declare
(static_item
  (visibility_modifier)? @declare.exported
  name: (_) @declare.target
  type: (_) @declare.type
  value: (_)? @declare.value) @declare

; #[a], #[a(b = "c")], #[a = "b"]
(attribute_item (_) @decorator.value) @decorator
(attribute . (_) @attribute.callee value: (_)? @attribute.value arguments: (_)? @attribute.tokens) @attribute

; Bodies of macro definitions are templates, not code.
[(macro_definition) (shebang)] @skip
