return recipe {
  name = "x"
  version = "1" }
