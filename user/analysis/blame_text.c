// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Blame as people read it. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "analysis/blame.h"
#include "util/clock.h"

/* After so long a server counts as one that is not asked any more. */
#define LATELY_NS (60 * NS_PER_S)
/* And for so long as one that is asked all the time, of which nothing is said. */
#define ASKED_NOW_NS (10 * NS_PER_S)

static const char *const did_words[BLAME_DID_COUNT] = {
	[BLAME_NO_ANSWER] = "silent", [BLAME_REFUSED] = "REFUSED",  [BLAME_FAILED] = "failing",
	[BLAME_FINE] = "answering",   [BLAME_REFERS] = "referring",
};

static const char *const why_words[] = {
	[BLAME_NOT_FOLLOWED] =
		"what its servers do is not known, as queries are not matched with responses",
	[BLAME_NOBODY_ASKED] = "none of its servers was asked in the last 15 minutes",
	[BLAME_ONLY_REFERRALS] = "only servers that refer to others were asked in the last 15 "
				 "minutes, none of its own",
	[BLAME_NO_ZONE] = "what its servers do is not known, as its name is too long",
};

static const char *const ordinals[] = {"first", "other",   "third",  "fourth", "fifth",
				       "sixth", "seventh", "eighth", "ninth",  "tenth"};
#define ORDINALS (sizeof(ordinals) / sizeof(ordinals[0]))

struct words {
	char *text;
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void put(struct words *words, const char *format, ...)
{
	size_t room = BLAME_TEXT_SIZE - words->length;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(words->text + words->length, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		words->length += (size_t)length < room ? (size_t)length : room - 1;
}

/* " since 02:31". */
static void put_since(struct words *words, int64_t ns)
{
	time_t seconds = (time_t)(ns / NS_PER_S);
	struct tm at;

	if (ns > 0 && gmtime_r(&seconds, &at))
		put(words, " since %02d:%02d", at.tm_hour, at.tm_min);
}

/* "40 s ago". */
static void put_ago(struct words *words, int64_t ns)
{
	int64_t seconds = ns > 0 ? ns / NS_PER_S : 0;

	if (seconds < 120)
		put(words, "%" PRId64 " s ago", seconds);
	else
		put(words, "%" PRId64 " min ago", seconds / 60);
}

/* From when on all of them do @did: the latest of when they began; 0: nobody knows. */
static int64_t since_of(const struct blame *blame, enum blame_did did)
{
	int64_t since = 0;
	size_t seen = 0;

	for (size_t i = 0; i < blame->servers; i++)
		if (blame->server[i].did == did) {
			seen++;
			if (blame->server[i].since_ns > since)
				since = blame->server[i].since_ns;
		}
	return seen == blame->did[did] ? since : 0;
}

/* Those that do @did; @before: how many have been spoken of. */
static void put_group(struct words *words, const struct blame *blame, enum blame_did did,
		      size_t before)
{
	size_t count = blame->did[did], total = blame->total;
	char address[INET6_ADDRSTRLEN];

	if (before)
		put(words, ", ");
	if (before && count == 1 && before + 1 == total && before < ORDINALS)
		put(words, "the %s %s", ordinals[before], did_words[did]);
	else if (before)
		put(words, "%zu %s", count, did_words[did]);
	else if (count < total)
		put(words, "%zu of %zu servers %s", count, total, did_words[did]);
	else if (total == 1)
		put(words, "%s, the only server that was asked, %s %s",
		    inet_ntop(blame->server[0].size == 16 ? AF_INET6 : AF_INET,
			      blame->server[0].address, address, sizeof(address)),
		    did == BLAME_REFUSED ? "says" : "is", did_words[did]);
	else
		put(words, "all %zu servers that were asked %s %s", total,
		    did == BLAME_REFUSED ? "say" : "are", did_words[did]);
	if (did != BLAME_FINE && !before)
		put_since(words, since_of(blame, did));
}

const char *blame_text(const struct blame *blame, int64_t now_ns, char text[BLAME_TEXT_SIZE])
{
	struct words words = {.text = text};
	size_t before = 0;

	text[0] = 0;
	if (blame->known != BLAME_KNOWN) {
		put(&words, "%s", why_words[blame->known]);
		return text;
	}
	for (enum blame_did did = 0; did < BLAME_REFERS; did++)
		if (blame->did[did]) {
			put_group(&words, blame, did, before);
			before += blame->did[did];
		}
	if (now_ns - blame->last_asked_ns >= ASKED_NOW_NS) {
		put(&words, "; last asked ");
		put_ago(&words, now_ns - blame->last_asked_ns);
	}
	return text;
}

const char *blame_server_text(const struct blame_server *server, int64_t now_ns,
			      char text[BLAME_TEXT_SIZE])
{
	struct words words = {.text = text};

	text[0] = 0;
	put(&words, "%s", did_words[server->did]);
	if (server->did != BLAME_FINE)
		put_since(&words, server->since_ns);
	put(&words, ", %" PRIu64 " of %" PRIu64, server->since_did, server->since_asked);
	if (now_ns - server->last_asked_ns > LATELY_NS) {
		put(&words, "; not asked");
		put_since(&words, server->last_asked_ns);
	}
	return text;
}
