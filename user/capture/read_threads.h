/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How many threads are to count a capture where the user leaves that open. */
#ifndef RCODEWATCH_READ_THREADS_H
#define RCODEWATCH_READ_THREADS_H

/* More are not taken unasked: the thread that finds the packets cannot feed them. */
#define READ_THREADS_MAX 8u
/* Files of fewer bytes in all are counted in less time than it takes to start threads. */
#define READ_THREADS_BYTES (4u << 20)

/*
 * As many as there are CPUs that this process may run on, up to READ_THREADS_MAX; 1 if the @count
 * files at @paths ("-": standard input) are regular ones of fewer than READ_THREADS_BYTES in all.
 */
unsigned int read_threads(char *const *paths, int count);

#endif
