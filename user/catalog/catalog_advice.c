// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "catalog/catalog_advice.h"

#include <string.h>

#include "catalog/catalog_table.h"

static const struct catalog_advice all[] = {
	{
		.id = "expired-signatures",
		.text = "SERVFAIL with EDE 7 from one zone ({share} of responses): signatures in "
			"{zone} have expired",
		.check = "delv +vtrace {zone} SOA",
		.about = EDE(7),
	},
	{
		.id = "signatures-not-yet-valid",
		.text = "SERVFAIL with EDE 8 ({share} of responses): a clock is wrong, here or "
			"where {zone} is signed",
		.check = "chronyc tracking",
		.about = EDE(8),
	},
	{
		.id = "dnssec-bogus",
		.text = "SERVFAIL with a DNSSEC error from one zone ({share} of responses): {zone} "
			"does not validate",
		.check = "delv +vtrace {zone} SOA",
		.about = EDE(6),
	},
	{
		.id = "key-mismatch",
		.text = "SERVFAIL with EDE 9 from one zone ({share} of responses): the DS of "
			"{zone} matches no key of it",
		.check = "delv +vtrace {zone} DNSKEY",
		.about = EDE(9),
	},
	{
		.id = "unreachable-authority",
		.text = "SERVFAIL with EDE 22 or 23 from one zone ({share} of responses): the "
			"servers of {zone} do not answer",
		.check = "dig +nssearch {zone}",
		.about = EDE(22),
	},
	{
		.id = "refusing-server",
		.text = "REFUSED from one server ({share} of responses): {server} does not serve "
			"what it is asked for, or not this host",
		.check = "dig +norecurse SOA {zone} @{server}",
		.about = RCODE(5),
	},
	{
		.id = "random-names",
		.text = "NXDOMAIN spread over many names of one zone ({share} of responses): "
			"generated names under {zone}",
		.check = "unbound-control dump_requestlist | grep -F -e {zone}",
		.about = RCODE(3),
	},
	{
		.id = "truncation",
		.text = "{share} of responses are truncated: clients come back by TCP, which must "
			"work",
		.check = "dig +tcp SOA {zone} @{server}",
		.about = RCODE(0),
	},
	{
		.id = "edns-format-errors",
		.text = "FORMERR from one server ({share} of responses): {server} or a device "
			"before it fails on EDNS",
		.check = "dig +noedns SOA {zone} @{server}",
		.about = RCODE(1),
	},
	{
		.id = "edns-version",
		.text = "BADVERS ({share} of responses): a client or a scanner sends an EDNS "
			"version other than 0",
		.check = "dig +edns=0 SOA {zone} @{server}",
		.about = RCODE(16),
	},
	{
		.id = "cookie-storm",
		.text = "BADCOOKIE ({share} of responses): servers that do not share a cookie "
			"secret, or forged clients",
		.check = "dig +cookie +nobadcookie SOA {zone} @{server}",
		.about = RCODE(23),
	},
	{
		.id = "lame-referrals",
		.text = "{share} of responses are referrals: delegations lead to servers that do "
			"not have the zones",
		.check = "dig +trace +nodnssec SOA {zone}",
		.about = EDE(20),
	},
	{
		.id = "not-authoritative",
		.text = "Not Authoritative (EDE 20) from one server ({share} of responses): "
			"{server} does not have the zones that are delegated to it",
		.check = "dig +norecurse SOA {zone} @{server}",
		.about = EDE(20),
	},
};

const struct catalog_advice *catalog_advice_all(size_t *count)
{
	*count = COUNT_OF(all);
	return all;
}

const struct catalog_advice *catalog_advice_find(const char *id)
{
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (!strcmp(all[i].id, id))
			return &all[i];
	return NULL;
}

struct cursor {
	char *at;
	size_t left; /* without the final NUL */
	bool full;
};

static void put(struct cursor *c, const char *bytes, size_t len)
{
	if (c->full || len > c->left) {
		c->full = true;
		return;
	}
	memcpy(c->at, bytes, len);
	c->at += len;
	c->left -= len;
}

static void put_value(struct cursor *c, const char *value, bool shell)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-";

	/* A leading hyphen or @ or + would be taken for an option by the tool behind the shell. */
	if (!shell || (*value && *value != '-' && !value[strspn(value, plain)])) {
		put(c, value, strlen(value));
		return;
	}
	put(c, "'", 1);
	if (*value == '-' || *value == '+' || *value == '@')
		put(c, "\\", 1); /* the same name in presentation form (RFC 1035 section 5.1) */
	for (; *value; value++)
		if (*value == '\'')
			put(c, "'\\''", 4);
		else
			put(c, value, 1);
	put(c, "'", 1);
}

bool catalog_advice_fill(const char *template, const struct catalog_advice_values *values,
			 bool shell, char *out, size_t size)
{
	const struct {
		const char *tag, *value, *unknown;
	} tags[] = {
		{"{zone}", values->zone, "ZONE"},
		{"{server}", values->server, "SERVER"},
		{"{share}", values->share, "SHARE"},
		{"{value}", values->value, "VALUE"},
		{"{threshold}", values->threshold, "THRESHOLD"},
		{"{usual}", values->usual, "USUAL"},
		{"{count}", values->count, "COUNT"},
		{"{code}", values->code, "CODE"},
		{"{interface}", values->interface, "INTERFACE"},
	};
	struct cursor c = {.at = out, .left = size ? size - 1 : 0, .full = !size};

	while (*template) {
		size_t i;

		for (i = 0; i < COUNT_OF(tags); i++)
			if (!strncmp(template, tags[i].tag, strlen(tags[i].tag)))
				break;
		if (i == COUNT_OF(tags)) {
			put(&c, template ++, 1);
			continue;
		}
		put_value(&c, tags[i].value ? tags[i].value : tags[i].unknown, shell);
		template += strlen(tags[i].tag);
	}
	if (size)
		*(c.full ? out : c.at) = '\0';
	return !c.full;
}
