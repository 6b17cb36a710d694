// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Whose zone an answer is about: that of the SOA where it is the denied name's or an ancestor's (RFC
 * 2308 sections 2 and 3), else the denied name's registrable domain (https://publicsuffix.org/list/).
 * The denied name is the last alias's target, where there is one.
 */
#include "case_list.h"
#include "dns_wire.h"

#define LISTED(code, type, ...) EXPECT_RESPONSE(code, type, .listed = true, __VA_ARGS__)
#define BY_SOA(zone_name)       .zone = (zone_name), .zone_of_soa = true
#define BY_RULES(zone_name)     .zone = (zone_name)

static void add(const char *name, const struct buf *msg, struct expect expect)
{
	case_message(name, &(struct frame){.family = 4}, msg, expect, STRICT);
}

/* For what no dissector needs to make anything of. */
static void add_loose(const char *name, const struct buf *msg, struct expect expect)
{
	case_message(name, &(struct frame){.family = 4}, msg, expect, LOOSE);
}

/* Start a response to a question for @qname, without records so far. */
static void answer(struct buf *msg, unsigned int rcode, const char *qname, unsigned int qtype)
{
	message_begin(msg, 0x2a17, RESPONSE | rcode);
	message_question(msg, qname, qtype, CLASS_IN);
}

/* An NXDOMAIN for @qname with one SOA. */
static void denied(struct buf *msg, const char *qname, const char *owner)
{
	answer(msg, DNS_RCODE_NXDOMAIN, qname, TYPE_A);
	message_soa(msg, SECTION_AUTHORITY, owner);
}

#define DENIED(...) LISTED(DNS_RCODE_NXDOMAIN, TYPE_A, __VA_ARGS__)

#define A21 "aaaaaaaaaaaaaaaaaaaaa"
#define A63 A21 A21 A21

/* How the SOA's owner is written. "@12" is the question's name. */
static void add_owners(struct buf *msg)
{
	static const struct {
		const char *name, *qname, *owner, *asked, *zone;
		bool by_soa;
	} owners[] = {
		{"soa-pointer", "www.example.com", "@16", "www.example.com", "example.com", true},
		{"soa-pointer-to-all", "example.com", "@12", "example.com", "example.com", true},
		{"soa-written-out", "www.example.com", "example.com", "www.example.com",
		 "example.com", true},
		{"soa-of-the-name-written-out", "www.sub.example.com", "www.sub.example.com",
		 "www.sub.example.com", "www.sub.example.com", true},
		{"soa-partly-compressed", "www.sub.example.com", "example.@28",
		 "www.sub.example.com", "example.com", true},
		{"soa-mixed-case", "WWW.ExAmple.Com", "eXaMPLE.cOM", "www.example.com",
		 "example.com", true},
		{"soa-mixed-case-pointer", "wWw.eXaMPLE.cOM", "@16", "www.example.com",
		 "example.com", true},
		{"soa-of-tld", "nosuch.com", "com", "nosuch.com", "com", true},
		{"soa-of-tld-pointer", "nosuch.com", "@19", "nosuch.com", "com", true},
		{"soa-of-root", "nosuch", ".", "nosuch", ".", true},
		{"soa-of-root-pointer", "nosuch", "@19", "nosuch", ".", true},
		{"soa-below-a-suffix", "www.example.co.uk", "co.uk", "www.example.co.uk", "co.uk",
		 true},
		{"soa-of-another", "www.example.com", "example.net", "www.example.com",
		 "example.com", false},
		{"soa-below", "www.example.com", "a.www.example.com", "www.example.com",
		 "example.com", false},
		{"soa-beside", "www.example.com", "ftp.@16", "www.example.com", "example.com",
		 false},
		{"soa-ends-alike", "www.example.com", "ample.com", "www.example.com", "example.com",
		 false},
		{"soa-of-the-front", "www.example.com", "www.example", "www.example.com",
		 "example.com", false},
	};

	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		denied(msg, owners[i].qname, owners[i].owner);
		add(owners[i].name, msg,
		    DENIED(.name = owners[i].asked, .zone = owners[i].zone,
			   .zone_of_soa = owners[i].by_soa,
			   .zone_no_rules = owners[i].by_soa ? owners[i].zone : NULL));
	}
}

