// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* DNS over QUIC error codes: the registry of RFC 9250 section 8.4; section 4.3 has the meanings. */
#include "catalog/catalog_table.h"

#define CLASS "QUIC application error"

#define TRY CONNECTIVITY("kdig +quic NAME @SERVER", "a query over QUIC, and the error that ends it")
#define TRY_TLS                                \
	CONNECTIVITY("kdig +tls NAME @SERVER", \
		     "the same over TLS: the fault is in QUIC alone or not")
#define LOGS                                        \
	SERVER("journalctl -u unbound --since -1h", \
	       "what the server logs of the connection (or the service that speaks DoQ)")

static const struct catalog_row rows[] = {
	{
		.code = 0x0,
		.name = "DOQ_NO_ERROR",
		.description = "Stream or connection closed without an error",
		.reference = "RFC 9250 section 4.3",
		.class_name = CLASS,
		.causes = CAUSES("an idle connection that one side closes",
				 "a server that shuts down in order"),
		.checks = CHECKS(TRY),
		.related = RELATED(RCODE(0), DOQ(0x5)),
	},
	{
		.code = 0x1,
		.name = "DOQ_INTERNAL_ERROR",
		.description = "Internal error; the transaction or the connection cannot go on",
		.reference = "RFC 9250 sections 4.3 and 4.3.2",
		.class_name = CLASS,
		.causes = CAUSES("a fault or a lack of memory in the implementation that sends it",
				 "a proxy whose upstream resolver failed"),
		.checks = CHECKS(LOGS, TRY, TRY_TLS,
				 LOOK_ALL(SOFTWARE, "the versions of the two sides", "unbound -V",
					  "kdig --version")),
		.related = RELATED(RCODE(2), DOQ(0x2), HTTP(500)),
	},
	{
		.code = 0x2,
		.name = "DOQ_PROTOCOL_ERROR",
		.description = "Protocol error; the connection is aborted",
		.reference = "RFC 9250 sections 4.3 and 4.3.3",
		.class_name = CLASS,
		.causes = CAUSES(
			"a stream that ends before the whole message, or carries two queries",
			"a DNS message ID other than 0, or the EDNS TCP keepalive option",
			"a transaction in early data that must not be there"),
		.checks = CHECKS(TRY,
				 LOOK_ALL(SOFTWARE, "the versions of the two sides", "unbound -V",
					  "kdig --version"),
				 LOGS),
		.related = RELATED(RCODE(1), EDE(26), HTTP(400)),
	},
	{
		.code = 0x3,
		.name = "DOQ_REQUEST_CANCELLED",
		.description = "The client has cancelled an outstanding request",
		.reference = "RFC 9250 section 4.3.1",
		.class_name = CLASS,
		.causes = CAUSES("a client that got its answer elsewhere or gave up waiting",
				 "a secondary that breaks off a zone transfer"),
		.checks = CHECKS(PERFORMANCE("unbound-control stats_noreset",
					     "recursion times: clients give up on slow answers"),
				 TRY),
		.related = RELATED(DOQ(0x4)),
	},
	{
		.code = 0x4,
		.name = "DOQ_EXCESSIVE_LOAD",
		.description = "Connection closed because of excessive load",
		.reference = "RFC 9250 section 4.3",
		.class_name = CLASS,
		.causes = CAUSES("more connections or streams than the server allows",
				 "a client that cancels too many requests (section 4.3.1)",
				 "an attack"),
		.checks = CHECKS(LOOK_ALL(SERVER, "the load of the host and its sockets", "uptime",
					  "ss -s"),
				 CONNECTIVITY("ss -uan 'sport = :853'", "queues of the DoQ port"),
				 RATE_LIMITING("nft list ruleset",
					       "limits for each source ahead of the server")),
		.related = RELATED(EDE(31), HTTP(429), HTTP(503)),
	},
	{
		.code = 0x5,
		.name = "DOQ_UNSPECIFIED_ERROR",
		.description = "Error without a more specific DoQ code",
		.reference = "RFC 9250 section 4.3",
		.class_name = CLASS,
		.causes = CAUSES("a condition that the implementation does not tell apart, or will "
				 "not tell"),
		.checks = CHECKS(LOGS, TRY, TRY_TLS),
		.related = RELATED(DOQ(0x1), DOQ(0x2)),
	},
	{
		.code = 0xd098ea5e,
		.name = "DOQ_ERROR_RESERVED",
		.description = "Reserved for tests of how unknown codes are handled",
		.reference = "RFC 9250 sections 4.3 and 4.3.4",
		.class_name = CLASS,
		.detail = "An unknown error code must be taken as DOQ_UNSPECIFIED_ERROR.",
		.causes = CAUSES("a test, meant to show that the other side copes with codes it "
				 "does not know"),
		.checks = CHECKS(LOGS),
		.related = RELATED(DOQ(0x5)),
	},
};

static const struct catalog_rows part = {rows, COUNT_OF(rows)};

#define UNKNOWN                                                                             \
	.class_name = CLASS, .status = CATALOG_UNASSIGNED,                                  \
	.detail = "An unknown error code must be taken as DOQ_UNSPECIFIED_ERROR (RFC 9250 " \
		  "section 4.3.4).",                                                        \
	.causes = CAUSES("a code registered after this version was made",                   \
			 "an implementation that makes numbers up"),                        \
	.checks = CHECKS(TRY, LOGS), .related = RELATED(DOQ(0x5))

static const struct catalog_range ranges[] = {
	{.first = 0x0, .last = 0x5, .status = CATALOG_ASSIGNED},
	{
		.first = 0x6,
		.last = 0x3f,
		.description = "Unassigned DoQ error code, for standards",
		.reference = "RFC 9250 section 8.4",
		UNKNOWN,
	},
	{
		.first = 0x40,
		.last = 0xd098ea5d,
		.description = "Unassigned DoQ error code",
		.reference = "RFC 9250 section 8.4",
		UNKNOWN,
	},
	{.first = 0xd098ea5e, .last = 0xd098ea5e, .status = CATALOG_ASSIGNED},
	{
		/* The registry goes on to 2^62 - 1, all of it unassigned. */
		.first = 0xd098ea5f,
		.last = UINT32_MAX,
		.description = "Unassigned DoQ error code",
		.reference = "RFC 9250 section 8.4",
		UNKNOWN,
	},
};

const struct catalog_table catalog_doq_table = {
	.id = "doq",
	.title = "DNS over QUIC error codes (DoQ)",
	.parts = {&part},
	.ranges = ranges,
	.range_count = COUNT_OF(ranges),
};
