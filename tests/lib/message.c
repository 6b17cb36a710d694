// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "message.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TTL 300u

void message_begin(struct buf *msg, unsigned int id, unsigned int flags)
{
	buf_reset(msg);
	buf_u16(msg, id);
	buf_u16(msg, flags);
	buf_put(msg, NULL, MESSAGE_HEADER - 4);
}

/* One character of a name at *@text, which is moved past it. */
static unsigned int name_byte(const char **text)
{
	const char *at = *text;

	if (*at != '\\') {
		*text = at + 1;
		return (unsigned char)*at;
	}
	at++;
	if (isdigit((unsigned char)at[0]) && isdigit((unsigned char)at[1]) &&
	    isdigit((unsigned char)at[2])) {
		*text = at + 3;
		return (unsigned int)((at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0'));
	}
	if (!*at)
		build_failed("a name ends in a backslash");
	*text = at + 1;
	return (unsigned char)*at;
}

void message_name(struct buf *msg, const char *name)
{
	const char *at = name;

	if (!strcmp(name, "."))
		at = "";
	while (*at) {
		size_t start = msg->length;

		if (*at == '@') {
			unsigned long target = strtoul(at + 1, NULL, 10);

			if (target > 0x3fff)
				build_failed("no pointer can lead to %lu", target);
			buf_u16(msg, 0xc000u | (unsigned int)target);
			return;
		}
		buf_u8(msg, 0);
		while (*at && *at != '.')
			buf_u8(msg, name_byte(&at));
		if (msg->length - start - 1 > 63 || msg->length == start + 1)
			build_failed("a label of '%s' has %zu bytes", name,
				     msg->length - start - 1);
		msg->data[start] = (uint8_t)(msg->length - start - 1);
		if (*at == '.')
			at++;
	}
	buf_u8(msg, 0);
}

static void count(struct buf *msg, enum section section)
{
	size_t at = 4 + 2 * (size_t)section;

	buf_set_u16(msg, at, buf_get_u16(msg, at) + 1);
}

void message_question(struct buf *msg, const char *name, unsigned int type, unsigned int class)
{
	message_name(msg, name);
	buf_u16(msg, type);
	buf_u16(msg, class);
	count(msg, SECTION_QUESTION);
}

/* Everything of a record before its data; gives the offset of RDLENGTH, which is 0 so far. */
static size_t record_head(struct buf *msg, enum section section, const char *name,
			  unsigned int type, unsigned int class, uint32_t ttl)
{
	message_name(msg, name);
	buf_u16(msg, type);
	buf_u16(msg, class);
	buf_u32(msg, ttl);
	buf_u16(msg, 0);
	count(msg, section);
	return msg->length - 2;
}

/* Let the RDLENGTH at @at cover everything behind it. */
static void record_end(struct buf *msg, size_t at)
{
	buf_set_u16(msg, at, (unsigned int)(msg->length - at - 2));
}

void message_record(struct buf *msg, enum section section, const char *name, unsigned int type,
		    unsigned int class, uint32_t ttl, const void *rdata, size_t length)
{
	size_t at = record_head(msg, section, name, type, class, ttl);

	buf_put(msg, rdata, length);
	record_end(msg, at);
}

void message_set_count(struct buf *msg, enum section section, unsigned int value)
{
	buf_set_u16(msg, 4 + 2 * (size_t)section, value);
}

static void address_record(struct buf *msg, enum section section, const char *name,
			   unsigned int type, const char *address)
{
	uint8_t bytes[16];

	if (inet_pton(type == TYPE_A ? AF_INET : AF_INET6, address, bytes) != 1)
		build_failed("'%s' is no address", address);
	message_record(msg, section, name, type, CLASS_IN, TTL, bytes, type == TYPE_A ? 4 : 16);
}

void message_a(struct buf *msg, enum section section, const char *name, const char *address)
{
	address_record(msg, section, name, TYPE_A, address);
}

void message_aaaa(struct buf *msg, enum section section, const char *name, const char *address)
{
	address_record(msg, section, name, TYPE_AAAA, address);
}

static void name_record(struct buf *msg, enum section section, const char *name, unsigned int type,
			const char *target)
{
	size_t at = record_head(msg, section, name, type, CLASS_IN, TTL);

	message_name(msg, target);
	record_end(msg, at);
}

void message_cname(struct buf *msg, enum section section, const char *name, const char *target)
{
	name_record(msg, section, name, TYPE_CNAME, target);
}

void message_dname(struct buf *msg, enum section section, const char *name, const char *target)
{
	name_record(msg, section, name, TYPE_DNAME, target);
}

void message_ns(struct buf *msg, enum section section, const char *name, const char *target)
{
	name_record(msg, section, name, TYPE_NS, target);
}

void message_soa(struct buf *msg, enum section section, const char *name)
{
	size_t at = record_head(msg, section, name, TYPE_SOA, CLASS_IN, TTL);

	message_name(msg, "ns1.example");
	message_name(msg, "hostmaster.example");
	buf_u32(msg, 2026112301);
	buf_u32(msg, 7200);
	buf_u32(msg, 3600);
	buf_u32(msg, 1209600);
	buf_u32(msg, TTL);
	record_end(msg, at);
}

void message_rrsig(struct buf *msg, enum section section, const char *name, unsigned int covered)
{
	size_t at = record_head(msg, section, name, TYPE_RRSIG, CLASS_IN, TTL);

	buf_u16(msg, covered);
	buf_u8(msg, 13); /* ECDSA P-256 with SHA-256, whose signatures have 64 bytes: RFC 6605 */
	buf_u8(msg, 2);
	buf_u32(msg, TTL);
	buf_u32(msg, 1800000000);
	buf_u32(msg, 1790000000);
	buf_u16(msg, 12345);
	message_name(msg, "example");
	buf_put(msg, NULL, 64);
	record_end(msg, at);
}

size_t message_opt(struct buf *msg, unsigned int extended, unsigned int version, int dnssec_ok)
{
	if (extended > 0xff || version > 0xff)
		build_failed("OPT holds 8 bits of RCODE and of version");
	return record_head(msg, SECTION_ADDITIONAL, ".", TYPE_OPT, 1232,
			   (uint32_t)extended << 24 | version << 16 | (dnssec_ok ? 0x8000u : 0));
}

void message_option(struct buf *msg, size_t opt, unsigned int code, const void *data, size_t length)
{
	buf_u16(msg, code);
	buf_u16(msg, (unsigned int)length);
	buf_put(msg, data, length);
	record_end(msg, opt);
}

void message_ede(struct buf *msg, size_t opt, unsigned int info_code, const char *text)
{
	struct buf ede = {0};

	buf_u16(&ede, info_code);
	buf_put(&ede, text, strlen(text));
	message_option(msg, opt, OPTION_EDE, ede.data, ede.length);
	buf_free(&ede);
}

void message_cookie(struct buf *msg, size_t opt)
{
	message_option(msg, opt, OPTION_COOKIE,
		       "\x01\x23\x45\x67\x89\xab\xcd\xef"
		       "\xfe\xdc\xba\x98\x76\x54\x32\x10",
		       16);
}

void message_padding(struct buf *msg, size_t opt, size_t length)
{
	message_option(msg, opt, OPTION_PADDING, NULL, length);
}

void message_tsig(struct buf *msg, const char *key, unsigned int error)
{
	size_t at = record_head(msg, SECTION_ADDITIONAL, key, TYPE_TSIG, CLASS_ANY, 0);

	message_name(msg, "hmac-sha256");
	buf_u16(msg, 0);
	buf_u32(msg, 1795000000);
	buf_u16(msg, 300);
	buf_u16(msg, 32);
	buf_put(msg, NULL, 32);
	buf_u16(msg, buf_get_u16(msg, 0));
	buf_u16(msg, error);
	buf_u16(msg, 0);
	record_end(msg, at);
}
