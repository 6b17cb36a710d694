// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "catalog/guide.h"
#include "dns_wire.h"

#define FROM_RCODE(number, guide, reason)                                          \
	{                                                                          \
		.rcode = number, .ede = GUIDE_NO_EDE, .code = guide, .why = reason \
	}
#define FROM_EDE(number, guide, reason)                                               \
	{                                                                             \
		.rcode = GUIDE_ANY_RCODE, .ede = number, .code = guide, .why = reason \
	}
#define FROM_BOTH(number, info, guide, reason)                             \
	{                                                                  \
		.rcode = number, .ede = info, .code = guide, .why = reason \
	}

static const struct guide_mapping mappings[] = {
	FROM_RCODE(DNS_RCODE_NOERROR, 200, "the same words: no error"),
	FROM_RCODE(DNS_RCODE_FORMERR, 201, "the same words: format error"),
	FROM_RCODE(DNS_RCODE_SERVFAIL, 202, "the same words: server failure"),
	FROM_RCODE(DNS_RCODE_NXDOMAIN, 204,
		   "RFC 1035 calls RCODE 3 \"name error\": the domain does not exist"),
	FROM_RCODE(DNS_RCODE_NOTIMP, 501, "the same words: not implemented"),
	FROM_RCODE(DNS_RCODE_REFUSED, 203, "the same words: query refused"),
	FROM_RCODE(DNS_RCODE_YXRRSET, 412,
		   "a prerequisite of the update does not hold: the set exists"),
	FROM_RCODE(DNS_RCODE_NXRRSET, 412,
		   "a prerequisite of the update does not hold: the set does not exist"),
	FROM_RCODE(DNS_RCODE_DSOTYPENI, 501, "the DSO type is not implemented by the server"),
	{.rcode = DNS_RCODE_NOERROR,
	 .ede = GUIDE_NO_EDE,
	 .nodata = true,
	 .code = 206,
	 .why = "nothing was found under the name, which is what 206 says beside 204 (does not "
		"exist); by RFC 2308 the name itself exists and this is no name error"},

	/* Validation failures count only if the answer was withheld for them. */
	FROM_BOTH(DNS_RCODE_SERVFAIL, 1, 208,
		  "validation failed; the guide has no number for algorithms"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 2, 225,
		  "the DS cannot be used: a bad DS (the first of that text)"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 5, 208,
		  "validation failed without a verdict; the guide has no indeterminate"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 6, 208, "bogus is the failure of validation as such"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 7, 214, "the time is not within the signature's: expired"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 8, 214,
		  "the time is not within the signature's: not yet valid"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 9, 212, "no key matches the DS"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 10, 219, "the RRSIG records are missing"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 11, 212, "no key that may sign a zone"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 12, 220, "the NSEC (or NSEC3) records are missing"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 25, 214,
		  "no time is within the signature's: it ends before it begins"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 27, 223,
		  "the NSEC3 parameters are unacceptable: a bad NSEC3"),

	FROM_BOTH(DNS_RCODE_SERVFAIL, 14, 503, "the server cannot serve yet: unavailable for now"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 22, 504, "no server upstream could be reached in time"),
	FROM_BOTH(DNS_RCODE_SERVFAIL, 23, 502, "the exchange with a server upstream failed"),
	FROM_BOTH(DNS_RCODE_REFUSED, 18, 403, "this client may not ask: forbidden"),
	FROM_EDE(15, 403, "the name is blocked by policy: forbidden"),
	FROM_EDE(16, 451, "blocked by an outside demand, as 451 in HTTP (RFC 7725)"),
	FROM_EDE(17, 403, "the name is filtered: forbidden"),
	FROM_EDE(20, 421, "the wrong server was asked, as 421 in HTTP (RFC 9110)"),
	FROM_EDE(21, 501, "the operation is not supported by the server"),
	FROM_EDE(31, 429, "more queries than the limit: too many requests"),
	FROM_EDE(32, 429, "more requests than the quota: too many requests"),
	FROM_EDE(35, 403, "the name is blocked by policy upstream: forbidden"),
};

#define MAPPINGS (sizeof(mappings) / sizeof(mappings[0]))

const struct guide_mapping *guide_mappings(size_t *count)
{
	*count = MAPPINGS;
	return mappings;
}

/* 0 does not match; else the higher the more specific. */
static unsigned int weight(const struct guide_mapping *m, uint16_t rcode, int32_t ede, bool nodata)
{
	unsigned int w = 1;

	if (m->rcode != GUIDE_ANY_RCODE) {
		if (m->rcode != rcode)
			return 0;
		w += 1;
	}
	if (m->nodata) {
		if (!nodata)
			return 0;
		w += 2;
	}
	if (m->ede != GUIDE_NO_EDE) {
		if (m->ede != ede)
			return 0;
		w += 4;
	}
	return w;
}

const struct guide_mapping *guide_map(uint16_t rcode, int32_t ede, bool nodata)
{
	const struct guide_mapping *best = NULL;
	unsigned int best_weight = 0;

	for (size_t i = 0; i < MAPPINGS; i++) {
		unsigned int w = weight(&mappings[i], rcode, ede, nodata);

		if (w > best_weight) {
			best = &mappings[i];
			best_weight = w;
		}
	}
	return best;
}
