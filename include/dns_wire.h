/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers of the DNS wire format, with the place that defines each. */
#ifndef RCODEWATCH_DNS_WIRE_H
#define RCODEWATCH_DNS_WIRE_H

#define DNS_HEADER_SIZE 12u /* RFC 1035 section 4.1.1 */
#define DNS_LENGTH_SIZE 2u  /* the prefix of a message over TCP: RFC 1035 section 4.2.2 */

/* The second 16-bit word of the header: RFC 1035 section 4.1.1, RFC 4035 sections 3.1.6 and 3.2.2. */
#define DNS_QR           0x8000u
#define DNS_OPCODE(word) (((word) >> 11) & 0xfu)
#define DNS_AA           0x0400u
#define DNS_TC           0x0200u
#define DNS_Z            0x0040u
#define DNS_RCODE(word)  ((word)&0xfu)
#define DNS_OPCODE_MASK  0x7800u
#define DNS_RCODE_MASK   0x000fu

#define DNS_OPCODE_QUERY 0u
#define DNS_OPCODE_DSO   6u /* the highest assigned: RFC 8490 */

#define DNS_RCODE_NOERROR   0u
#define DNS_RCODE_FORMERR   1u
#define DNS_RCODE_SERVFAIL  2u
#define DNS_RCODE_NXDOMAIN  3u
#define DNS_RCODE_NOTIMP    4u
#define DNS_RCODE_REFUSED   5u
#define DNS_RCODE_YXDOMAIN  6u  /* RFC 2136 section 2.2 */
#define DNS_RCODE_YXRRSET   7u  /* likewise */
#define DNS_RCODE_NXRRSET   8u  /* likewise */
#define DNS_RCODE_DSOTYPENI 11u /* RFC 8490 section 10.2 */
#define DNS_RCODE_BADVERS   16u /* RFC 6891 section 9 */
#define DNS_RCODE_BADCOOKIE 23u /* RFC 7873 section 8 */

#define DNS_TYPE_NS    2u
#define DNS_TYPE_CNAME 5u
#define DNS_TYPE_SOA   6u
#define DNS_TYPE_DNAME 39u /* RFC 6672 */
#define DNS_TYPE_OPT   41u /* RFC 6891 */
#define DNS_TYPE_RRSIG 46u /* RFC 4034 */
#define DNS_TYPE_ANY   255u

#define DNS_NAME_MAX  255u /* octets on the wire, the root label included: RFC 1035 section 2.3.4 */
#define DNS_LABEL_MAX 63u
/* A name of one-octet labels: 127 of them and the root make 255 octets. */
#define DNS_LABELS_MAX 127u
#define DNS_POINTER    0xc0u /* the two high bits: RFC 1035 section 4.1.4 */

#define DNS_QUESTION_FIXED 4u  /* QTYPE and QCLASS */
#define DNS_RECORD_FIXED   10u /* TYPE, CLASS, TTL, RDLENGTH */
#define DNS_QUESTION_MIN   (1u + DNS_QUESTION_FIXED)
#define DNS_RECORD_MIN     (1u + DNS_RECORD_FIXED)

#define DNS_OPTION_FIXED 4u  /* OPTION-CODE and OPTION-LENGTH: RFC 6891 section 6.1.2 */
#define DNS_OPTION_EDE   15u /* RFC 8914 section 2 */
#define DNS_EDE_FIXED    2u  /* INFO-CODE */

/*
 * How far the parser goes; beyond it a response is "incomplete". A message of 64 KiB can hold more
 * records, but only a zone transfer does, and there the OPT is in the first message (RFC 5936).
 */
#define DNS_ENTRIES_WALKED 256u
#define DNS_OPTIONS_WALKED 64u

#endif
