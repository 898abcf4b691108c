-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A canary for each axis of `verify --vary`: what it writes must come out different when the axis is
-- varied, file for file. They tell what a machine can vary; no list of all recipes has them.
local cc1 = lib "cc1"

local trees = {
  { tree "../../bootstrap/i386", as = "i386" },
  { tree "../../bootstrap/libc", as = "libc" },
  { tree "../../bootstrap/canary", as = "canary" },
}
local steps = {}
cc1(steps, out "bin/canary", { "canary/canary.c" })

local recipes = {
  recipe {
    name = "canary",
    summary = "writes what an axis of verify --vary changes",
    license = "GPL-3.0-or-later",
    sources = trees,
    inputs = { "asm", "cc1" },
    dirs = { "bin" },
    steps = steps,
  },
}
local axes = {
  "aslr", "cpus", "file-order", "kernel-name", "umask", "user", "time",
  "parallelism", "ids", "home", "memory", "cpu",
}
for _, axis in ipairs(axes) do
  recipes[#recipes + 1] = recipe {
    name = "canary-" .. axis,
    summary = "the canary of the axis " .. axis,
    license = "GPL-3.0-or-later",
    sources = { trees[2] }, -- a folder to list
    inputs = { "asm", "canary", "cc1" },
    dirs = { "seen" },
    steps = { { "canary", axis, out "seen" } },
  }
end
return recipes
