return recipe { name = "x", version = "1",
  sources = {
    { debian "a/a/a_1.orig.tar.gz", sha256 = "7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e", mirrors = { url "https://example.org/a.tgz" } },
    { url "https://example.org/b.patch?x=1", sha256 = "1nj8x15gllqr0vjvlp3agacc7i4cfiz5hrk32h0wki3dji5gyn3d" },
    { url "https://example.org/c.tar.xz", sha256 = "7ddae0854e46ebfa18c13ab37e64839a7b86ea88aeed366a8d017efd11dae86e", as = "c", nested = "c/d.tar" },
    { git "https://example.org/e.git", commit = "0123456789012345678901234567890123456789", as = "e" },
    file "../../lib/f.c", { tree "../../lib", as = "g" }, text("h.h", "#define H\n"),
  },
  steps = { { "true" } } }
