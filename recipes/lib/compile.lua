-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Steps in place of a makefile, where there is no make yet: compiles the files of many folders, all of one folder
-- at a time, and packs what comes of them into an archive. Takes:
--
--   from      folder that holds the source
--   folders   list of { FOLDER, { FILE, … } }
--   compile   function: the compiler's words, given the way up to the build folder from where it runs
--   archive   words of the command that makes the archive, its name last
--   mkdir     words of the command that makes a folder
--
-- Gives the list of steps. Objects stand in obj/.
return function(o)
  local steps, archive = { concat(o.mkdir, { "obj" }) }, concat(o.archive)
  for _, group in ipairs(o.folders) do
    local folder, names = group[1], group[2]
    local obj = "obj/" .. replace(folder, "/", "-")
    local step = concat(o.compile("../../"), { "-c" })
    step.dir = obj
    for _, name in ipairs(names) do
      step[#step + 1] = "../../" .. o.from .. "/" .. folder .. "/" .. name
      archive[#archive + 1] = obj .. "/" .. with_suffix(name, ".o")
    end
    steps = concat(steps, { concat(o.mkdir, { obj }), step })
  end
  return concat(steps, { archive })
end
