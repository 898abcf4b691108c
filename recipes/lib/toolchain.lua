-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The toolchain, once for each origin and round.
--
-- An origin is a way to a first GCC 12. Its round 0 is that compiler, with all that it needs: of our chain,
-- or compiled here by a compiler that was not made here. Each further round is the whole set compiled by the
-- round before. Round 1 holds nothing of the bits of round 0, only what round 0 does: so from there on all
-- origins must have the same objects.
--
--   lib "toolchain".each("gmp", function(stage) return stage.gnu { … } end)
--
-- makes the recipes toolchain-gmp-ORIGIN-ROUND. A stage has:
--
--   gnu(PACKAGE)     a recipe by gnu_build; script(PACKAGE): by script. Both add the tools to the inputs and
--                    say in the environment how to compile
--   inputs(PART, …)  list for inputs: these parts of this round
--   at(PART)         the NAME at which it stands then
--   round            0 or more
--
-- All parts are configured for one PREFIX where none of them ever stands, and moved from there: no part may
-- mention where what made it was kept, and a name must not be known to be that of another round's part.
local gnu_build, script = lib "gnu_build", lib "script"

local M = {}

-- In the order in which it is built: a part may need those before it.
M.parts = {
  "musl", "dash", "busybox", "make", "byacc", "m4", "flex", "binutils", "gmp", "mpfr", "mpc", "gcc",
}
-- The tools that run builds; the compiler plays no part in what they do.
local drivers = { "dash", "busybox", "make", "byacc" }
M.rounds = 2

local ancestor = "ancestor"
local foreign = " -static --sysroot=/opt/boot-hurd/ancestor -B/opt/boot-hurd/ancestor/bin"

-- Rows: name; first: recipe of each part of round 0; or root: recipe of a compiler from elsewhere, which
-- compiles round 0 by CC and CXX with FLAGS.
M.origins = {
  {
    name = "seed",
    -- The first GCC 12 of the chain, compiled by GCC 10: no more is needed.
    first = {
      musl = "musl-gcc", binutils = "binutils-2.40", gmp = "gmp", mpfr = "mpfr", mpc = "mpc",
      gcc = "gcc-12-stage1", dash = "dash", busybox = "busybox", make = "make", byacc = "byacc",
    },
  },
  {
    name = "debian-gcc", root = "root-debian-gcc",
    cc = "gcc" .. foreign, cxx = "g++" .. foreign,
    flags = "-O1 -fno-pie -fcf-protection=none -fno-stack-protector",
  },
  {
    name = "debian-clang", root = "root-debian-clang",
    cc = "clang -no-canonical-prefixes" .. foreign, cxx = "clang --driver-mode=g++ -no-canonical-prefixes" .. foreign,
    flags = "-O1 -fno-pie -fcf-protection=none -fno-stack-protector",
  },
}

-- Where a part stands: as round 0 of the seed has it, whose compiler knows these places; and from round 1 on.
local names_0 = {
  musl = "libc", binutils = "binutils-2.40", gmp = "gmp-6.2.1", mpfr = "mpfr-4.2.0", mpc = "mpc-1.3.1",
}
function M.at(part, round)
  return round == 0 and names_0[part] or part
end

-- The recipe of PART of ORIGIN's round ROUND.
function M.recipe(part, origin, round)
  return round == 0 and origin.first and origin.first[part]
    or "toolchain-" .. part .. "-" .. origin.name .. "-" .. round
end

local function place(name, list)
  for i, item in ipairs(list) do
    if item == name then
      return i
    end
  end
end

local function is_driver(part)
  return place(part, drivers) ~= nil
end

