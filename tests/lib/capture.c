// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "capture.h"

void capture_free(struct capture *capture)
{
	buf_free(&capture->bytes);
}

void capture_u16(struct capture *capture, unsigned int value)
{
	buf_u8(&capture->bytes, capture->big ? value >> 8 & 0xff : value & 0xff);
	buf_u8(&capture->bytes, capture->big ? value & 0xff : value >> 8 & 0xff);
}

void capture_u32(struct capture *capture, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		buf_u8(&capture->bytes, value >> 8 * (capture->big ? 3 - i : i) & 0xff);
}

void capture_set_u32(struct capture *capture, size_t at, uint32_t value)
{
	if (at + 4 > capture->bytes.length)
		build_failed("no four bytes at %zu", at);
	for (unsigned int i = 0; i < 4; i++)
		capture->bytes.data[at + i] = (uint8_t)(value >> 8 * (capture->big ? 3 - i : i) &
							0xff);
}

void classic_header(struct capture *capture, uint32_t magic, uint32_t link_type)
{
	capture_u32(capture, magic);
	capture_u16(capture, 2);
	capture_u16(capture, 4);
	capture_u32(capture, 0);
	capture_u32(capture, 0);
	capture_u32(capture, 262144);
	capture_u32(capture, link_type);
}

void classic_packet(struct capture *capture, uint32_t seconds, uint32_t fraction, const void *bytes,
		    size_t captured, size_t length)
{
	capture_u32(capture, seconds);
	capture_u32(capture, fraction);
	capture_u32(capture, (uint32_t)captured);
	capture_u32(capture, (uint32_t)length);
	buf_put(&capture->bytes, bytes, captured);
}

size_t block_begin(struct capture *capture, uint32_t type)
{
	size_t begun = capture->bytes.length;

	capture_u32(capture, type);
	capture_u32(capture, 0);
	return begun;
}

void block_end(struct capture *capture, size_t begun)
{
	uint32_t length = (uint32_t)(capture->bytes.length - begun) + 4;

	capture_u32(capture, length);
	capture_set_u32(capture, begun + 4, length);
}

void block_bytes(struct capture *capture, const void *bytes, size_t length)
{
	buf_put(&capture->bytes, bytes, length);
	buf_put(&capture->bytes, NULL, -length & 3);
}

void block_option(struct capture *capture, unsigned int code, const void *value, size_t length)
{
	capture_u16(capture, code);
	capture_u16(capture, (unsigned int)length);
	block_bytes(capture, value, length);
}

void ng_section(struct capture *capture)
{
	size_t block = block_begin(capture, 0x0a0d0d0a);

	capture_u32(capture, 0x1a2b3c4d);
	capture_u16(capture, 1);
	capture_u16(capture, 0);
	capture_u32(capture, 0xffffffff);
	capture_u32(capture, 0xffffffff);
	block_option(capture, 4, "a test", 6); /* shb_userappl */
	block_option(capture, 0, NULL, 0);
	block_end(capture, block);
}

void ng_interface(struct capture *capture, unsigned int link_type, uint32_t snap_length,
		  int resolution)
{
	size_t block = block_begin(capture, 1);
	uint8_t value = (uint8_t)resolution;

	capture_u16(capture, link_type);
	capture_u16(capture, 0);
	capture_u32(capture, snap_length);
	if (resolution >= 0) {
		block_option(capture, 2, "eth7", 4); /* if_name */
		block_option(capture, 9, &value, 1);
		block_option(capture, 0, NULL, 0);
	}
	block_end(capture, block);
}

static void put_stamped(struct capture *capture, uint64_t ticks, const void *bytes, size_t captured,
			size_t length)
{
	capture_u32(capture, (uint32_t)(ticks >> 32));
	capture_u32(capture, (uint32_t)ticks);
	capture_u32(capture, (uint32_t)captured);
	capture_u32(capture, (uint32_t)length);
	block_bytes(capture, bytes, captured);
}

void ng_enhanced(struct capture *capture, uint32_t interface, uint64_t ticks, const void *bytes,
		 size_t captured, size_t length)
{
	size_t block = block_begin(capture, 6);

	capture_u32(capture, interface);
	put_stamped(capture, ticks, bytes, captured, length);
	block_end(capture, block);
}

void ng_packet(struct capture *capture, unsigned int interface, uint64_t ticks, const void *bytes,
	       size_t captured, size_t length)
{
	size_t block = block_begin(capture, 2);

	capture_u16(capture, interface);
	capture_u16(capture, 0xffff); /* how many were dropped is not known */
	put_stamped(capture, ticks, bytes, captured, length);
	block_end(capture, block);
}

void ng_simple(struct capture *capture, const void *bytes, size_t captured, size_t length)
{
	size_t block = block_begin(capture, 3);

	capture_u32(capture, (uint32_t)length);
	block_bytes(capture, bytes, captured);
	block_end(capture, block);
}