/* Owners that are none, or that nobody sane would write. */
static void add_odd_owners(struct buf *msg)
{
	/* To the middle of a label, whose letters are no length: RFC 1035 section 4.1.4. */
	denied(msg, "www.example.com", "@17");
	add_loose("soa-pointer-into-label", msg,
		  DENIED(.name = "www.example.com", BY_RULES("example.com")));

	/* What is there does read as a name. */
	denied(msg, "a\\003com\\000.example.com", "@14");
	add_loose("soa-pointer-to-what-reads-as-name", msg,
		  DENIED(.name = "a\\003com\\000.example.com", BY_SOA("com")));

	/* A label of one octet: with its length 256, where QNAME has its root. */
	denied(msg, A63 "." A63 "." A63 "." A21 A21 "aaaaaaaaa", "\\000");
	add_loose("soa-owner-numbers-as-offset", msg,
		  DENIED(.name = A63 "." A63 "." A63 "." A21 A21 "aaaaaaaaa",
			 BY_RULES(A63 "." A21 A21 "aaaaaaaaa")));

	denied(msg, "www.example.com", "@60");
	add_loose("soa-pointer-forward", msg,
		  DENIED(.name = "www.example.com", BY_RULES("example.com")));
	denied(msg, "www.example.com", "@33");
	add_loose("soa-pointer-to-itself", msg,
		  DENIED(.name = "www.example.com", BY_RULES("example.com")));

	/* By a pointer to a pointer. */
	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_ns(msg, SECTION_AUTHORITY, "@16", "ns.example.net");
	message_soa(msg, SECTION_AUTHORITY, "@33");
	add("soa-pointer-to-pointer", msg,
	    DENIED(.name = "www.example.com", BY_SOA("example.com")));
}

/* Which SOA there is, and where it stands. */
static void add_sections(struct buf *msg)
{
	denied(msg, "www.example.com", "@16");
	message_soa(msg, SECTION_AUTHORITY, "com");
	add("soa-twice", msg, DENIED(.name = "www.example.com", BY_SOA("example.com")));

	/* The first is no ancestor: the second does not count. */
	denied(msg, "www.example.com", "example.net");
	message_soa(msg, SECTION_AUTHORITY, "com");
	add("soa-twice-first-of-another", msg,
	    DENIED(.name = "www.example.com", BY_RULES("example.com")));

	answer(msg, 0, "www.example.com", TYPE_AAAA);
	message_soa(msg, SECTION_AUTHORITY, "@16");
	add("soa-in-nodata", msg,
	    LISTED(0, TYPE_AAAA, .answer = "nodata", .name = "www.example.com",
		   BY_SOA("example.com")));

	answer(msg, 0, "www.sub.example.com", TYPE_A);
	message_a(msg, SECTION_ANSWER, "@12", "192.0.2.80");
	message_soa(msg, SECTION_AUTHORITY, "@20");
	add("soa-beside-data", msg,
	    LISTED(0, TYPE_A, .answer = "data", .name = "www.sub.example.com",
		   BY_SOA("example.com")));

	answer(msg, 0, "sub.example.com", TYPE_SOA);
	message_soa(msg, SECTION_ANSWER, "@12");
	add("soa-asked-for", msg,
	    LISTED(0, TYPE_SOA, .answer = "data", .name = "sub.example.com",
		   BY_RULES("example.com")));

	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_soa(msg, SECTION_ADDITIONAL, "com");
	add("soa-among-additionals", msg,
	    DENIED(.name = "www.example.com", BY_RULES("example.com")));

	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	add("nxdomain-minimal", msg, DENIED(.name = "www.example.com", BY_RULES("example.com")));

	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_ede(msg, message_opt(msg, 0, 0, 1), 15, "");
	add("nxdomain-minimal-blocked", msg,
	    DENIED(.name = "www.example.com", BY_RULES("example.com"), .edes = 1, .ede = {15}));

	answer(msg, 0, ".", TYPE_A);
	message_soa(msg, SECTION_AUTHORITY, ".");
	add("nodata-of-root", msg, LISTED(0, TYPE_A, .answer = "nodata", .name = ".", BY_SOA(".")));

	denied(msg, "www.example.com", "@16");
	case_message("soa-over-ipv6", &(struct frame){.family = 6}, msg,
		     DENIED(.name = "www.example.com", BY_SOA("example.com")), STRICT);
	case_message("soa-over-tcp", &(struct frame){.l4 = L4_TCP, .sequence = 7}, msg,
		     DENIED(.name = "www.example.com", BY_SOA("example.com")), STRICT);
	/* A first fragment that ends within the SOA's record: it says no more of the zone. */
	case_message("soa-beyond-fragment", &(struct frame){.family = 4, .fragment_size = 48}, msg,
		     DENIED(.name = "www.example.com", BY_RULES("example.com")), LOOSE);
}

