"""Which gazetteer entry, if any, an entity of a document is: alias first, context second, honest NIL."""
