// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Extended DNS Errors about policy, caches, servers and networks; not those about DNSSEC. */
#include "catalog/catalog_table.h"

#define GENERAL "general"
#define CACHE   "cache"
#define POLICY  "policy"
#define SERVICE "server"
#define NETWORK "network"

#define COMPARE                                                                          \
	LOOK_ALL(RECORDS, "the resolver's answer beside that of the zone's own servers", \
		 "dig NAME @RESOLVER", "dig +trace NAME")
#define BLOCKLISTS                                                                         \
	LOOK_ALL(CONFIGURATION, "the local zones and policy zones (RPZ) of this resolver", \
		 "unbound-control list_local_zones", "grep -n rpz /etc/unbound/unbound.conf")
#define REACH_SERVERS                                                                \
	LOOK_ALL(CONNECTIVITY, "each server of the zone answers, on UDP and on TCP", \
		 "dig +norecurse SOA ZONE @SERVER", "dig +tcp +norecurse SOA ZONE @SERVER")
#define ROUTE                                                                      \
	LOOK_ALL(CONNECTIVITY, "a route exists, and where packets are lost on it", \
		 "ip route get SERVER", "mtr -u -P 53 SERVER")

static const struct catalog_row rows[] = {
	{
		.code = 0,
		.name = "Other",
		.aliases = ALIASES("Other Error"), /* so in IANA's table */
		.description = "Another error than the registered ones; its text says which",
		.reference = "RFC 8914 section 4.1",
		.class_name = GENERAL,
		.causes = CAUSES("anything that the server's authors found no number for"),
		.checks = CHECKS(RECORDS("dig NAME @RESOLVER", "the text after EDE: 0 (Other)"),
				 SERVER("journalctl -u unbound --since -1h",
					"the server's own log of the failure")),
		.related = RELATED(RCODE(2), RCODE(5)),
	},
	{
		.code = 3,
		.name = "Stale Answer",
		.description =
			"Answer from the cache past its lifetime, as no fresh one could be had",
		.reference = "RFC 8914 section 4.4; RFC 8767",
		.class_name = CACHE,
		.causes = CAUSES("the zone's servers do not answer, or not in time: an outage, an "
				 "attack, a network fault",
				 "the resolver is cut off and serves what it has"),
		.checks = CHECKS(
			REACH_SERVERS, ROUTE,
			CONFIGURATION("unbound-control get_option serve-expired",
				      "whether stale answers are on, and by which limits"),
			PROVIDER("dig +nssearch ZONE",
				 "several servers on separate networks, all with the same serial")),
		.related = RELATED(EDE(19), EDE(22), EDE(23)),
	},
	{
		.code = 4,
		.name = "Forged Answer",
		.description = "Answer forged by the resolver for policy reasons",
		.reference = "RFC 8914 section 4.5",
		.class_name = POLICY,
		.detail = "Data is given, but not the zone's. A refusal or a denial for policy "
			  "reasons is one of 15 to 18 instead.",
		.causes = CAUSES(
			"a filter that leads names to a warning page or to an unreachable address",
			"a local override: a captive portal, split DNS"),
		.checks = CHECKS(COMPARE, BLOCKLISTS),
		.related = RELATED(EDE(15), EDE(16), EDE(17), EDE(29)),
	},
	{
		.code = 13,
		.name = "Cached Error",
		.description = "A failure remembered from an earlier try",
		.reference = "RFC 8914 section 4.14; RFC 9520",
		.class_name = CACHE,
		.detail = "The resolver did not try again: failures are cached too, for seconds to "
			  "minutes. The cause is that of the first failure.",
		.causes = CAUSES("a zone that failed to resolve or to validate a moment ago",
				 "clients that repeat a failing query at once"),
		.checks = CHECKS(
			RECORDS("dig +cd NAME @RESOLVER",
				"an answer: the failure was DNSSEC validation"),
			REACH_SERVERS,
			CHANGE_EITHER(SERVER,
				      "forgets the failure, so that the next query shows its cause",
				      "unbound-control flush_zone ZONE", "rndc flushtree ZONE")),
		.related = RELATED(RCODE(2), EDE(6), EDE(22), EDE(23)),
	},
	{
		.code = 14,
		.name = "Not Ready",
		.description = "The server is not ready to answer yet",
		.reference = "RFC 8914 section 4.15",
		.class_name = SERVICE,
		.causes = CAUSES(
			"the server is starting: zones are loading, the root is not primed",
			"a secondary that has not transferred the zone yet"),
		.checks = CHECKS(LOOK_ALL(SERVER, "since when it runs, and what it waits for",
					  "systemctl status named",
					  "journalctl -u named --since -1h"),
				 CONFIGURATION("named-checkconf -z", "all zones load"),
				 SERVER("rndc zonestatus ZONE",
					"whether this zone is loaded, and its serial"),
				 CHANGE(BACKUP, "a copy of zones and keys, to start again from",
					"rndc sync", "tar -czf ZONES.tgz /var/lib/bind")),
		.related = RELATED(RCODE(2), EDE(24), HTTP(503)),
	},
	{
		.code = 15,
		.name = "Blocked",
		.description = "Blocked by the policy of the server's operator",
		.reference = "RFC 8914 section 4.16",
		.class_name = POLICY,
		.causes = CAUSES(
			"a blocklist for security, such as one of malware and phishing domains",
			"a list that has a harmless name in it by mistake"),
		.checks = CHECKS(COMPARE, BLOCKLISTS,
				 RECORDS("dig NAME @OTHER-RESOLVER",
					 "whether others block it too; a mistake is for the list's "
					 "keeper to mend")),
		.related = RELATED(EDE(16), EDE(17), EDE(18), EDE(35), EDE(4)),
	},
	{
		.code = 16,
		.name = "Censored",
		.description = "Blocked because somebody other than the operator demands it",
		.reference = "RFC 8914 section 4.17",
		.class_name = POLICY,
		.causes = CAUSES("a court's or an authority's order that the operator must follow"),
		.checks = CHECKS(COMPARE, BLOCKLISTS),
		.related = RELATED(EDE(15), EDE(17), HTTP(451)),
	},
	{
		.code = 17,
		.name = "Filtered",
		.description = "Filtered because the client asked for filtering",
		.reference = "RFC 8914 section 4.18",
		.class_name = POLICY,
		.causes = CAUSES("a subscription to parental control or to another filter, and a "
				 "name on its list"),
		.checks = CHECKS(COMPARE, CONFIGURATION("resolvectl status",
							"which resolver this host uses: one with "
							"the filter or one without")),
		.related = RELATED(EDE(15), EDE(16), EDE(4)),
	},
	{
		.code = 18,
		.name = "Prohibited",
		.description = "This client may not ask this server",
		.reference = "RFC 8914 section 4.19",
		.class_name = POLICY,
		.causes = CAUSES("a client outside the networks that the resolver serves",
				 "an access list that lacks a new network, often the IPv6 one"),
		.checks = CHECKS(
			CONFIGURATION("unbound-control get_option access-control",
				      "the networks that may ask"),
			CONFIGURATION("named-checkconf -p", "allow-query and allow-recursion"),
			LOOK_ALL(CONNECTIVITY, "whether one address family alone is refused",
				 "dig -4 NAME @RESOLVER", "dig -6 NAME @RESOLVER")),
		.related = RELATED(RCODE(5), EDE(15), EDE(20), HTTP(403)),
	},
	{
		.code = 19,
		.name = "Stale NXDOMAIN Answer",
		.description = "Denial of the name from the cache past its lifetime",
		.reference = "RFC 8914 section 4.20; RFC 8767",
		.class_name = CACHE,
		.causes = CAUSES("the zone's servers do not answer, so the resolver repeats an old "
				 "NXDOMAIN"),
		.checks = CHECKS(
			REACH_SERVERS, ROUTE,
			CONFIGURATION("unbound-control get_option serve-expired",
				      "whether stale answers are on, and by which limits")),
		.related = RELATED(RCODE(3), EDE(3), EDE(22)),
	},
	{
		.code = 20,
		.name = "Not Authoritative",
		.description = "The server is not authoritative for the name",
		.reference = "RFC 8914 section 4.21",
		.class_name = SERVICE,
		.detail = "Recursion was not asked for, or is not offered, and the server holds no "
			  "zone that covers the name.",
		.causes = CAUSES(
			"a delegation to a server that does not serve the zone (lame delegation)",
			"a zone that was removed or failed to load",
			"a client that asks an authoritative server as if it were a resolver"),
		.checks = CHECKS(LOOK_ALL(RECORDS,
					  "the parent's delegation, and whether the server answers "
					  "with the aa flag",
					  "dig NS ZONE @PARENT", "dig +norecurse SOA ZONE @SERVER"),
				 LOOK_EITHER(CONFIGURATION, "the zone is configured and loads",
					     "named-checkconf -z",
					     "nsd-checkconf /etc/nsd/nsd.conf"),
				 CONFIGURATION("resolvectl status", "that clients ask a resolver")),
		.related = RELATED(RCODE(5), RCODE(9), EDE(18), EDE(22)),
	},
	{
		.code = 21,
		.name = "Not Supported",
		.description = "The operation or query is not supported",
		.reference = "RFC 8914 section 4.22",
		.class_name = SERVICE,
		.causes = CAUSES(
			"an opcode, a class or a meta type that the server does not handle",
			"zone transfers or ANY switched off (RFC 8482)"),
		.checks = CHECKS(RECORDS("dig NAME A @SERVER", "a plain query is answered"),
				 SOFTWARE("dig CH TXT version.bind @SERVER",
					  "what software answers, if it tells")),
		.related = RELATED(RCODE(4), EDE(30), HTTP(501)),
	},
	{
		.code = 22,
		.name = "No Reachable Authority",
		.description = "None of the zone's servers could be reached or would answer",
		.reference = "RFC 8914 section 4.23",
		.class_name = NETWORK,
		.causes = CAUSES("all servers of the zone are down, cut off or under attack",
				 "servers that are reached but refuse: lame delegation",
				 "a resolver without a route, or with IPv6 that leads nowhere",
				 "a firewall that drops port 53, fragments or TCP"),
		.checks = CHECKS(LOOK_ALL(RECORDS, "the servers to try", "dig +trace NAME",
					  "dig NS ZONE @PARENT"),
				 REACH_SERVERS, ROUTE,
				 SERVER("unbound-control dump_infra",
					"what the resolver thinks of each server"),
				 PROVIDER("dig +short NS ZONE",
					  "servers with more than one network or "
					  "provider outlive an outage of one")),
		.related = RELATED(RCODE(2), EDE(23), EDE(3), EDE(20), HTTP(504)),
	},
	{
		.code = 23,
		.name = "Network Error",
		.description = "An error in the exchange with another server",
		.reference = "RFC 8914 section 4.24",
		.class_name = NETWORK,
		.detail = "Its text often names the server, by address and port, and what it "
			  "answered.",
		.causes = CAUSES(
			"timeouts, unreachable hosts or refused connections on the way to a server",
			"a server that answers with errors or with damaged messages",
			"large answers lost as fragments, with TCP blocked"),
		.checks = CHECKS(RECORDS("dig NAME @RESOLVER",
					 "the text after EDE: 23 (Network Error)"),
				 REACH_SERVERS, ROUTE,
				 LOOK_ALL(CONNECTIVITY, "packets lost in this host",
					  "ip -s link show dev IFACE", "nstat -az UdpRcvbufErrors"),
				 CONNECTIVITY("dig +bufsize=1232 +dnssec DNSKEY ZONE @SERVER",
					      "a size that arrives without fragments")),
		.related = RELATED(RCODE(2), EDE(22), EDE(13), HTTP(502)),
	},
	{
		.code = 24,
		.name = "Invalid Data",
		.description = "The server cannot answer for a zone that it ought to serve",
		.reference = "RFC 8914 section 4.25",
		.class_name = SERVICE,
		.detail = "Typically its copy of the zone is too old, or expired.",
		.causes = CAUSES(
			"a secondary that could not refresh for longer than the SOA's expire time",
			"a zone file that no longer loads"),
		.checks = CHECKS(LOOK_ALL(RECORDS, "the serials of the two", "dig SOA ZONE @SERVER",
					  "dig SOA ZONE @PRIMARY"),
				 LOOK_EITHER(SERVER, "when it was refreshed, and when it expires",
					     "rndc zonestatus ZONE", "nsd-control zonestatus ZONE"),
				 CONNECTIVITY("dig +tcp AXFR ZONE @PRIMARY",
					      "the transfer works from this host"),
				 CONFIGURATION("named-checkzone ZONE FILE", "the zone file loads"),
				 CHANGE(BACKUP, "a copy of the zones, to start again from",
					"tar -czf ZONES.tgz /var/lib/bind")),
		.related = RELATED(RCODE(2), EDE(14), EDE(20)),
	},
	{
		.code = 26,
		.name = "Too Early",
		.description = "The query came as early data and must not be answered before the "
			       "handshake ends",
		.reference = "RFC 9250 section 4.5",
		.class_name = NETWORK,
		.detail = "Early data (0-RTT) can be replayed, so only the opcodes QUERY and "
			  "NOTIFY may be sent in it. The client asks again after the handshake.",
		.causes = CAUSES("a dynamic update or another request that must not be replayed, "
				 "sent in 0-RTT"),
		.checks = CHECKS(
			CONNECTIVITY("kdig +quic NAME @SERVER", "the query without early data")),
		.related = RELATED(RCODE(5), DOQ(0x2), HTTP(425)),
	},
	{
		.code = 28,
		.name = "Unable to conform to policy",
		.description =
			"A proxy found no way to reach a resolver that meets the client's policy",
		.reference = "IANA registry (draft-homburg-dnsop-codcp-00)",
		.class_name = POLICY,
		.detail = "The draft lets a program ask a local DNS proxy for, say, an encrypted "
			  "transport.",
		.causes = CAUSES("a policy that asks for an encrypted or authenticated transport, "
				 "and upstream resolvers that offer none"),
		.checks = CHECKS(
			LOOK_ALL(CONNECTIVITY, "the encrypted transports that the upstream offers",
				 "kdig +tls NAME @RESOLVER", "kdig +https NAME @RESOLVER"),
			CONFIGURATION("resolvectl status", "the upstream resolvers in use")),
		.related = RELATED(EDE(18), EDE(22)),
	},
	{
		.code = 29,
		.name = "Synthesized",
		.description =
			"Answer made from cached DNSSEC records, without asking the zone's servers",
		.reference = "IANA registry (registered for PowerDNS in 2022); RFC 8198",
		.class_name = CACHE,
		.detail = "It reports no error: cached NSEC or NSEC3 records prove the answer.",
		.causes = CAUSES("aggressive use of the validated cache, which spares queries for "
				 "names that cannot exist"),
		.checks = CHECKS(RECORDS("dig +dnssec NAME @RESOLVER",
					 "the NSEC or NSEC3 records that prove it"),
				 CONFIGURATION("unbound-control get_option aggressive-nsec",
					       "whether this resolver does it")),
		.related = RELATED(RCODE(3), RCODE(0), EDE(12)),
	},
	{
		.code = 30,
		.name = "Invalid Query Type",
		.description = "The type asked for cannot be queried",
		.reference = "RFC 9824 section 3.5",
		.class_name = SERVICE,
		.causes = CAUSES(
			"a query for NXNAME (type 128), which lives in NSEC type bitmaps only",
			"a query for another meta type, such as OPT"),
		.checks = CHECKS(CONNECTIVITY("tcpdump -ni IFACE -vv port 53 and host CLIENT",
					      "which client asks, and for what")),
		.related = RELATED(RCODE(1), EDE(21)),
	},
	{
		.code = 31,
		.name = "Rate Limited",
		.description = "Queries come faster than the server's rate limit",
		.reference = "IANA registry (draft-muks-dns-ede-rate-limited-00)",
		.class_name = POLICY,
		.causes = CAUSES(
			"response rate limiting, or a limit for each client address, in effect",
			"many clients behind one address (NAT, a forwarder) that share a limit",
			"an attack with forged addresses, yours being the victim's"),
		.checks = CHECKS(
			PERFORMANCE("rcodewatch run IFACE", "how much is asked, and what for"),
			LOOK_EITHER(CONFIGURATION, "the limit in effect, and who is exempt",
				    "unbound-control get_option ip-ratelimit",
				    "named-checkconf -p"),
			CHANGE(RATE_LIMITING, "a limit well above what an honest client asks",
			       "unbound-control set_option ip-ratelimit: 1000")),
		.related = RELATED(RCODE(5), EDE(32), RCODE(23), HTTP(429)),
	},
	{
		.code = 32,
		.name = "Over Quota",
		.description = "A quota is used up, such as one of updates for a customer",
		.reference = "IANA registry (draft-muks-dns-ede-rate-limited-00)",
		.class_name = POLICY,
		.causes = CAUSES("more dynamic updates or queries than the account with the "
				 "provider includes",
				 "a client that repeats an update without end"),
		.checks = CHECKS(CHANGE(CONFIGURATION, "the answer to one update",
					"nsupdate -d FILE"),
				 PROVIDER("dig +short SOA ZONE",
					  "whom to ask about the quota: the second field is the "
					  "operator's mailbox")),
		.related = RELATED(EDE(31), RCODE(5), HTTP(429)),
	},
	{
		.code = 34,
		.name = "New Delegation Only",
		.description = "The name is delegated only to resolvers that know the DELEG record",
		.reference = "IANA registry (draft-ietf-deleg)",
		.class_name = SERVICE,
		.detail = "The zone below is delegated by DELEG alone, without NS records. A "
			  "resolver that does not announce DELEG is told that nothing is there.",
		.causes = CAUSES("a resolver that is too old for the zone's way of delegation",
				 "a zone that dropped its NS records too soon"),
		.checks = CHECKS(RECORDS("dig NS ZONE @PARENT",
					 "whether an ordinary delegation exists too"),
				 LOOK_EITHER(SOFTWARE, "whether this resolver knows DELEG",
					     "named -V", "unbound -V")),
		.related = RELATED(RCODE(3), EDE(20), EDE(21)),
	},
	{
		.code = 35,
		.name = "Blocked by Upstream DNS Server",
		.description = "Blocked by the policy of a server further up",
		.reference = "IANA registry (draft-ietf-dnsop-structured-dns-error)",
		.class_name = POLICY,
		.detail = "A forwarder says so when the resolver that it asks has answered Blocked "
			  "(15).",
		.causes = CAUSES(
			"a network's forwarder that uses an external resolver with a blocklist"),
		.checks = CHECKS(LOOK_ALL(RECORDS,
					  "the answer of the forwarder beside that of its upstream",
					  "dig NAME @RESOLVER", "dig NAME @UPSTREAM"),
				 LOOK_EITHER(CONFIGURATION, "the upstream resolvers in use",
					     "unbound-control list_forwards", "resolvectl status"),
				 BLOCKLISTS),
		.related = RELATED(EDE(15), EDE(17), EDE(16)),
	},
};

const struct catalog_rows catalog_ede_service_rows = {rows, COUNT_OF(rows)};
