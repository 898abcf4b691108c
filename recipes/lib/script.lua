-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Build style: one shell text, written in the recipe. Takes the fields of a recipe but for steps and
-- script, and:
--
--   from   row of lib "upstream", which has the source, homepage, license and what of it is generated
--   shell  input that has bin/sh (needed)
--   text   what to run, by sh -e -c; $out is the output's folder
--   dir    folder below the build folder to run it in; default: the build folder
--   args   $1, $2, … of the text

-- Raises WHAT, put down to the line of the recipe, unless OK.
local function need(ok, what)
  if not ok then
    error(what, 0)
  end
end

return function(package)
  local r = merge(package.from and lib "upstream"(package) or package)
  need(type(r.text) == "string", 'script needs text = [[…]]')
  need(r.shell, 'script needs shell = "…", the input that has bin/sh')
  need(not r.steps and not r.script, "script makes the step itself")
  local step = concat({ input_path(r.shell .. "/bin/sh"), "-e", "-c", r.text, "sh" }, r.args)
  step.dir = r.dir
  r.shell, r.text, r.dir, r.args = nil, nil, nil, nil
  r.steps = { step }
  return recipe(r)
end
