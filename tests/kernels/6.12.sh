#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# timeout: 1300
#
# For the runner of make check: the programs on this kernel.
exec "$(dirname "$0")/run.sh" 6.12
