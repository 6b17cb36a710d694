/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Writes classic pcap files with microseconds, Ethernet framing, in the host's byte order. */
#ifndef RCODEWATCH_TESTS_PCAP_WRITE_H
#define RCODEWATCH_TESTS_PCAP_WRITE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Create the file at @path and write its header. NULL with errno set on failure. The caller closes
 * the stream and looks at what fclose() gives: until then nothing is certain to be written.
 */
FILE *pcap_create(const char *path);
/* Write one frame as seen at @ns since 1970. 0, or -1 with errno set. */
int pcap_write(FILE *file, uint64_t ns, const void *frame, size_t length);

#endif
