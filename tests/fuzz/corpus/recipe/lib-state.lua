local n = lib "count"
return recipe { name = "x", version = n(), steps = { { "true" } } }
