return recipe { name = "x", sources = { { url "https://example.org/a.tar", sha256 = "7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e", as = "a" } }, steps = { { "true" } } }
