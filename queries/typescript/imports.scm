; import d, { a as b } from 'm'
(import_statement) @import

; export const a = 1, export { a as b }, export * from 'm'
(export_statement) @export

; import a = b.c
(import_alias . (_) @declare.target . (_) @declare.value) @declare
