// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Extended DNS Errors that report on DNSSEC validation. The others are in catalog_ede_service.c. */
#include "catalog/catalog_table.h"

#define CLASS "DNSSEC"

#define RESOLVE_WITHOUT_VALIDATION \
	RECORDS("dig +cd NAME @RESOLVER", "the data is there, only its validation fails")
#define CHASE \
	RECORDS("delv +vtrace NAME TYPE", "the chain of trust, step by step, to where it breaks")
#define TELL_OPERATOR                                                      \
	RECORDS("dig +cd +short SOA ZONE @RESOLVER",                       \
		"the second field is the mailbox of the zone's operator: " \
		"only they can fix the zone")
#define FLUSH                                                                         \
	CHANGE_EITHER(SERVER, "once the zone is fixed, forgets what is cached of it", \
		      "unbound-control flush_zone ZONE", "rndc flushtree ZONE")

static const struct catalog_row rows[] = {
	{
		.code = 1,
		.name = "Unsupported DNSKEY Algorithm",
		.description = "DNSKEY set has only algorithms the validator does not support",
		.reference = "RFC 8914 section 4.2",
		.class_name = CLASS,
		.detail = "Most validators treat such a zone as unsigned (RFC 4035 section 5.2), "
			  "so this often comes with an answer.",
		.causes = CAUSES(
			"a zone signed with an algorithm that is obsolete, such as RSAMD5, DSA or "
			"GOST, or with RSASHA1 on a system whose policy forbids SHA-1",
			"a validator older than the algorithm: Ed25519 and Ed448 are RFC 8080"),
		.checks = CHECKS(LOOK_ALL(RECORDS, "the algorithm numbers in use",
					  "dig +cd DNSKEY ZONE @RESOLVER", "dig DS ZONE"),
				 CONFIGURATION("update-crypto-policies --show",
					       "the system's policy (on RHEL and its kin)"),
				 LOOK_EITHER(SOFTWARE,
					     "the cryptographic library this resolver uses",
					     "named -V", "unbound -V"),
				 DNSSEC("dig DNSKEY ZONE", "sign with algorithm 13 (ECDSA P-256), "
							   "which every current validator has")),
		.related = RELATED(EDE(2), EDE(5), RCODE(21)),
	},
	{
		.code = 2,
		.name = "Unsupported DS Digest Type",
		.description = "DS set has only digest types the validator does not support",
		.reference = "RFC 8914 section 4.3",
		.class_name = CLASS,
		.detail = "Most validators treat such a zone as unsigned (RFC 4035 section 5.2), "
			  "so this often comes with an answer.",
		.causes = CAUSES("a DS made with SHA-1 (digest type 1) or GOST (3) and no other",
				 "a validator that lacks SHA-384 (4)"),
		.checks = CHECKS(
			RECORDS("dig DS ZONE",
				"the third field is the digest type; 2 (SHA-256) serves everybody"),
			LOOK_EITHER(SOFTWARE, "the cryptographic library this resolver uses",
				    "named -V", "unbound -V"),
			DNSSEC("dnssec-dsfromkey -2 KEYFILE",
			       "makes the DS with SHA-256 for the parent to publish")),
		.related = RELATED(EDE(1), EDE(9)),
	},
	{
		.code = 5,
		.name = "DNSSEC Indeterminate",
		.description = "DNSSEC validation ended as indeterminate",
		.reference = "RFC 8914 section 4.6; RFC 4035 section 4.3",
		.class_name = CLASS,
		.detail = "The resolver could not find out whether the data ought to be signed, "
			  "because it did not get the DNSSEC records that would tell.",
		.causes = CAUSES(
			"servers or devices on the way that drop DNSSEC records or large answers",
			"no trust anchor covers the name"),
		.checks = CHECKS(
			CHASE,
			LOOK_ALL(CONNECTIVITY,
				 "the signed answer arrives, by UDP or at least by TCP",
				 "dig +dnssec +bufsize=1232 DNSKEY ZONE @SERVER",
				 "dig +tcp +dnssec DNSKEY ZONE @SERVER"),
			LOOK_EITHER(CONFIGURATION,
				    "the resolver's trust anchor for the root is there and current",
				    "rndc managed-keys status", "ls -l /var/lib/unbound/root.key"),
			TELL_OPERATOR),
		.related = RELATED(EDE(6), EDE(10), EDE(33)),
	},
	{
		.code = 6,
		.name = "DNSSEC Bogus",
		.description = "DNSSEC validation ended as bogus",
		.reference = "RFC 8914 section 4.7; RFC 4035 section 4.3",
		.class_name = CLASS,
		.detail = "The data should be signed and the signatures do not prove it. Codes 7 "
			  "to 12, 25 and 27 say more precisely why.",
		.causes = CAUSES("a DS at the parent that matches no key, after a key change or a "
				 "move to another provider",
				 "signatures that do not verify: data changed after signing, a "
				 "broken signer",
				 "an attack, or a device that rewrites answers"),
		.checks = CHECKS(
			RESOLVE_WITHOUT_VALIDATION, CHASE,
			LOOK_ALL(RECORDS, "the DS at the parent is one that the zone's keys give",
				 "dig +short DS ZONE",
				 "dig +cd +noall +answer DNSKEY ZONE @RESOLVER | dnssec-dsfromkey "
				 "-2 -f - ZONE"),
			RECORDS("drill -S NAME", "the same chase with another program"), FLUSH,
			CHANGE_EITHER(DNSSEC,
				      "a negative trust anchor (RFC 7646) lets the name resolve "
				      "meanwhile: only after making sure that it is a mistake and "
				      "no attack",
				      "unbound-control insecure_add ZONE", "rndc nta ZONE"),
			TELL_OPERATOR),
		.related = RELATED(RCODE(2), EDE(7), EDE(8), EDE(9), EDE(10), EDE(12), EDE(33)),
	},
	{
		.code = 7,
		.name = "Signature Expired",
		.description = "No signature is valid now and some have expired",
		.reference = "RFC 8914 section 4.8",
		.class_name = CLASS,
		.causes = CAUSES("the zone was not signed again in time: a signer that stopped, a "
				 "full disk, a key that is out of reach",
				 "a secondary that serves an old copy because its transfers fail",
				 "the validator's own clock is ahead"),
		.checks = CHECKS(
			RECORDS("dig +cd +dnssec SOA ZONE @RESOLVER",
				"in the RRSIG, the first of the two times is the expiration (UTC)"),
			RECORDS("dig +cd +nssearch ZONE", "a server with an older serial than the "
							  "others has missed transfers"),
			LOOK_ALL(SERVER, "the validator's own clock", "date -u",
				 "chronyc tracking"),
			FLUSH,
			CHANGE_EITHER(
				DNSSEC,
				"signs the zone again, on its primary, with the signer in use",
				"rndc sign ZONE", "knotc zone-sign ZONE"),
			PERFORMANCE(
				"rcodewatch run IFACE",
				"how many answers fail so, and whether it grows; watch your own "
				"zones for signatures with few days left"),
			TELL_OPERATOR),
		.related = RELATED(RCODE(2), EDE(6), EDE(8), EDE(25)),
	},
	{
		.code = 8,
		.name = "Signature Not Yet Valid",
		.description = "No signature is valid now and some are not valid yet",
		.reference = "RFC 8914 section 4.9",
		.class_name = CLASS,
		.causes = CAUSES(
			"the validator's clock is behind: a host just booted without a "
			"battery-backed clock",
			"the signer's clock is ahead, or it leaves no margin before the inception"),
		.checks = CHECKS(
			LOOK_ALL(SERVER, "the validator's own clock", "date -u",
				 "chronyc tracking"),
			RECORDS("dig +cd +dnssec SOA ZONE @RESOLVER",
				"in the RRSIG, the second of the two times is the inception (UTC)"),
			LOOK_ALL(CONFIGURATION, "time sources that work without DNS names",
				 "chronyc sources", "timedatectl"),
			TELL_OPERATOR),
		.related = RELATED(RCODE(2), EDE(6), EDE(7), RCODE(18)),
	},
	{
		.code = 9,
		.name = "DNSKEY Missing",
		.description = "DS at the parent, but no matching DNSKEY in the zone",
		.reference = "RFC 8914 section 4.10",
		.class_name = CLASS,
		.causes = CAUSES("a key rollover in which the DS was not replaced in time",
				 "a zone moved to another provider, which signs with other keys or "
				 "not at all, while the old DS stayed at the registrar",
				 "a DS typed in with a mistake"),
		.checks = CHECKS(
			LOOK_ALL(RECORDS,
				 "the first number of a DS is the key tag of the key that it "
				 "stands for",
				 "dig +short DS ZONE", "dig +short +cd DNSKEY ZONE @RESOLVER"),
			RECORDS("dig +cd +multiline DNSKEY ZONE @RESOLVER",
				"prints the key tags of the keys"),
			RECORDS("dig +cd +short CDS ZONE @RESOLVER",
				"the DS that the zone wishes its parent to have"),
			FLUSH,
			DNSSEC("dig +short DS ZONE @PARENT",
			       "at a rollover, wait until the new DS is at every parent server and "
			       "the old one has left the caches (RFC 6781 section 4.1)"),
			TELL_OPERATOR),
		.related = RELATED(RCODE(2), EDE(6), EDE(11), EDE(2)),
	},
	{
		.code = 10,
		.name = "RRSIGs Missing",
		.description = "Signatures are missing where the zone must have them",
		.reference = "RFC 8914 section 4.11",
		.class_name = CLASS,
		.causes = CAUSES(
			"one of the zone's servers holds an unsigned copy",
			"a forwarder or firewall that strips DNSSEC records",
			"a DS published before the zone was signed",
			"a zone that is not signed with every algorithm that its DS set names"),
		.checks = CHECKS(RECORDS("dig +norecurse +dnssec SOA ZONE @SERVER",
					 "an RRSIG beside the SOA, on each server"),
				 CONNECTIVITY("dig +dnssec +cd SOA ZONE @FORWARDER",
					      "the same by way of the forwarder: whether it passes "
					      "signatures on"),
				 CONFIGURATION("named-checkzone -D ZONE FILE | grep RRSIG",
					       "the zone file is the signed one"),
				 CHASE, TELL_OPERATOR),
		.related = RELATED(RCODE(2), EDE(6), EDE(9), EDE(12)),
	},
	{
		.code = 11,
		.name = "No Zone Key Bit Set",
		.description = "DNSKEY set has no key with the Zone Key flag",
		.reference = "RFC 8914 section 4.12; RFC 4034 section 2.1.1",
		.class_name = CLASS,
		.detail = "Bit 7 of the flags marks a key that may sign a zone: 256 and 257 have "
			  "it, 0 and 1 do not.",
		.causes = CAUSES("a DNSKEY record made by hand or by a faulty program",
				 "flags changed in a database or a web form"),
		.checks = CHECKS(RECORDS("dig +cd +short DNSKEY ZONE @RESOLVER",
					 "the first number is the flags: 257 for the key that the "
					 "DS points to"),
				 CHANGE(CONFIGURATION, "makes a key with right flags",
					"dnssec-keygen -f KSK -a ECDSAP256SHA256 ZONE"),
				 TELL_OPERATOR),
		.related = RELATED(RCODE(2), EDE(9), EDE(6)),
	},
	{
		.code = 12,
		.name = "NSEC Missing",
		.description = "No valid proof that the data does not exist (NSEC or NSEC3)",
		.reference = "RFC 8914 section 4.13",
		.class_name = CLASS,
		.causes = CAUSES("a negative or wildcard answer without its NSEC or NSEC3 records",
				 "a signed zone changed without making its NSEC chain anew",
				 "a server that serves the zone but does not know DNSSEC"),
		.checks = CHECKS(
			RECORDS("dig +norecurse +dnssec NAME TYPE @SERVER",
				"NSEC or NSEC3 records with signatures in the authority section"),
			RECORDS("dig +cd +dnssec NSEC3PARAM ZONE @RESOLVER",
				"whether the zone uses NSEC3: the record is there"),
			LOOK_EITHER(CONFIGURATION, "the chain in the zone is whole",
				    "ldns-verify-zone FILE", "pdnsutil check-zone ZONE"),
			CHANGE_EITHER(DNSSEC, "makes the chain anew, on the primary",
				      "pdnsutil rectify-zone ZONE", "rndc sign ZONE"),
			TELL_OPERATOR),
		.related = RELATED(RCODE(3), RCODE(2), EDE(6), EDE(10), EDE(27)),
	},
	{
		.code = 25,
		.name = "Signature Expired before Valid",
		.description = "Signature expires before it becomes valid",
		.reference = "IANA registry (registered for Unbound in 2022; no RFC)",
		.class_name = CLASS,
		.detail = "The expiration of the RRSIG lies before its inception, so that no time "
			  "could ever satisfy it.",
		.causes = CAUSES(
			"a signer given wrong times, or a program that swaps the two fields",
			"times computed past the wrap of their 32 bits (RFC 4034 section 3.1.5)"),
		.checks = CHECKS(
			RECORDS("dig +cd +dnssec SOA ZONE @RESOLVER",
				"in the RRSIG, the first of the two times is the expiration, the "
				"second the inception"),
			CHANGE_EITHER(
				DNSSEC,
				"signs the zone again, on its primary, with the signer in use",
				"rndc sign ZONE", "knotc zone-sign ZONE"),
			TELL_OPERATOR),
		.related = RELATED(RCODE(2), EDE(7), EDE(8), EDE(6)),
	},
	{
		.code = 27,
		.name = "Unsupported NSEC3 Iterations Value",
		.description = "NSEC3 iteration count is higher than the validator accepts",
		.reference = "RFC 9276 section 3.2",
		.class_name = CLASS,
		.detail =
			"With this code a validator reports that it treated the answer as insecure "
			"or failed it for the cost of the hashing. The count should be 0.",
		.causes = CAUSES("a zone signed when 10, 100 or more iterations were usual",
				 "a validator updated to a lower limit"),
		.checks = CHECKS(RECORDS("dig +cd +short NSEC3PARAM ZONE @RESOLVER",
					 "the third number is the iteration count"),
				 CHANGE(DNSSEC,
					"no iterations and no salt, for zones that named signs by "
					"itself; with dnssec-policy it is nsec3param there",
					"rndc signing -nsec3param 1 0 0 - ZONE"),
				 TELL_OPERATOR),
		.related = RELATED(RCODE(2), EDE(12), EDE(6)),
	},
	{
		.code = 33,
		.name = "Negative Trust Anchor",
		.description = "DNSSEC validation is suspended here by a negative trust anchor",
		.reference = "IANA registry (draft-farrokhi-dnsop-ede-nta); RFC 7646",
		.class_name = CLASS,
		.detail = "The operator of the resolver has switched validation off for a zone, "
			  "usually because the zone's DNSSEC is broken. The answer is not "
			  "validated; the code is no failure by itself.",
		.causes = CAUSES(
			"a negative trust anchor that somebody set to bridge another's mistake",
			"one that was forgotten when the zone was mended"),
		.checks = CHECKS(LOOK_EITHER(CONFIGURATION, "the zones that this resolver exempts",
					     "unbound-control list_insecure", "rndc nta -dump"),
				 RECORDS("delv +vtrace NAME TYPE",
					 "whether the zone validates again by now"),
				 CHANGE_EITHER(DNSSEC, "ends the exemption",
					       "unbound-control insecure_remove ZONE",
					       "rndc nta -remove ZONE")),
		.related = RELATED(EDE(6), EDE(7), EDE(9), RCODE(0)),
	},
};

const struct catalog_rows catalog_ede_dnssec_rows = {rows, COUNT_OF(rows)};
