return lib "gnu_build" { name = "x" }
