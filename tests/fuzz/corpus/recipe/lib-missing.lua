return lib "nope" { }
