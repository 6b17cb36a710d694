// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* RCODEs past the 4 bits of the header: 16 to 23. */
#include "catalog/catalog_table.h"

#define EXTENDED "extended code (12 bits, needs an OPT record)"
#define RECORD   "error field of a TSIG or TKEY record"

#define UNSEEN_TSIG                                                                             \
	"It stands in the error field of a TSIG record, and the header then says NOTAUTH "      \
	"(RFC 8945 section 5.2). rcodewatch reads the header and the OPT record, so it counts " \
	"NOTAUTH."
#define UNSEEN_TKEY                                                                             \
	"It stands in the error field of a TKEY record, and the header then says NOERROR "      \
	"(RFC 2930 section 2.6). rcodewatch reads the header and the OPT record, so it counts " \
	"NOERROR."

static const struct catalog_row rows[] = {
	{
		.code = 16,
		.name = "BADVERS",
		.aliases = ALIASES("BADSIG"),
		.description = "Bad OPT version, or TSIG signature failure",
		.reference = "RFC 6891 section 6.1.3; RFC 8945 section 5.2.2",
		.class_name = EXTENDED,
		.detail = "The number was given out twice (RFC 6895 section 2.3). In a message it "
			  "is BADVERS, and that is what rcodewatch counts. BADSIG is found only in "
			  "the error field of a TSIG record.",
		.readings = READINGS({"BADVERS", "response code of a message",
				      "the server does not implement the EDNS version asked for; "
				      "its OPT record names the highest that it does",
				      "RFC 6891 section 6.1.3"},
				     {"BADSIG", "error field of a TSIG record",
				      "the signature does not match the message: another secret, "
				      "or a message changed on the way",
				      "RFC 8945 section 5.2.2"}),
		.causes = CAUSES(
			"a client, a scanner or a compliance test that sends an EDNS version other "
			"than 0, the only one there is",
			"BADSIG: the two sides hold different secrets under the same key name"),
		.checks = CHECKS(RECORDS("dig +edns=0 NAME @SERVER",
					 "version 0 is answered as usual"),
				 RECORDS("dig +edns=1 +noednsnegotiation NAME @SERVER",
					 "BADVERS is the right answer to this one"),
				 CONFIGURATION("dig -k KEYFILE SOA ZONE @SERVER",
					       "BADSIG: whether the key's secret is the server's"),
				 CONNECTIVITY("tcpdump -ni IFACE -vv port 53 and host CLIENT",
					      "who sends the odd version, and with what else")),
		.related = RELATED(RCODE(1), RCODE(9), RCODE(17), RCODE(22)),
	},
	{
		.code = 17,
		.name = "BADKEY",
		.description = "Key not recognized",
		.reference = "RFC 8945 section 5.2.1",
		.class_name = RECORD,
		.detail = UNSEEN_TSIG,
		.causes = CAUSES(
			"a key name that the server does not have, often for a missing label",
			"the right name with another algorithm",
			"a key made by TKEY that the server has forgotten or let expire"),
		.checks = CHECKS(
			CONFIGURATION("named-checkconf -p",
				      "key names and algorithms, to compare both sides"),
			CONFIGURATION("rndc tsig-list", "the keys that a running named holds"),
			CHANGE(BACKUP,
			       "a copy of the keys, kept safe, so that a rebuilt server has them",
			       "tar -czf KEYS.tgz /etc/bind/keys")),
		.related = RELATED(RCODE(9), RCODE(16), RCODE(18), RCODE(20)),
	},
	{
		.code = 18,
		.name = "BADTIME",
		.description = "Signature out of time window",
		.reference = "RFC 8945 section 5.2.3",
		.class_name = RECORD,
		.detail = UNSEEN_TSIG,
		.causes = CAUSES("the clocks of the two hosts differ by more than the fudge, "
				 "usually 300 seconds",
				 "a signed message that was delayed or replayed"),
		.checks = CHECKS(SERVER("chronyc tracking",
					"this clock's offset (do the same on the other host)"),
				 SERVER("timedatectl", "whether the clock is synchronised at all")),
		.related = RELATED(RCODE(9), RCODE(16), EDE(8)),
	},
	{
		.code = 19,
		.name = "BADMODE",
		.description = "Bad TKEY mode",
		.reference = "RFC 2930 section 2.6",
		.class_name = RECORD,
		.detail = UNSEEN_TKEY,
		.causes = CAUSES(
			"a way of agreeing on a key that the server does not support; GSS-API "
			"(mode 3) is the one in use, Diffie-Hellman (mode 2) is outdated"),
		.checks = CHECKS(
			CONFIGURATION("named-checkconf -p",
				      "tkey-gssapi-keytab or tkey-gssapi-credential is set"),
			CHANGE(CONFIGURATION, "the exchange of a GSS-TSIG update, step by step",
			       "nsupdate -g -d FILE")),
		.related = RELATED(RCODE(20), RCODE(21), RCODE(17)),
	},
	{
		.code = 20,
		.name = "BADNAME",
		.description = "Duplicate key name",
		.reference = "RFC 2930 section 2.6",
		.class_name = RECORD,
		.detail = UNSEEN_TKEY,
		.causes = CAUSES("a TKEY request for a key name that exists already",
				 "a TKEY request to delete a key that does not exist"),
		.checks = CHECKS(CONFIGURATION("rndc tsig-list",
					       "the keys that a running named holds"),
				 CHANGE(SERVER, "removes a negotiated key that was left behind",
					"rndc tsig-delete KEYNAME")),
		.related = RELATED(RCODE(17), RCODE(19), RCODE(21)),
	},
	{
		.code = 21,
		.name = "BADALG",
		.description = "Algorithm not supported",
		.reference = "RFC 2930 section 2.6",
		.class_name = RECORD,
		.detail = UNSEEN_TKEY,
		.causes = CAUSES(
			"a TKEY request for an algorithm that the server does not know or allow"),
		.checks = CHECKS(CHANGE(CONFIGURATION, "the algorithm that the client asks for",
					"nsupdate -g -d FILE"),
				 SOFTWARE("named -V", "what this build supports")),
		.related = RELATED(RCODE(17), RCODE(19), EDE(1)),
	},
	{
		.code = 22,
		.name = "BADTRUNC",
		.description = "Bad truncation",
		.reference = "RFC 8945 section 5.2.4",
		.class_name = RECORD,
		.detail = UNSEEN_TSIG,
		.causes = CAUSES(
			"a TSIG signature cut to fewer bytes than the server's policy accepts"),
		.checks = CHECKS(CONFIGURATION(
			"named-checkconf -p",
			"a digest length behind the algorithm, such as hmac-sha256-128")),
		.related = RELATED(RCODE(9), RCODE(16)),
	},
	{
		.code = 23,
		.name = "BADCOOKIE",
		.description = "Bad or missing server cookie",
		.reference = "RFC 7873 sections 5.2.3 and 5.2.4",
		.class_name = EXTENDED,
		.detail = "The server asks the client to try again with the cookie that this "
			  "answer carries, to show that its address is its own. One for each "
			  "client now and then is normal.",
		.causes = CAUSES("a client's first query while the server demands cookies, under "
				 "attack or always",
				 "servers behind one address that do not share the cookie secret, "
				 "or differ in software (RFC 9018)",
				 "a flood with forged source addresses: those clients never come "
				 "back with a cookie"),
		.checks = CHECKS(
			RECORDS("dig +cookie +nobadcookie NAME @SERVER",
				"the answer before the second try"),
			CONFIGURATION("named-checkconf -p",
				      "require-server-cookie, cookie-algorithm and cookie-secret, "
				      "the same on all servers of an anycast address"),
			PERFORMANCE("rcodewatch run IFACE", "a storm to many clients or to few"),
			RATE_LIMITING("dig +short +tcp NAME @SERVER",
				      "clients without cookies are still served by TCP, so limits "
				      "on UDP may be strict")),
		.related = RELATED(RCODE(5), RCODE(1), EDE(31)),
	},
};

const struct catalog_rows catalog_rcode_extended_rows = {rows, COUNT_OF(rows)};
