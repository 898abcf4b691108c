-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: configure, make, make install, as GNU packages have it. Takes the fields of a recipe
-- but for steps and script, and:
--
--   from       row of lib "upstream", which has the source, homepage, license and what of it is generated
--   toolchain  recipe of the compiler ("gcc-12.2.0") or "toolchain": adds what lib "toolchains" says of it as inputs;
--              without it a recipe names all of these itself, and:
--   shell      input that has bin/sh (needed)
--   dir        source that holds the package; default: that of the row, or the recipe's name
--   build_dir  folder beside it to build in (made with mkdir); default: build in DIR itself
--   patches    patch files to make changes to DIR with, first of all: paths in the build folder; the input
--              stage0-patch does it
--   prepare    shell text to run in DIR then
--   configure  arguments for configure beside --prefix; false: do not run configure
--   configure_env, make_env   environment of these steps
--   make       arguments for every run of make ("CFLAGS=-O1", "MAKEINFO=true")
--   targets    lists of targets, one run of make each; default { { } }: one run, the default target
--   jobs       how many commands make runs at once for these, not for the install; default: 2
--   install    targets of the last run; default { "install" }; false: nothing is installed by make
--   finish     shell text to run in the build folder at the end (remove what differs, mostly)
--   prefix     value of --prefix; default: the output
--
-- There is no /bin/sh in a build: configure and make are told where the shell is.

local own = {
  "toolchain", "dir", "build_dir", "patches", "prepare", "configure", "configure_env", "make", "make_env", "targets",
  "jobs", "install", "finish", "prefix",
}

-- Raises WHAT, put down to the line of the recipe, unless OK.
local function need(ok, what)
  if not ok then
    error(what, 0)
  end
end

-- Adds to PACKAGE what its toolchain brings.
local function with_toolchain(package)
  if not package.toolchain then
    return package
  end
  local r, tools = merge(package), lib "toolchains"(package.toolchain)
  r.inputs = concat(r.inputs, tools.inputs)
  r.shell = "dash"
  r.prepare = lib "shell_paths" .. (r.prepare or "")
  r.env = merge({ CC = "gcc" }, tools.env, r.env, { SHELL = input_path "dash/bin/sh" })
  if r.configure ~= false then
    r.configure = concat({ "--build=" .. tools.triplet, "--host=" .. tools.triplet }, r.configure)
  end
  return r
end

return function(package)
  if package.from then
    package = lib "upstream"(package)
    package.dir = package.dir or package.sources[1].as
  end
  local r, o, steps = merge(with_toolchain(package)), {}, {}
  for _, k in ipairs(own) do
    o[k], r[k] = r[k], nil
  end
  need(r.name, "gnu_build needs a name")
  need(r.shell, 'gnu_build needs shell = "…", the input that has bin/sh')
  need(not r.steps and not r.script, "gnu_build makes the steps itself")
  local sh = input_path(r.shell .. "/bin/sh")
  local source = o.dir or r.name
  local dir = o.build_dir or source
  r.shell = nil

  local function add(step)
    steps[#steps + 1] = step
  end
  local function shell_text(text, where)
    if text then
      add { sh, "-e", "-c", text, dir = where }
    end
  end
  local function run_make(jobs, targets)
    local words = concat({ "make", "-j" .. jobs, "SHELL=" .. sh }, o.make, targets)
    add(merge(words, { dir = dir, env = o.make_env }))
  end

  if o.patches then
    r.inputs = concat(r.inputs, { "stage0-patch" })
    add(concat({ "patch", source }, o.patches))
  end
  shell_text(o.prepare, source)
  if o.build_dir then
    add { "mkdir", o.build_dir }
  end
  if o.configure ~= false then
    local script = o.build_dir and "../" .. source .. "/configure" or "./configure"
    local words = concat({ sh, script, "--prefix=" .. (o.prefix or out "") }, o.configure)
    local env = merge({ CONFIG_SHELL = sh, SHELL = sh }, o.configure_env)
    add(merge(words, { dir = dir, env = env }))
  end
  for _, targets in ipairs(o.targets or { {} }) do
    run_make(o.jobs or 2, targets)
  end
  if o.install ~= false then
    run_make(1, o.install or { "install" })
  end
  shell_text(o.finish, dir)
  r.steps = steps
  return recipe(r)
end
