/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Capture files for tests, pcap and pcapng in either byte order, written from
 * draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
 */
#ifndef RCODEWATCH_TESTS_CAPTURE_H
#define RCODEWATCH_TESTS_CAPTURE_H

#include <stdbool.h>

#include "buf.h"

struct capture {
	struct buf bytes; /* the file so far; capture_free() frees it */
	bool big;         /* byte order of what is appended */
};

void capture_free(struct capture *capture);
void capture_u16(struct capture *capture, unsigned int value);
void capture_u32(struct capture *capture, uint32_t value);
/* Overwrite four bytes at @at, which must be there. */
void capture_set_u32(struct capture *capture, size_t at, uint32_t value);

/* Classic pcap, version 2.4. @fraction is in the unit that @magic means. */
void classic_header(struct capture *capture, uint32_t magic, uint32_t link_type);
void classic_packet(struct capture *capture, uint32_t seconds, uint32_t fraction, const void *bytes,
		    size_t captured, size_t length);

/* pcapng: a block is begun, filled, and ended, which writes both its lengths. */
size_t block_begin(struct capture *capture, uint32_t type);
void block_end(struct capture *capture, size_t begun);
void block_bytes(struct capture *capture, const void *bytes, size_t length);
void block_option(struct capture *capture, unsigned int code, const void *value, size_t length);

void ng_section(struct capture *capture);
/* An interface; @resolution: if_tsresol, negative: none. */
void ng_interface(struct capture *capture, unsigned int link_type, uint32_t snap_length,
		  int resolution);
void ng_enhanced(struct capture *capture, uint32_t interface, uint64_t ticks, const void *bytes,
		 size_t captured, size_t length);
/* The obsolete packet block. */
void ng_packet(struct capture *capture, unsigned int interface, uint64_t ticks, const void *bytes,
	       size_t captured, size_t length);
void ng_simple(struct capture *capture, const void *bytes, size_t captured, size_t length);

#endif
