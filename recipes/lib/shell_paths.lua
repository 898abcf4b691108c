-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Shell text for `prepare`: scripts that begin with #!/bin/sh get the shell's real path, as no /bin/sh
-- exists in a build. File times stay what they were, so that make does not take these files for new.
return [[
find . -type f -perm -100 | while read -r file; do
  read -r line <"$file" || continue
  case $line in
  "#!/bin/sh"* | "#! /bin/sh"* | "#!/bin/bash"* | "#! /bin/bash"*)
    touch -r "$file" /tmp/time
    sed -i "1s:^#! */bin/[bash]*:#!$SHELL:" "$file"
    touch -r /tmp/time "$file" ;;
  esac
done
]]
