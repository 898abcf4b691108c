#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# verify.t once more, with a daemon that does the work.
THROUGH_DAEMON=1 exec "$(dirname "$0")/verify.t"
