/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Goals: lines "NAME NUMBER" or "NAME <= NUMBER", with comments behind '#'. */
#ifndef RCODEWATCH_BENCH_LIMITS_H
#define RCODEWATCH_BENCH_LIMITS_H

/* The number for @name, or a negative one if the file at @path has none or is not there. */
double limit_of(const char *path, const char *name);

#endif
