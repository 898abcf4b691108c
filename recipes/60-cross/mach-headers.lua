-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- GNU Mach's headers: of its binary package, whose bytes are pinned, for MIG; and of the source that the
-- kernel is compiled from, for the C library, which must know what that kernel can do.
local script, cross = lib "script", lib "cross"

local from_source = [[
mkdir $out/include
cp -r include/device include/mach include/mach_debug $out/include
cp -r $1/include/mach/$2 $out/include/mach
ln -s $2 $out/include/mach/machine
# The C library has its own of these.
cd $out/include/mach
rm error.h mach_traps.h mig_support.h
]]

local from_package = [[
mkdir $out/include
cp -r $1/device $1/mach $1/mach_debug $out/include
]]

local recipes = {}

for _, target in ipairs(cross.targets) do
  local function headers(from)
    recipes[#recipes + 1] = script(merge(from, {
      name = "mach-headers-" .. target.triplet,
      summary = "headers of GNU Mach for " .. target.triplet,
      inputs = { "dash", "busybox" },
      shell = "dash",
    }))
  end
  headers {
    version = "1.8+git20250702",
    homepage = "https://www.gnu.org/software/hurd/microkernel/mach/gnumach.html",
    license = "GPL-2.0-or-later AND Mach",
    sources = { target.mach_package },
    dir = "package",
    text = from_package,
    args = { target.mach_package_dir },
  }
  headers {
    from = "gnumach-1.8+git20261028",
    dir = "gnumach",
    text = from_source,
    args = { target.kernel, target.machine },
  }
end

return recipes
