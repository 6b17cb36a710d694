// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* DNS RCODEs: the registry of RFC 6895 section 2.3. */
#include "catalog/catalog_table.h"

#define HEADER   "header code (4 bits)"
#define EXTENDED "extended code (12 bits, needs an OPT record)"
#define RECORD   "error field of a TSIG or TKEY record"
#define UPDATE   "dynamic update (header code)"

static const struct catalog_row rows[] = {
	{
		.code = 0,
		.name = "NOERROR",
		.aliases = ALIASES("NODATA"),
		.description = "No error",
		.reference = "RFC 1035 section 4.1.1",
		.class_name = HEADER,
		.detail = "The server processed the query. The answer can still be empty: NODATA "
			  "means that the name exists but has no record of the type asked for (RFC "
			  "2308 section 2.2), a referral names the servers to ask next. A zone "
			  "that denies names compactly (RFC 9824) answers NODATA even for names "
			  "that do not exist.",
		.causes = CAUSES("the query was answered",
				 "NODATA: no record of that type at the name, as with AAAA for a "
				 "host that has IPv4 only",
				 "a referral: the server asked is authoritative for a parent zone"),
		.checks = CHECKS(
			RECORDS("dig NAME TYPE",
				"the answer section holds what was asked for, or is empty"),
			LOOK_ALL(RECORDS,
				 "NODATA for one type and data for another: only that record is "
				 "missing",
				 "dig NAME A", "dig NAME AAAA", "dig NAME MX"),
			PERFORMANCE("rcodewatch run IFACE",
				    "the usual mix of codes, to know an unusual one by")),
		.related = RELATED(RCODE(3), EDE(3), EDE(4), EDE(29)),
	},
	{
		.code = 1,
		.name = "FORMERR",
		.aliases = ALIASES("FORMATERROR"),
		.description = "Format error",
		.reference = "RFC 1035 section 4.1.1",
		.class_name = HEADER,
		.detail = "The server could not make sense of the query as it arrived.",
		.causes = CAUSES("a server that does not know EDNS, and says so this way (RFC 6891 "
				 "section 7)",
				 "a server or a device before it that fails on an EDNS option, "
				 "such as a cookie or a client subnet",
				 "a client that sends a malformed message, or more than one "
				 "question (RFC 9619)",
				 "a query for a type that cannot be asked for, such as NXNAME (RFC "
				 "9824 section 3.5)"),
		.checks = CHECKS(
			LOOK_ALL(RECORDS, "only the second succeeds: the server fails on EDNS",
				 "dig NAME @SERVER", "dig +noedns NAME @SERVER"),
			RECORDS("dig +nocookie NAME @SERVER",
				"it succeeds without the cookie: the server fails on EDNS options"),
			CONNECTIVITY("tcpdump -ni IFACE -vv -s0 port 53 and host SERVER",
				     "the query as it went out, and whether the answer comes from "
				     "that server"),
			SOFTWARE("dig CH TXT version.bind @SERVER",
				 "the version, if the server tells it: one without EDNS is long "
				 "outdated")),
		.related = RELATED(RCODE(4), RCODE(16), EDE(30), HTTP(400)),
	},
	{
		.code = 2,
		.name = "SERVFAIL",
		.aliases = ALIASES("SERVERFAILURE"),
		.description = "Server failure",
		.reference = "RFC 1035 section 4.1.1",
		.class_name = HEADER,
		.detail = "The server could not get the answer. From a resolver it is the sum of "
			  "all that goes wrong upstream: servers that do not answer, broken "
			  "delegations and DNSSEC failures. The Extended DNS Error beside it, if "
			  "there is one, says which.",
		.causes = CAUSES(
			"DNSSEC validation failed: expired signatures, a DS that matches no key",
			"the authoritative servers of the zone do not answer, or refuse (lame "
			"delegation)",
			"an authoritative server whose zone did not load or has expired",
			"a resolver short of memory, sockets or time, or without a route to the "
			"Internet"),
		.checks = CHECKS(
			LOOK_ALL(RECORDS,
				 "an answer only with +cd: the failure is DNSSEC validation",
				 "dig NAME @RESOLVER", "dig +cd NAME @RESOLVER"),
			RECORDS("delv NAME TYPE", "validates by itself and says what is wrong"),
			RECORDS("dig +trace NAME", "where the delegation stops"),
			LOOK_ALL(CONNECTIVITY, "each server of the zone answers, on UDP and on TCP",
				 "dig +norecurse SOA ZONE @SERVER", "dig +tcp SOA ZONE @SERVER"),
			LOOK_EITHER(CONFIGURATION,
				    "the configuration, and with named the zones, are sound",
				    "unbound-checkconf", "named-checkconf -z"),
			LOOK_ALL(SERVER,
				 "it runs, and what it complains of (or named, pdns-recursor, "
				 "kresd)",
				 "systemctl status unbound", "journalctl -u unbound --since -1h"),
			PERFORMANCE("unbound-control stats_noreset",
				    "requests that wait, time out or exceed the request list"),
			PROVIDER("dig +nssearch ZONE",
				 "several servers on separate networks, all with the same serial")),
		.related = RELATED(EDE(6), EDE(7), EDE(9), EDE(10), EDE(22), EDE(23), EDE(13)),
	},
	{
		.code = 3,
		.name = "NXDOMAIN",
		.aliases = ALIASES("NAMEERROR"),
		.description = "Non-existent domain",
		.reference = "RFC 1035 section 4.1.1",
		.class_name = HEADER,
		.detail = "The name asked for does not exist, with any type, and neither does "
			  "anything below it (RFC 8020). If the answer holds a CNAME, it is the "
			  "target of the last one that does not exist (RFC 6604 section 3).",
		.causes = CAUSES("a mistyped name, or a search domain appended to a short one",
				 "a registration that has expired or was never delegated",
				 "clients that try generated names: malware, or an attack with "
				 "random subdomains",
				 "a resolver's policy that denies the name"),
		.checks = CHECKS(
			RECORDS("dig NAME",
				"the SOA in the authority section names the zone that denies it"),
			RECORDS("dig +trace NAME", "which zone on the way down says so"),
			RECORDS("whois DOMAIN", "whether the domain is registered, and until when"),
			LOOK_ALL(CONFIGURATION, "the search domains that clients append",
				 "resolvectl status", "cat /etc/resolv.conf"),
			CONFIGURATION("unbound-control list_local_zones",
				      "whether this resolver denies the name itself"),
			CHANGE(RATE_LIMITING,
			       "bounds what a flood of random names asks of one zone's servers",
			       "unbound-control set_option ratelimit: 1000"),
			PERFORMANCE("rcodewatch run IFACE",
				    "how many there are, of which types, and whether it grows")),
		.related = RELATED(RCODE(0), EDE(12), EDE(15), EDE(17), EDE(19), EDE(29)),
	},
	{
		.code = 4,
		.name = "NOTIMP",
		.aliases = ALIASES("NOTIMPL", "NOTIMPLEMENTED"),
		.description = "Not implemented",
		.reference = "RFC 1035 section 4.1.1",
		.class_name = HEADER,
		.detail = "The server does not support this kind of query, most often the opcode.",
		.causes = CAUSES("a dynamic update or a NOTIFY sent to a server that takes none",
				 "an opcode that the server does not know, such as DSO (RFC 8490)",
				 "an old or minimal server that answers so to a record type or an "
				 "EDNS option it does not know, which it should not"),
		.checks = CHECKS(LOOK_ALL(RECORDS, "whether plain queries are answered",
					  "dig NAME @SERVER", "dig +noedns NAME @SERVER"),
				 CONFIGURATION("dig +short SOA ZONE",
					       "the primary in the SOA, where updates are sent, is "
					       "a server that takes them"),
				 SOFTWARE("dig CH TXT version.bind @SERVER",
					  "what software answers, if it tells")),
		.related = RELATED(RCODE(1), RCODE(5), RCODE(11), EDE(21), HTTP(501)),
	},
	{
		.code = 5,
		.name = "REFUSED",
		.description = "Query refused",
		.reference = "RFC 1035 section 4.1.1",
		.class_name = HEADER,
		.detail = "The server will not answer this client, or not this question, by its "
			  "policy.",
		.causes = CAUSES(
			"the client is not in the resolver's access list",
			"a delegation to a server that does not serve the zone (lame delegation)",
			"recursion asked of a server that is authoritative only",
			"a zone transfer or an update that is not allowed for this client",
			"a rate limit that answers so"),
		.checks = CHECKS(
			RECORDS("dig +norecurse SOA ZONE @SERVER",
				"REFUSED here too: the server does not serve the zone"),
			LOOK_ALL(RECORDS,
				 "the parent delegates to the servers that the zone itself names",
				 "dig NS ZONE @PARENT", "dig NS ZONE @SERVER"),
			CONFIGURATION("unbound-control get_option access-control",
				      "the networks that may ask"),
			CONFIGURATION("named-checkconf -p",
				      "allow-query, allow-recursion, allow-transfer"),
			RATE_LIMITING("unbound-control get_option ip-ratelimit",
				      "whether a limit for each client is set, and how high")),
		.related = RELATED(EDE(18), EDE(20), EDE(31), RCODE(9), HTTP(403)),
	},
	{
		.code = 6,
		.name = "YXDOMAIN",
		.description = "Name exists when it should not",
		.reference = "RFC 2136 section 2.2; RFC 6672 section 2.2",
		.class_name = HEADER,
		.readings = READINGS({"YXDOMAIN", "answer to a dynamic update",
				      "a name exists that the update's prerequisites say must not",
				      "RFC 2136 section 2.2"},
				     {"YXDOMAIN", "answer to a query",
				      "replacing the DNAME's owner by its target makes a name of "
				      "more than 255 bytes",
				      "RFC 6672 section 2.2"}),
		.causes = CAUSES("a DHCP server or a client that registers a name already taken",
				 "a DNAME whose target, put in, makes the name too long"),
		.checks = CHECKS(
			LOOK_ALL(RECORDS, "what the name holds already", "dig A NAME @SERVER",
				 "dig TXT NAME @SERVER"),
			RECORDS("dig DNAME ZONE @SERVER", "a DNAME above the name, and its target"),
			CHANGE(CONFIGURATION, "the prerequisites sent and the answer to them",
			       "nsupdate -d FILE")),
		.related = RELATED(RCODE(7), RCODE(8), RCODE(3)),
	},
	{
		.code = 7,
		.name = "YXRRSET",
		.description = "RR set exists when it should not",
		.reference = "RFC 2136 section 2.2",
		.class_name = UPDATE,
		.causes = CAUSES(
			"an update whose prerequisite says that a record set must not exist",
			"two writers that register the same name"),
		.checks = CHECKS(RECORDS("dig TYPE NAME @SERVER", "the record set that is there"),
				 CHANGE(CONFIGURATION,
					"the prerequisites sent and the answer to them",
					"nsupdate -d FILE")),
		.related = RELATED(RCODE(6), RCODE(8)),
	},
	{
		.code = 8,
		.name = "NXRRSET",
		.description = "RR set that should exist does not",
		.reference = "RFC 2136 section 2.2",
		.class_name = UPDATE,
		.causes = CAUSES(
			"an update whose prerequisite names a record set that is gone or has "
			"changed",
			"a DHCP server whose record of its own registration (DHCID) was removed"),
		.checks = CHECKS(LOOK_ALL(RECORDS, "what the name holds now",
					  "dig TYPE NAME @SERVER", "dig DHCID NAME @SERVER"),
				 CHANGE(CONFIGURATION,
					"the prerequisites sent and the answer to them",
					"nsupdate -d FILE")),
		.related = RELATED(RCODE(6), RCODE(7)),
	},
	{
		.code = 9,
		.name = "NOTAUTH",
		.description = "Not authoritative for the zone, or not authorized",
		.reference = "RFC 2136 section 2.2; RFC 8945 section 5.2",
		.class_name = HEADER,
		.readings = READINGS(
			{"NOTAUTH", "answer to a dynamic update",
			 "the server is not authoritative for the zone named in the update",
			 "RFC 2136 section 2.2"},
			{"NOTAUTH", "answer that ends with a TSIG record",
			 "the request is not authorized: its signature, key or time failed, and "
			 "the TSIG record's error field says which (16 BADSIG, 17 BADKEY, 18 "
			 "BADTIME, 22 BADTRUNC)",
			 "RFC 8945 section 5.2"}),
		.causes = CAUSES(
			"an update or a transfer request sent to a server that does not serve the "
			"zone",
			"a TSIG key that one side lacks, or holds with another secret or algorithm",
			"clocks more than the TSIG fudge (usually 300 seconds) apart"),
		.checks = CHECKS(
			RECORDS("dig +norecurse SOA ZONE @SERVER",
				"the aa flag: whether it serves the zone"),
			CONFIGURATION("dig -k KEYFILE SOA ZONE @SERVER",
				      "the TSIG line shows the error when the key is the trouble"),
			CONFIGURATION("named-checkconf -p",
				      "key names, algorithms and who may use them"),
			SERVER("chronyc tracking", "how far this clock is off")),
		.related = RELATED(RCODE(16), RCODE(17), RCODE(18), RCODE(22), EDE(20)),
	},
	{
		.code = 10,
		.name = "NOTZONE",
		.description = "Name not contained in zone",
		.reference = "RFC 2136 section 2.2",
		.class_name = UPDATE,
		.causes = CAUSES(
			"an update that names a record outside the zone of its zone section",
			"a client that guessed the wrong zone cut"),
		.checks = CHECKS(RECORDS("dig SOA NAME",
					 "the zone that the name lies in, by its SOA"),
				 CHANGE(CONFIGURATION, "the zone and the names that are sent",
					"nsupdate -d FILE")),
		.related = RELATED(RCODE(9)),
	},
	{
		.code = 11,
		.name = "DSOTYPENI",
		.description = "DSO-TYPE not implemented",
		.reference = "RFC 8490 section 5.4.5",
		.class_name = HEADER,
		.detail = "The server speaks DNS Stateful Operations but does not know the type of "
			  "the request's primary TLV. A server without DSO answers NOTIMP. DSO "
			  "runs over TCP or TLS only.",
		.causes = CAUSES(
			"a client that uses a newer DSO operation than the server knows",
			"DNS Push Notifications (RFC 8765) asked of a server without them"),
		.checks = CHECKS(SOFTWARE("dig CH TXT version.bind @SERVER",
					  "what software answers, if it tells"),
				 CONNECTIVITY("tcpdump -ni IFACE -vv tcp port 53 and host SERVER",
					      "which clients ask for it")),
		.related = RELATED(RCODE(4), EDE(21)),
	},
};

