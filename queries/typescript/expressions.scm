(identifier) @name
