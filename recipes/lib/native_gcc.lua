-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The compiler of what runs in a build, from 50-tools on.
return "toolchain"