/* Names that lead elsewhere: RFC 2308 section 2.1, RFC 6672 sections 2.2 and 3.1. */
static void add_aliases(struct buf *msg)
{
	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.example.net");
	message_soa(msg, SECTION_AUTHORITY, "example.net");
	add("cname-into-zone", msg, DENIED(.name = "www.example.com", BY_SOA("example.net")));

	/* The target is at 45, its parent at 47. */
	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.example.net");
	message_soa(msg, SECTION_AUTHORITY, "@47");
	add("cname-into-zone-pointer", msg,
	    DENIED(.name = "www.example.com", BY_SOA("example.net")));

	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.@16");
	message_soa(msg, SECTION_AUTHORITY, "@16");
	add("cname-within-zone", msg, DENIED(.name = "www.example.com", BY_SOA("example.com")));

	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.example.net");
	message_rrsig(msg, SECTION_ANSWER, "@12", TYPE_CNAME);
	message_cname(msg, SECTION_ANSWER, "a.example.net", "B.Example.ORG");
	message_rrsig(msg, SECTION_ANSWER, "a.example.net", TYPE_CNAME);
	message_soa(msg, SECTION_AUTHORITY, "example.org");
	add("cname-chain-into-zone", msg, DENIED(.name = "www.example.com", BY_SOA("example.org")));

	/* The SOA is that of the name asked for, which is not the one denied. */
	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.b.example.net");
	message_soa(msg, SECTION_AUTHORITY, "@16");
	add("cname-soa-of-another", msg,
	    DENIED(.name = "www.example.com", BY_RULES("example.net")));

	answer(msg, DNS_RCODE_SERVFAIL, "www.example.com", TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "a.b.example.co.uk");
	add("cname-servfail", msg,
	    LISTED(DNS_RCODE_SERVFAIL, TYPE_A, .name = "www.example.com", BY_RULES("example.co.uk"),
		   .zone_no_rules = "co.uk"));

	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_dname(msg, SECTION_ANSWER, "@16", "example.net");
	message_cname(msg, SECTION_ANSWER, "@12", "www.example.net");
	message_soa(msg, SECTION_AUTHORITY, "example.net");
	add("dname-into-zone", msg, DENIED(.name = "www.example.com", BY_SOA("example.net")));

	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_dname(msg, SECTION_ANSWER, "@16", "example.net");
	message_cname(msg, SECTION_ANSWER, "@12", "www.example.net");
	message_dname(msg, SECTION_ANSWER, "example.net", "example.org");
	message_cname(msg, SECTION_ANSWER, "www.example.net", "www.example.org");
	message_soa(msg, SECTION_AUTHORITY, "org");
	add("dname-chain-into-tld", msg, DENIED(.name = "www.example.com", BY_SOA("org")));

	/* The name became too long: there is no alias. */
	answer(msg, DNS_RCODE_YXDOMAIN, "www.example.com", TYPE_A);
	message_dname(msg, SECTION_ANSWER, "@16", "example.net");
	add("dname-yxdomain", msg,
	    LISTED(DNS_RCODE_YXDOMAIN, TYPE_A, .name = "www.example.com", BY_RULES("example.com")));
}

