/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef RCODEWATCH_CMD_READ_H
#define RCODEWATCH_CMD_READ_H

/*
 * `rcodewatch read FILE...`, argv[0] being "read". Reports to standard output what capture files
 * hold, read one after the other as one stream; docs/read.md is its manual. Returns the exit status:
 * 0, 1 if a file could not be read to its end (what was read is reported), 2 for wrong usage.
 */
int cmd_read(int argc, char **argv);

#endif
