#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 1300
#
# For the runner of make check: the programs on this kernel, and that they
# have not grown.
exec "$(dirname "$0")/run.sh" 6.1 6.1:instructions
