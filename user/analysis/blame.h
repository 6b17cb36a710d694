/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * For a zone that fails towards clients: what its servers did when this host asked them, over the last 15 minutes. A resolver
 * stops asking dead servers for about as long, so what happened in one interval tells too little.
 *
 * Pure: what is known comes from blame_feed() alone, and all times are the caller's, so that a history can be played again.
 * Memory is bounded: BLAME_PAIRS pairs of a zone and a server, of which those that were not asked for longest give way.
 * For one thread.
 */
#ifndef RCODEWATCH_BLAME_H
#define RCODEWATCH_BLAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct txn_counts;

#define BLAME_MINUTES   15u
#define BLAME_PAIRS     2048u
#define BLAME_SERVERS   8u   /* of an answer */
#define BLAME_TEXT_SIZE 256u /* of blame_text() and blame_server_text(), with the final 0 */

/* What a server does: most of its answers in the latest interval in which it was asked. */
enum blame_did {
	BLAME_NO_ANSWER, /* silent: within the timeout nothing came */
	BLAME_REFUSED,
	BLAME_FAILED, /* another RCODE but NOERROR and NXDOMAIN */
	BLAME_FINE,
	BLAME_REFERS, /* to other servers, as those of the root and of top-level domains do: it is none of the zone's */
	BLAME_DID_COUNT
};

/* Whether something can be said, or why not. */
enum blame_known {
	BLAME_KNOWN,
	BLAME_NOT_FOLLOWED,   /* queries are not matched with responses, or not yet */
	BLAME_NOBODY_ASKED,   /* no server was asked for a name of the zone */
	BLAME_ONLY_REFERRALS, /* only servers that refer were asked */
	BLAME_NO_ZONE         /* the zone's name is longer than what is kept of names */
};

struct blame_server {
	uint8_t address[16]; /* as on the wire */
	uint8_t size;        /* bytes of it: 4 or 16 */
	enum blame_did did;
	/* Since when it does that, when it was last asked, and when it last answered, whatever it was; 0: not in the window. */
	int64_t since_ns, last_asked_ns, last_answer_ns;
	uint64_t since_asked,
		since_did; /* queries since then, and of these those that went so: "24 of 24" */
	uint64_t asked;    /* in the window: about as many, as answered ones may be an estimate */
	uint64_t count[BLAME_DID_COUNT]; /* likewise, by what became of them */
	double response_s;               /* mean of the timed; 0: none were */
};

struct blame {
	enum blame_known known;
	/* All but those that refer; the worst first, and of equal ones those that were asked most. */
	struct blame_server server[BLAME_SERVERS];
	size_t servers;              /* in server[] */
	size_t total;                /* that there are, with those that found no room there */
	size_t did[BLAME_DID_COUNT]; /* of all of them, and of those that refer */
	int64_t last_asked_ns;       /* the latest of all; 0: not in the window */
};

/* What became of queries for names of a zone to a server, in an interval. */
struct blame_seen {
	const uint8_t *zone; /* as on the wire, in lower case */
	size_t zone_size;
	const uint8_t *server;
	size_t server_size;              /* 4 or 16 */
	uint64_t count[BLAME_DID_COUNT]; /* all 0: nothing came, and nothing is kept of it */
	double response_s;               /* sum of the timed */
	uint64_t timed;
	int64_t last_asked_ns, last_answer_ns; /* 0: some time in the interval */
};

struct blame_book;

/* An empty book; NULL: no memory. Free with blame_close(). */
struct blame_book *blame_open(void);
void blame_close(struct blame_book *book);
/*
 * What came in the interval that ended at @now_ns (since 1970-01-01 UTC; each time later than the last), of @interval_s seconds: to be
 * called every 10 s or so. @counts NULL: queries are not matched with responses.
 */
void blame_feed(struct blame_book *book, const struct txn_counts *counts, int64_t now_ns,
		double interval_s);
/* The same of one pair: what blame_feed() does for each. */
void blame_see(struct blame_book *book, const struct blame_seen *seen, int64_t now_ns,
	       double interval_s);
/*
 * What the servers of @zone, a name as on the wire of @length bytes in lower case, have done in the 15 minutes up to @now_ns. The zone is
 * a registrable domain, as lists and the rows of unanswered queries have it. Fills all of @blame.
 */
void blame_zone(const struct blame_book *book, const uint8_t *zone, size_t length, int64_t now_ns,
		struct blame *blame);

/*
 * One sentence without a full stop, times in UTC: "3 of 4 servers silent since 02:31, the fourth REFUSED; last asked 40 s ago", or why it cannot be
 * known. @now_ns as in blame_zone(). Gives @text.
 */
const char *blame_text(const struct blame *blame, int64_t now_ns, char text[BLAME_TEXT_SIZE]);
/* What one of them does: "silent since 02:31, 24 of 24", "REFUSED since 02:31, 12 of 12; not asked since 02:40". Gives @text. */
const char *blame_server_text(const struct blame_server *server, int64_t now_ns,
			      char text[BLAME_TEXT_SIZE]);

#endif
