return recipie { }