static const struct catalog_rows header_rows = {rows, COUNT_OF(rows)};

#define UNKNOWN_CAUSES                                      \
	CAUSES("a damaged or forged packet, or a fuzzer's", \
	       "a newer standard or a private agreement that this version does not know")
#define UNKNOWN_CHECKS                                                                       \
	CHECKS(CONNECTIVITY("tcpdump -ni IFACE -vv -s0 -X port 53 and host SERVER",          \
			    "the whole message, to see whether the rest of it makes sense"), \
	       SOFTWARE("dig CH TXT version.bind @SERVER", "what software sends it, if it tells"))

static const struct catalog_range ranges[] = {
	{.first = 0, .last = 11, .status = CATALOG_ASSIGNED, .class_name = HEADER},
	{
		.first = 12,
		.last = 15,
		.status = CATALOG_UNASSIGNED,
		.description = "Unassigned header code",
		.reference = "RFC 6895 section 2.3",
		.class_name = HEADER,
		.causes = UNKNOWN_CAUSES,
		.checks = UNKNOWN_CHECKS,
	},
	{.first = 16, .last = 23, .status = CATALOG_ASSIGNED, .class_name = EXTENDED},
	{
		.first = 24,
		.last = 3840,
		.status = CATALOG_UNASSIGNED,
		.description = "Unassigned extended code",
		.reference = "RFC 6895 section 2.3",
		.class_name = EXTENDED,
		.causes = UNKNOWN_CAUSES,
		.checks = UNKNOWN_CHECKS,
	},
	{
		.first = 3841,
		.last = 4095,
		.status = CATALOG_PRIVATE,
		.description = "Response code for private use",
		.reference = "RFC 6895 section 2.3",
		.class_name = EXTENDED,
		.detail = "Its meaning is an agreement between the two sides; no registry will "
			  "ever give it one.",
		.causes = CAUSES(
			"an experiment or a product's own signalling that has left its network"),
		.checks = UNKNOWN_CHECKS,
	},
	{
		.first = 4096,
		.last = 65534,
		.status = CATALOG_UNASSIGNED,
		.description = "Unassigned code beyond the 12 bits of a message",
		.reference = "RFC 6895 section 2.3",
		.class_name = RECORD,
		.detail = "A message's response code has 12 bits; only the 16-bit error field of a "
			  "TSIG or TKEY record could hold this number.",
		.causes = UNKNOWN_CAUSES,
		.checks = UNKNOWN_CHECKS,
	},
	{
		.first = 65535,
		.last = 65535,
		.status = CATALOG_RESERVED,
		.description = "Reserved, the last number of the registry",
		.reference = "RFC 6895 section 2.3",
		.class_name = RECORD,
		.causes = UNKNOWN_CAUSES,
		.checks = UNKNOWN_CHECKS,
	},
};

const struct catalog_table catalog_rcode_table = {
	.id = "rcode",
	.title = "DNS response codes (RCODE)",
	.parts = {&header_rows, &catalog_rcode_extended_rows},
	.ranges = ranges,
	.range_count = COUNT_OF(ranges),
};
