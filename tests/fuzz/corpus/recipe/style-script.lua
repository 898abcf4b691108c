return lib "script" { name = "x", inputs = { "dash" }, shell = "dash", text = "echo $1 > $out/x", args = { "hello" } }
