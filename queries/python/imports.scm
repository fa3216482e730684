; import a.b as c; from ..a import b as c, d; from __future__ import e
[(import_statement) (import_from_statement) (future_import_statement)] @import