/* Targets that are no names: who is denied is not known. */
static void add_odd_aliases(struct buf *msg)
{
	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_cname(msg, SECTION_ANSWER, "@12", "@60");
	message_soa(msg, SECTION_AUTHORITY, "@16");
	add_loose("cname-pointer-forward", msg,
		  DENIED(.name = "www.example.com", .unlisted = true));

	answer(msg, DNS_RCODE_NXDOMAIN, "www.example.com", TYPE_A);
	message_record(msg, SECTION_ANSWER, "@12", TYPE_CNAME, CLASS_IN, 60, "\x80", 1);
	add_loose("cname-reserved-label", msg, DENIED(.name = "www.example.com", .unlisted = true));

	/* The message ends after half of a pointer; the zeros behind it are the frame's. */
	message_begin(msg, 0, RESPONSE | DNS_RCODE_NXDOMAIN);
	message_question(msg, "www.example.com", TYPE_A, CLASS_IN);
	message_record(msg, SECTION_ANSWER, "@12", TYPE_CNAME, CLASS_IN, 60, "\xc0", 1);
	case_message("cname-half-a-pointer", &(struct frame){.padding = 6}, msg,
		     DENIED(.name = "www.example.com", .unlisted = true), LOOSE);
}

/* Failures say nothing of the zone. */
static void add_registrable(struct buf *msg)
{
	static const struct {
		const char *name, *qname, *asked, *zone, *no_rules;
	} failures[] = {
		{"servfail-com", "www.example.com", "www.example.com", "example.com", NULL},
		{"servfail-deep", "a.b.c.d.example.com", "a.b.c.d.example.com", "example.com",
		 NULL},
		{"servfail-co-uk", "www.example.co.uk", "www.example.co.uk", "example.co.uk",
		 "co.uk"},
		{"servfail-capitals", "WWW.EXAMPLE.CO.UK", "www.example.co.uk", "example.co.uk",
		 "co.uk"},
		{"servfail-uk", "www.example.uk", "www.example.uk", "example.uk", NULL},
		{"servfail-suffix-itself", "co.uk", "co.uk", "co.uk", NULL},
		{"servfail-wildcard", "www.a.b.ck", "www.a.b.ck", "a.b.ck", "b.ck"},
		{"servfail-wildcard-itself", "b.ck", "b.ck", "b.ck", NULL},
		{"servfail-exception", "a.www.ck", "a.www.ck", "www.ck", NULL},
		/* A rule of three labels, without one of the last two. */
		{"servfail-three-labels", "a.bucket.s3.amazonaws.com", "a.bucket.s3.amazonaws.com",
		 "bucket.s3.amazonaws.com", "amazonaws.com"},
		{"servfail-three-labels-itself", "s3.amazonaws.com", "s3.amazonaws.com",
		 "s3.amazonaws.com", "amazonaws.com"},
		{"servfail-three-labels-other", "www.amazonaws.com", "www.amazonaws.com",
		 "amazonaws.com", NULL},
		{"servfail-exception-itself", "www.ck", "www.ck", "www.ck", NULL},
		{"servfail-no-such-rule", "www.example.invalid", "www.example.invalid",
		 "example.invalid", NULL},
		{"servfail-one-label", "localhost", "localhost", "localhost", NULL},
		{"servfail-root", ".", ".", ".", NULL},
	};

	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		answer(msg, i % 2 ? DNS_RCODE_SERVFAIL : DNS_RCODE_REFUSED, failures[i].qname,
		       TYPE_A);
		add(failures[i].name, msg,
		    LISTED(i % 2 ? DNS_RCODE_SERVFAIL : DNS_RCODE_REFUSED, TYPE_A,
			   .name = failures[i].asked, .zone = failures[i].zone,
			   .zone_no_rules = failures[i].no_rules));
	}
}

void add_zone_cases(void)
{
	struct buf msg = {0};

	add_owners(&msg);
	add_odd_owners(&msg);
	add_sections(&msg);
	add_aliases(&msg);
	add_odd_aliases(&msg);
	add_registrable(&msg);
	buf_free(&msg);
}
