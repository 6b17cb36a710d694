// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "catalog/catalog_alert.h"

#include <string.h>

#include "catalog/catalog_table.h"

/* A root server by its address, as names may not resolve: https://www.iana.org/domains/root/servers. */
#define ASK_ROOT "dig +norecurse +tries=1 @193.0.14.129 . SOA"
/* Not through the resolver, which is what fails. */
#define ASK_FOR_ZONE "dig +norecurse +tries=1 {zone} SOA @{server}"
#define ASK_SELF     "dig +tries=1 +time=2 @127.0.0.1 . SOA"

static const struct catalog_alert all[] = {
	{
		.rule = "host-silent",
		.text = "the server hangs, or drops queries: {share} of clients' are not answered",
		.check = ASK_SELF,
	},
	{
		.rule = "host-silent",
		.cause = 1,
		.text = "this host sends no responses any more, where it was {usual}/s",
		.check = ASK_SELF,
	},
	{
		.rule = "upstream-silent",
		.text = "the way out fails, or many servers do: {share} of queries are not "
			"answered",
		.check = ASK_ROOT,
	},
	{
		.rule = "servfail-share",
		.text = "SERVFAIL is {share} of responses, over many zones: look at this host and "
			"its way out",
		.check = "rcodewatch explain SERVFAIL",
	},
	{
		.rule = "servfail-share",
		.cause = 1,
		.text = "SERVFAIL is {share} of responses, most of them of one zone",
		.check = "rcodewatch explain SERVFAIL",
	},
	{
		.rule = "servfail-share",
		.cause = 2,
		.text = "SERVFAIL is {share} of responses, most of them of {zone}",
		.check = "rcodewatch explain SERVFAIL",
	},
	{
		.rule = "bogus",
		.text = "DNSSEC validation fails for many zones ({share} of responses): the clock "
			"or the trust anchor",
		.check = "chronyc tracking",
	},
	{
		.rule = "random-subdomain",
		.text = "random subdomains of {zone}: ~{value} names/s, above {threshold}",
		.check = "unbound-control dump_requestlist | grep -F -e {zone}",
	},
	{
		.rule = "zone-failing",
		.text = "{zone} fails: SERVFAIL {value}/s ({share} of responses)",
		.check = "dig +nssearch {zone}",
		.check_server = ASK_FOR_ZONE,
	},
	{
		.rule = "zone-servers-silent",
		.text = "no server of {zone} answers: {count} queries unanswered of late (older "
			"ones fade)",
		.check = "dig +nssearch {zone}",
		.check_server = ASK_FOR_ZONE,
	},
	{
		.rule = "server-silent",
		.text = "{server} does not answer: {count} queries unanswered of late (older ones "
			"fade)",
		.check = "dig +norecurse +tries=1 . SOA @{server}",
	},
	{
		.rule = "zone-servers-silent",
		.cause = 1,
		.text = "no server of {zone} answered when last asked, a minute ago or more",
		.check = "dig +nssearch {zone}",
		.check_server = ASK_FOR_ZONE,
	},
	{
		.rule = "server-silent",
		.cause = 1,
		.text = "{server} did not answer when last asked, a minute ago or more",
		.check = "dig +norecurse +tries=1 . SOA @{server}",
	},
	{
		.rule = "clients-slow",
		.text = "one response in ten takes {value} s or more, and upstream servers are "
			"faster: look at this host",
		.check = "ss -lnu sport = :53",
	},
	{
		.rule = "clients-slow",
		.cause = 1,
		.text = "one response in ten takes {value} s or more, and upstream servers are as "
			"slow",
		.check = ASK_ROOT,
	},
	{
		.rule = "nxdomain-flood",
		.text = "NXDOMAIN has risen to {value}/s ({share} of responses)",
		.check = "rcodewatch explain NXDOMAIN",
	},
	{
		.rule = "spoofing",
		.text = "forged, or to a port used again: {share} of incoming responses answer no "
			"query",
		.check = "unbound-control stats_noreset | grep unwanted",
	},
	{
		.rule = "fragments-lost",
		.text = "{share} of responses end in fragments that cannot be read: their OPT "
			"record is not seen",
		.check = "nstat -az IpReasmFails Ip6ReasmFails",
	},
	{
		.rule = "unusual",
		.text = "{code} is {value} times the usual at this hour ({share} of responses)",
		.check = "rcodewatch explain {code}",
	},
	{
		.rule = "blind",
		.text = "{share} of the queries left the table before their time: unanswered is "
			"too low",
		.check = "rcodewatch dump",
	},
	{
		.rule = "blind",
		.cause = 1,
		.text = "the network card lost {share} of the packets before they could be counted",
		.check = "ethtool -S {interface}",
	},
};

bool catalog_alert_find(const char *rule, unsigned int cause, struct catalog_alert *words)
{
	const struct catalog_advice *advice = catalog_advice_find(rule);

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (all[i].cause == cause && !strcmp(all[i].rule, rule)) {
			*words = all[i];
			return true;
		}
	if (advice)
		*words = (struct catalog_alert){
			.rule = advice->id, .text = advice->text, .check = advice->check};
	return advice != NULL;
}
