local r = { version = "1" }
return { recipe { name = "x", steps = { { "a" } } }, recipe { name = "x", steps = { { "b" } } } }
