// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A published guide's table of 104 "DNS response codes", its descriptions word for word with all
 * their repetitions. These numbers are no standard and never on the wire; guide.h maps real codes to them.
 * Causes and checks are those of the nearest standard code (.like).
 */
#include "catalog/catalog_table.h"

#define ANSWER "Non-authoritative Answer: Server is a DNSSEC validating trust anchor"
#define FAILED "Name error: domain not found: DNSSEC validation failed: "

static const struct catalog_row rows[] = {
	{100, .description = "Continue", .like = HTTP(100)},
	{101, .description = ANSWER, .like = RCODE(0)},
	{102, .description = ANSWER ", but is not a trust anchor", .like = RCODE(0)},
	{200, .description = "No error", .like = RCODE(0)},
	{201, .description = "Format error", .like = RCODE(1)},
	{202, .description = "Server failure", .like = RCODE(2)},
	{203, .description = "Query refused", .like = RCODE(5)},
	{204, .description = "Name error: domain does not exist", .like = RCODE(3)},
	{205, .description = "Name error: domain name syntax incorrect", .like = RCODE(1)},
	{206, .description = "Name error: domain name not found", .like = RCODE(0)},
	{207, .description = "Name error: domain name not found: zone cut-off", .like = RCODE(3)},
	{208, .description = "Name error: domain not found: DNSSEC validation failure",
	 .like = EDE(6)},
	{210, .description = "Name error: domain not found: DNSSEC name does not exist",
	 .like = EDE(12)},
	{211, .description = FAILED "no trust anchor", .like = EDE(5)},
	{212, .description = FAILED "no key", .like = EDE(9)},
	{213, .description = FAILED "key mismatch", .like = EDE(9)},
	{214, .description = FAILED "time not valid", .like = EDE(7)},
	{215, .description = FAILED "no signature", .like = EDE(10)},
	{216, .description = FAILED "bad data", .like = EDE(6)},
	{217, .description = FAILED "no RRSIG", .like = EDE(10)},
	{218, .description = FAILED "bad RRSIG", .like = EDE(6)},
	{219, .description = FAILED "missing RRSIG", .like = EDE(10)},
	{220, .description = FAILED "missing NSEC", .like = EDE(12)},
	{221, .description = FAILED "bad NSEC", .like = EDE(12)},
	{222, .description = FAILED "missing NSEC3", .like = EDE(12)},
	{223, .description = FAILED "bad NSEC3", .like = EDE(27)},
	{224, .description = FAILED "missing DS", .like = EDE(6)},
	{225, .description = FAILED "bad DS", .like = EDE(2)},
	{226, .description = FAILED "no DS", .like = EDE(6)},
	{227, .description = FAILED "bad DS", .like = EDE(9)},
	{228, .description = FAILED "missing DS", .like = EDE(6)},
	{229, .description = FAILED "bad DS", .like = EDE(9)},
	{230, .description = FAILED "no DS", .like = EDE(6)},
	{231, .description = FAILED "bad DS", .like = EDE(9)},
	{232, .description = FAILED "missing DS", .like = EDE(6)},
	{233, .description = FAILED "bad DS", .like = EDE(9)},
	{234, .description = FAILED "no DS", .like = EDE(6)},
	{235, .description = FAILED "bad DS", .like = EDE(9)},
	{236, .description = FAILED "missing DS", .like = EDE(6)},
	{237, .description = FAILED "bad DS", .like = EDE(9)},
	{238, .description = FAILED "no DS", .like = EDE(6)},
	{239, .description = FAILED "bad DS", .like = EDE(9)},
	{240, .description = FAILED "missing DS", .like = EDE(6)},
	{241, .description = FAILED "bad DS", .like = EDE(9)},
	{242, .description = FAILED "no DS", .like = EDE(6)},
	{243, .description = FAILED "bad DS", .like = EDE(9)},
	{244, .description = FAILED "missing DS", .like = EDE(6)},
	{245, .description = FAILED "bad DS", .like = EDE(9)},
	{246, .description = FAILED "no DS", .like = EDE(6)},
	{247, .description = FAILED "bad DS", .like = EDE(9)},
	{248, .description = FAILED "missing DS", .like = EDE(6)},
	{249, .description = FAILED "bad DS", .like = EDE(9)},
	{250, .description = FAILED "no DS", .like = EDE(6)},
	{251, .description = FAILED "bad DS", .like = EDE(9)},
	{252, .description = FAILED "missing DS", .like = EDE(6)},
	{253, .description = FAILED "bad DS", .like = EDE(9)},
	{254, .description = FAILED "no DS", .like = EDE(6)},
	{255, .description = FAILED "bad DS", .like = EDE(9)},
	{300, .description = "Multiple choices", .like = HTTP(300)},
	{301, .description = "Moved permanently", .like = HTTP(301)},
	{302, .description = "Found", .like = HTTP(302)},
	{303, .description = "See other", .like = HTTP(303)},
	{304, .description = "Not modified", .like = HTTP(304)},
	{305, .description = "Use proxy", .like = HTTP(305)},
	{306, .description = "Unused", .like = HTTP(306)},
	{307, .description = "Temporary redirect", .like = HTTP(307)},
	{308, .description = "Permanent redirect (HTTP 3.1)", .like = HTTP(308)},
	{400, .description = "Bad request", .like = HTTP(400)},
	{401, .description = "Unauthorized", .like = HTTP(401)},
	{402, .description = "Payment required", .like = HTTP(402)},
	{403, .description = "Forbidden", .like = HTTP(403)},
	{404, .description = "Not found", .like = HTTP(404)},
	{405, .description = "Method not allowed", .like = HTTP(405)},
	{406, .description = "Not acceptable", .like = HTTP(406)},
	{407, .description = "Proxy authentication required", .like = HTTP(407)},
	{408, .description = "Request timeout", .like = HTTP(408)},
	{409, .description = "Conflict", .like = HTTP(409)},
	{410, .description = "Gone", .like = HTTP(410)},
	{411, .description = "Length required", .like = HTTP(411)},
	{412, .description = "Precondition failed", .like = HTTP(412)},
	{413, .description = "Payload too large", .like = HTTP(413)},
	{414, .description = "URI too long", .like = HTTP(414)},
	{415, .description = "Unsupported media type", .like = HTTP(415)},
	{416, .description = "Range not satisfiable", .like = HTTP(416)},
	{417, .description = "Expectation failed", .like = HTTP(417)},
	{418, .description = "I'm a teapot", .like = HTTP(418)},
	{421, .description = "Misdirected request", .like = HTTP(421)},
	{422, .description = "Unprocessable entity", .like = HTTP(422)},
	{423, .description = "Locked", .like = HTTP(423)},
	{424, .description = "Failed dependency", .like = HTTP(424)},
	{426, .description = "Upgrade required", .like = HTTP(426)},
	{428, .description = "Precondition required", .like = HTTP(428)},
	{429, .description = "Too many requests", .like = HTTP(429)},
	{431, .description = "Request header fields too large", .like = HTTP(431)},
	{451, .description = "Unavailable for legal reasons", .like = HTTP(451)},
	{500, .description = "Internal server error", .like = HTTP(500)},
	{501, .description = "Not implemented", .like = HTTP(501)},
	{502, .description = "Bad gateway", .like = HTTP(502)},
	{503, .description = "Service unavailable", .like = HTTP(503)},
	{504, .description = "Gateway timeout", .like = HTTP(504)},
	{505, .description = "HTTP version not supported", .like = HTTP(505)},
	{511, .description = "Network authentication required", .like = HTTP(511)},
	{598, .description = "Network read timeout error", .like = HTTP(504)},
	{599, .description = "Network connect timeout error", .like = HTTP(504)},
};

static const struct catalog_rows part = {rows, COUNT_OF(rows)};

#define RANGE(lo, hi, class)                                                                      \
	{                                                                                         \
		.first = lo, .last = hi, .status = CATALOG_UNASSIGNED,                            \
		.description = "Not in the guide's table",                                        \
		.reference = "a published guide's table; not a standard", .class_name = class,    \
		.causes = CAUSES("nothing sends these numbers: the guide lists 104 of them, and " \
				 "not this one"),                                                 \
		.checks = CHECKS(CONFIGURATION("rcodewatch explain --registry guide",             \
					       "the numbers that it lists")),                     \
		.related = RELATED({CATALOG_REGISTRIES, 0}),                                      \
	}

static const struct catalog_range ranges[] = {
	RANGE(100, 199, "informational (1xx)"), RANGE(200, 299, "success (2xx)"),
	RANGE(300, 399, "redirection (3xx)"),   RANGE(400, 499, "client error (4xx)"),
	RANGE(500, 599, "server error (5xx)"),
};

const struct catalog_table catalog_guide_table = {
	.id = "guide",
	.title = "A published guide's numbering (not a standard, not on the wire)",
	.parts = {&part},
	.ranges = ranges,
	.range_count = COUNT_OF(ranges),
};
