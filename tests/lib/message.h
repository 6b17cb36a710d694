/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * DNS messages for tests, written from the RFCs: the independent source of expected values, which
 * therefore includes nothing of the parser.
 *
 * A message is a buffer that holds nothing else. message_begin() writes the header; each question
 * and record that follows adds one to its count in the header. Sections must be filled in order.
 */
#ifndef RCODEWATCH_TESTS_MESSAGE_H
#define RCODEWATCH_TESTS_MESSAGE_H

#include "buf.h"

/* Header bits, RFC 1035 section 4.1.1, RFC 4035 section 3. */
enum {
	MSG_QR = 0x8000,
	MSG_AA = 0x0400,
	MSG_TC = 0x0200,
	MSG_RD = 0x0100,
	MSG_RA = 0x0080,
	MSG_Z = 0x0040,
	MSG_AD = 0x0020,
	MSG_CD = 0x0010,
};

#define MSG_OPCODE(n) ((unsigned int)(n) << 11)

enum {
	OPCODE_QUERY = 0,
	OPCODE_NOTIFY = 4, /* RFC 1996 */
	OPCODE_UPDATE = 5, /* RFC 2136 */
	OPCODE_DSO = 6,    /* RFC 8490 */
};

enum {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_NULL = 10,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_DNAME = 39,
	TYPE_OPT = 41,
	TYPE_RRSIG = 46,
	TYPE_HTTPS = 65,
	TYPE_TSIG = 250,
	TYPE_ANY = 255,
};

enum { CLASS_IN = 1, CLASS_ANY = 255 };

/* EDNS option codes: RFC 7873, 7830, 8914. */
enum { OPTION_COOKIE = 10, OPTION_PADDING = 12, OPTION_EDE = 15 };

/* The index is that of the count in the header. */
enum section { SECTION_QUESTION, SECTION_ANSWER, SECTION_AUTHORITY, SECTION_ADDITIONAL };

#define MESSAGE_HEADER 12u /* bytes; where the first question's name stands */

/* Start a message in @msg, whatever it held: @flags is the whole second word of the header. */
void message_begin(struct buf *msg, unsigned int id, unsigned int flags);

/*
 * Append a name: labels separated by dots, with \X and \DDD escapes (RFC 1035 section 5.1; \000 is a
 * zero byte). "" and "." are the root. A last label "@N" is a compression pointer to offset N
 * instead ("www.@12", "@12"); nothing checks what it leads to. Labels of more than 63 bytes fail;
 * the length of the whole is not checked.
 */
void message_name(struct buf *msg, const char *name);

void message_question(struct buf *msg, const char *name, unsigned int type, unsigned int class);
/* @ttl in seconds; @rdata may be NULL for zeros. */
void message_record(struct buf *msg, enum section section, const char *name, unsigned int type,
		    unsigned int class, uint32_t ttl, const void *rdata, size_t length);
/* Make the header claim @count entries in @section. */
void message_set_count(struct buf *msg, enum section section, unsigned int count);

/* Records of class IN with a TTL of 300. Targets are names as message_name() takes them. */
void message_a(struct buf *msg, enum section section, const char *name, const char *address);
void message_aaaa(struct buf *msg, enum section section, const char *name, const char *address);
void message_cname(struct buf *msg, enum section section, const char *name, const char *target);
void message_dname(struct buf *msg, enum section section, const char *name, const char *target);
void message_ns(struct buf *msg, enum section section, const char *name, const char *target);
void message_soa(struct buf *msg, enum section section, const char *name);
/* A signature over @covered with 64 zero bytes for the signature itself: RFC 4034 section 3.1. */
void message_rrsig(struct buf *msg, enum section section, const char *name, unsigned int covered);

/*
 * OPT record, RFC 6891 section 6.1: message_opt() opens it, the options follow, each of which
 * enlarges its RDLENGTH. @extended is the upper 8 bits of the RCODE. Gives the offset of RDLENGTH,
 * so that a test can let it lie.
 */
size_t message_opt(struct buf *msg, unsigned int extended, unsigned int version, int dnssec_ok);
/* Append an option to the OPT whose RDLENGTH is at @opt. */
void message_option(struct buf *msg, size_t opt, unsigned int code, const void *data,
		    size_t length);
/* An Extended DNS Error, RFC 8914 section 2; @text may be "" and is not zero-terminated there. */
void message_ede(struct buf *msg, size_t opt, unsigned int info_code, const char *text);
/* A client and server cookie (RFC 7873 section 4) of 16 bytes in all. */
void message_cookie(struct buf *msg, size_t opt);
void message_padding(struct buf *msg, size_t opt, size_t length);

/* TSIG (RFC 8945 section 4.2) with a 32-byte MAC of zeros; @error is its own error field. */
void message_tsig(struct buf *msg, const char *key, unsigned int error);

#endif
