/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A pin of a BPF object: a file in a folder of a BPF filesystem. */
#ifndef RCODEWATCH_PIN_H
#define RCODEWATCH_PIN_H

#include <stdbool.h>

#define PIN_NAME_MAX 48u /* with the final NUL */
#define PIN_PATH_MAX 320 /* for "/proc/self/fd/N/NAME" */

/* Whether @name, with its NUL within PIN_NAME_MAX, has lower-case letters, digits, - and _ alone: a pin's name has no dot. */
bool pin_name_valid(const char *name);
/* Whether @fd is a folder of a BPF filesystem. */
bool pin_folder_valid(int fd);
/* The path of @name in @folder, for calls that take no folder. */
void pin_path(char path[PIN_PATH_MAX], int folder, const char *name);
/*
 * Pin the object of @fd as @name in @folder, for the folder's owner; a pin of that name is removed. 0 or a negative
 * errno.
 */
int pin_add(int folder, const char *name, int fd);

#endif