-- Inputs that compile PART in ROUND.
local function tools(part, origin, round)
  local list = {}
  local function add(name, of)
    list[#list + 1] = { M.recipe(name, origin, of), as = name }
  end
  if round == 0 then
    list[1] = { origin.root, as = ancestor }
    for _, name in ipairs(is_driver(part) and {} or drivers) do
      add(name, 0)
    end
    return list
  end
  -- Those of this round, where they are built by then: make and m4 know where their shell is, and no other one
  -- can stand there.
  for _, name in ipairs(drivers) do
    add(name, place(name, M.parts) < place(part, M.parts) and round or round - 1)
  end
  list[#list + 1] = { M.recipe("gcc", origin, round - 1), as = "gcc-boot" }
  -- A compiler brings the binutils that it knows. In round 2 they stand where GCC takes those of its own
  -- round: if these have other bits, that is found here.
  if part ~= "gcc" or round == 1 then
    list[#list + 1] = { M.recipe("binutils", origin, round - 1), as = M.at("binutils", round - 1) }
  end
  if part ~= "musl" then
    add("musl", round)
  end
  return list
end

-- The compiler of round ROUND as environment: round 0's knows another place of the C library.
local function compiler(origin, round)
  if round == 0 then
    return {
      CC = origin.cc, CXX = origin.cxx, CFLAGS = origin.flags, CXXFLAGS = origin.flags, LDFLAGS = "-static",
    }
  end
  local libc = " -B/opt/boot-hurd/musl/lib/"
  return {
    CC = "gcc" .. libc, CXX = "g++" .. libc, CFLAGS = "-O2", CXXFLAGS = "-O2", LDFLAGS = "-static",
  }
end

local settle = [[
mv $out/opt/boot-hurd/toolchain/* $out
rm -r $out/opt
# They tell where a library was to be, which is not where it is.
rm -rf $out/lib/*.la $out/lib/pkgconfig $out/share
]]

-- What others compile with: the seed's round 1, at the names that its compiler knows.
function M.tools()
  local list = {}
  for _, part in ipairs { "gcc", "binutils", "musl", "dash", "busybox", "make" } do
    list[#list + 1] = { M.recipe(part, M.origins[1], 1), as = M.at(part, 1) }
  end
  return list
end

local function stage_of(part, origin, round)
  local stage = { round = round, first = round == 0 }

  function stage.at(name)
    return M.at(name, round)
  end

  function stage.inputs(...)
    local list = {}
    for i, name in ipairs { ... } do
      list[i] = { M.recipe(name, origin, round), as = M.at(name, round) }
    end
    return list
  end

  local function common(package)
    local r = merge({ limits = { time = 4 * 3600 } }, package)
    r.name = "toolchain-" .. part .. "-" .. origin.name .. "-" .. round
    r.inputs = concat(r.inputs, tools(part, origin, round))
    r.shell = round == 0 and is_driver(part) and ancestor or "dash"
    r.env = merge(compiler(origin, round), r.env, { SHELL = input_path(r.shell .. "/bin/sh") })
    local by = round == 0 and origin.root or "round " .. round - 1
    if round > 0 then
      r.part, r.root = part, origin.name
    end
    r.summary = r.summary .. ", of origin " .. origin.name .. ", by " .. by
    return r
  end

  function stage.gnu(package)
    local r = common(package)
    r.dir = r.dir or part
    r.prepare = lib "shell_paths" .. (r.prepare or "")
    r.configure = concat(r.triplet == false and {} or {
      "--build=i686-pc-linux-musl", "--host=i686-pc-linux-musl",
    }, r.configure)
    r.triplet = nil
    r.prefix = "/opt/boot-hurd/toolchain"
    r.install = concat({ "DESTDIR=" .. out "" }, r.install or { "install" })
    r.finish = settle .. (r.finish or "")
    return gnu_build(r)
  end

  function stage.script(package)
    local r = common(package)
    r.dir = r.dir or part
    return script(r)
  end

  return stage
end

-- The recipes of PART: MAKE(STAGE) for each origin and round.
function M.each(part, make)
  local recipes = {}
  for _, origin in ipairs(M.origins) do
    for round = origin.first and 1 or 0, M.rounds do
      recipes[#recipes + 1] = make(stage_of(part, origin, round))
    end
  end
  return recipes
end

-- One recipe per part, NAME-PART: are the objects of ROWS { ORIGIN, ROUND } those of the seed's round 1? The
-- first difference ends the build, with the file that has it. And NAME, which needs all of them.
function M.compare(name, summary, rows)
  local recipes, all = {}, {}
  for _, part in ipairs(M.parts) do
    local inputs = { { M.recipe(part, M.origins[1], 1), as = "seed-1" }, "dash", "busybox" }
    local args = {}
    for _, row in ipairs(rows) do
      args[#args + 1] = row[1].name .. "-" .. row[2]
      inputs[#inputs + 1] = { M.recipe(part, row[1], row[2]), as = args[#args] }
    end
    all[#all + 1] = name .. "-" .. part
    recipes[#recipes + 1] = script {
      name = name .. "-" .. part,
      summary = summary .. ": " .. part,
      license = "GPL-3.0-or-later",
      inputs = inputs,
      shell = "dash",
      args = args,
      text = [[
        cd /opt/boot-hurd
        for other; do
          diff -r seed-1 $other
          echo "seed-1 and $other: the same" >>$out/report
        done
        cd seed-1
        find . -type f | sort >$out/same
      ]],
    }
  end
  recipes[#recipes + 1] = script {
    name = name,
    summary = summary,
    license = "GPL-3.0-or-later",
    inputs = concat(all, { "dash", "busybox" }),
    shell = "dash",
    args = all,
    text = [[
      for comparison; do
        sed "s:^:$comparison\: :" /opt/boot-hurd/$comparison/report >>$out/report
      done
    ]],
  }
  return recipes
end

return M
