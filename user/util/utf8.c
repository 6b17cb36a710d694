// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "util/utf8.h"

#include <stdio.h>

#include <stdbool.h>

/* What a lead byte announces: the sequence's length, and what its second byte may be. */
struct lead {
	size_t length; /* 0: begins nothing */
	unsigned char low, high;
};

static struct lead lead_of(unsigned char byte)
{
	if (byte < 0x80)
		return (struct lead){1, 0, 0};
	if (byte >= 0xc2 && byte <= 0xdf)
		return (struct lead){2, 0x80, 0xbf};
	if (byte >= 0xe0 && byte <= 0xef)
		return (struct lead){3, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf};
	if (byte >= 0xf0 && byte <= 0xf4)
		return (struct lead){4, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf};
	return (struct lead){0, 0, 0};
}

/* Whether the @n bytes at @s are those that a sequence of @lead begins with. */
static bool begins(const unsigned char *s, size_t n, struct lead lead)
{
	if (n > 1 && (s[1] < lead.low || s[1] > lead.high))
		return false;
	for (size_t i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return false;
	return true;
}

size_t utf8_length(const char *s, size_t left)
{
	const unsigned char *u = (const unsigned char *)s;
	struct lead lead = lead_of(u[0]);

	if (lead.length > left || !begins(u, lead.length, lead))
		return 0;
	return lead.length;
}

uint32_t utf8_code_point(const char *s, size_t length)
{
	static const unsigned char lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *u = (const unsigned char *)s;
	uint32_t code = u[0] & lead_bits[length];

	for (size_t i = 1; i < length; i++)
		code = code << 6 | (u[i] & 0x3f);
	return code;
}

size_t utf8_escape(const char *s, size_t left, char escape[static UTF8_ESCAPE_SIZE])
{
	size_t length = utf8_length(s, left);

	escape[0] = '\0';
	if (length && !(*s == '\\' && left > 1 && s[1] == 'x'))
		return length;
	snprintf(escape, UTF8_ESCAPE_SIZE, "\\x%02x", (unsigned char)*s);
	return 1;
}

bool utf8_harmless(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} harmful[] = {
		{0x00, 0x1f},       /* C0 */
		{0x7f, 0x9f},       /* DEL and C1: U+009B begins the same sequences as ESC [ */
		{0xad, 0xad},       /* a hyphen that is not seen */
		{0x61c, 0x61c},     /* direction of Arabic letters */
		{0x200b, 0x200f},   /* without a width, joiners, direction marks */
		{0x2028, 0x202e},   /* ends of lines and paragraphs, directions */
		{0x2060, 0x206f},   /* without a width, isolated directions */
		{0xfeff, 0xfeff},   /* byte order mark */
		{0xfff9, 0xfffb},   /* annotations */
		{0xe0000, 0xe007f}, /* tags */
	};

	for (size_t i = 0; i < sizeof(harmful) / sizeof(harmful[0]); i++)
		if (code >= harmful[i].first && code <= harmful[i].last)
			return false;
	return true;
}

size_t utf8_trim(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;

	for (size_t back = 1; back <= 3 && back <= len; back++) {
		const unsigned char *at = u + len - back;
		struct lead lead = lead_of(*at);

		if (lead.length > back && begins(at, back, lead))
			return len - back;
		if (lead.length)
			break;
	}
	return len;
}
