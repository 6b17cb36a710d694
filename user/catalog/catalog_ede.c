// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Extended DNS Error info codes: the registry of RFC 8914 section 5.2, put together. */
#include "catalog/catalog_table.h"

#define TEXT_CHECKS                                                                                \
	CHECKS(RECORDS("dig NAME @SERVER", "the text beside the number, if the server sends one"), \
	       SOFTWARE("dig CH TXT version.bind @SERVER", "what software sends it, if it tells"))

static const struct catalog_range ranges[] = {
	{.first = 0, .last = 35, .status = CATALOG_ASSIGNED},
	{
		.first = 36,
		.last = 49151,
		.status = CATALOG_UNASSIGNED,
		.description = "Unassigned Extended DNS Error",
		.reference = "RFC 8914 section 5.2",
		.class_name = "unassigned",
		.detail = "Numbers here are given out first come, first served: a newer one may "
			  "have a meaning that this version does not know.",
		.causes = CAUSES("a code registered after this version was made",
				 "a damaged packet, or a server that makes numbers up"),
		.checks = TEXT_CHECKS,
	},
	{
		.first = 49152,
		.last = 65535,
		.status = CATALOG_PRIVATE,
		.description = "Extended DNS Error for private use",
		.reference = "RFC 8914 section 5.2",
		.class_name = "private use",
		.detail = "Its meaning is that of the software or the network which sends it; no "
			  "registry will ever give it one.",
		.causes = CAUSES("a product's own signalling, seen outside its network"),
		.checks = TEXT_CHECKS,
	},
};

const struct catalog_table catalog_ede_table = {
	.id = "ede",
	.title = "Extended DNS Errors (EDE)",
	.parts = {&catalog_ede_dnssec_rows, &catalog_ede_service_rows},
	.ranges = ranges,
	.range_count = COUNT_OF(ranges),
};
