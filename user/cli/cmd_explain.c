// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/cmd_explain.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog/catalog_show.h"
#include "util/log.h"
#include "util/options.h"
#include "util/terminal.h"

#define WIDTH_MIN       40
#define WIDTH_MAX       120 /* longer lines are hard to read */
#define MATCHES_MAX     64
#define SUGGESTIONS_MAX 3

struct settings {
	bool json;
	enum catalog_registry registry; /* CATALOG_REGISTRIES: not limited */
	unsigned int width;
	bool printed; /* the next entry is set off by an empty line */
};

static const struct option_word outputs[] = {{"text", false}, {"json", true}, {0}};

static int parse_registry(void *into, const char *value, char why[OPTION_WHY_MAX])
{
	enum catalog_registry registry = catalog_registry_of(value, strlen(value));

	if (registry == CATALOG_REGISTRIES) {
		snprintf(why, OPTION_WHY_MAX, "must be one of rcode, ede, doq, http, guide");
		return -EINVAL;
	}
	*(enum catalog_registry *)into = registry;
	return 0;
}

static const struct option_spec options[] = {
	{.name = "output",
	 .letter = 'o',
	 .argument = "text|json",
	 .help = "for people (default), or one JSON object a line",
	 .type = OPTION_WORD,
	 OPTION_FIELD(struct settings, json),
	 .words = outputs},
	{.name = "registry",
	 .letter = 'r',
	 .argument = "NAME",
	 .help = "only rcode, ede (Extended DNS Errors), doq (DNS over\nQUIC), http (as DNS over "
		 "HTTPS "
		 "uses it) or guide",
	 .type = OPTION_CUSTOM,
	 OPTION_FIELD(struct settings, registry),
	 .parse = parse_registry},
};

const struct option_command explain_command = {
	.name = "explain",
	.operands = "[CODE...]",
	.summary = "Say what a code means, why it happens and what to check. Without CODE, list "
		   "all codes.",
	.options = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.epilogue =
		"CODE is a number or a name, with or without its registry, or words of a name:\n"
		"  3   SERVFAIL   nodata   bogus   ede:6   'EDE 7'   EDE-7   rcode 2   doq:0x2\n"
		"  http:503   guide:219\n"
		"Words that are in several names list them.\n"
		"The guide's numbers are those of a published table; they are no standard and\n"
		"never on the wire.\n"
		"Exit status: 0 done, 1 a code is unknown, 2 wrong usage.",
};

static unsigned int page_width(void)
{
	int width = terminal_width(STDOUT_FILENO);

	if (width < WIDTH_MIN)
		width = WIDTH_MIN;
	return (unsigned int)(width < WIDTH_MAX ? width : WIDTH_MAX);
}

static void show(struct settings *s, const struct catalog_entry *e, uint64_t code)
{
	if (s->json) {
		catalog_json_entry(stdout, e, code);
		return;
	}
	if (s->printed)
		putchar('\n');
	catalog_text_entry(stdout, s->width, e, code);
	s->printed = true;
}

/* The entry of @code, also where DoQ goes past the catalogue's 32 bits; false if out of range. */
static bool entry_of(enum catalog_registry registry, uint64_t code, struct catalog_entry *e)
{
	if (code <= UINT32_MAX)
		return catalog_lookup(registry, (uint32_t)code, e);
	if (registry != CATALOG_DOQ || code > CATALOG_DOQ_LAST ||
	    !catalog_lookup(registry, UINT32_MAX, e))
		return false;
	snprintf(e->name, sizeof(e->name), "DOQ0x%" PRIx64, code);
	return true;
}

/*
 * @text is a decimal or hexadecimal number, as it is typed or copied: from dig's "EDE: 7 (Signature Expired)"
 * and the like it has the name behind it.
 */
static bool number_of(const char *text, uint64_t *number)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *digits = hex ? text + 2 : text;
	char *end;

	if (!(hex ? isxdigit((unsigned char)*digits) : isdigit((unsigned char)*digits)))
		return false;
	errno = 0;
	*number = strtoull(digits, &end, hex ? 16 : 10);
	return !errno && (!*end || strcmp(end, ":") == 0 || strncmp(end, " (", 2) == 0);
}

/*
 * The registry that @text begins with, *@rest being what follows; CATALOG_REGISTRIES and all of @text if
 * there is none. In front of a number all that people write will do ("ede:6", "EDE6", "EDE 6", "EDE-6",
 * "EDE: 6"), in front of a name a colon, as names of some codes begin so.
 */
static enum catalog_registry prefix_of(const char *text, const char **rest)
{
	size_t len = 0, gap;
	enum catalog_registry registry;

	*rest = text;
	while (isalpha((unsigned char)text[len]))
		len++;
	registry = catalog_registry_of(text, len);
	if (registry == CATALOG_REGISTRIES)
		return registry;
	gap = strspn(text + len, ": -_");
	if (!isdigit((unsigned char)text[len + gap]) && text[len] != ':')
		return CATALOG_REGISTRIES;
	*rest = text + len + gap;
	return registry;
}

/* What a user typed, made fit for a line on a terminal. */
static const char *quoted(const char *text, char buf[static 48])
{
	size_t i;

	for (i = 0; i < 44 && text[i]; i++)
		buf[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	snprintf(buf + i, 48 - i, "%s", text[i] ? "..." : "");
	return buf;
}

static int unknown(enum catalog_registry registry, const char *text)
{
	const char *near[SUGGESTIONS_MAX];
	size_t count = catalog_suggest(registry, text, near, SUGGESTIONS_MAX);
	char line[256] = "", buf[48];
	size_t used = 0;

	for (size_t i = 0; i < count && used < sizeof(line); i++)
		used += (size_t)snprintf(line + used, sizeof(line) - used, "%s\"%s\"",
					 !i              ? ""
					 : i + 1 < count ? ", "
							 : " or ",
					 near[i]);
	if (count)
		log_error("explain: no code is called \"%s\"; did you mean %s?", quoted(text, buf),
			  line);
	else
		log_error("explain: no code is called \"%s\"; 'rcodewatch explain' lists them all",
			  quoted(text, buf));
	return EXIT_FAILED;
}

static int out_of_range(enum catalog_registry registry, const char *text)
{
	char buf[48], a[CATALOG_NUMBER_MAX], b[CATALOG_NUMBER_MAX];
	uint64_t first, last;

	if (registry == CATALOG_REGISTRIES) {
		log_error("explain: %s is no code of any registry; 'rcodewatch explain' lists them "
			  "all",
			  quoted(text, buf));
		return EXIT_FAILED;
	}
	catalog_registry_limits(registry, &first, &last);
	log_error("explain: %s is out of range; the codes of %s go from %s to %s",
		  quoted(text, buf), catalog_registry_id(registry),
		  catalog_number(registry, first, a), catalog_number(registry, last, b));
	return EXIT_FAILED;
}

/*
 * Without a registry nobody asks for one of QUIC's 2^62 numbers: one that is too large for DNS is a
 * mistake, most likely.
 */
static int beyond_dns(uint64_t number, const char *text)
{
	char buf[48], doq[CATALOG_NUMBER_MAX];

	log_error("explain: %s is beyond every DNS registry, RCODEs and Extended DNS Errors end at "
		  "%u; doq:%s asks for it as an error of DNS over QUIC",
		  quoted(text, buf), UINT16_MAX, catalog_number(CATALOG_DOQ, number, doq));
	return EXIT_FAILED;
}

/*
 * A number without a registry: what it means wherever it means something, DNS first. If it means
 * nothing anywhere, its (unassigned) entries among the RCODEs and EDEs.
 */
static int explain_number(struct settings *s, uint64_t number, const char *text)
{
	struct catalog_entry e;
	bool shown = false;

	for (enum catalog_registry r = 0; r < CATALOG_REGISTRIES; r++) {
		/* People get one line of the guide's unless they ask for it. */
		if (!entry_of(r, number, &e) || e.status == CATALOG_UNASSIGNED ||
		    (r == CATALOG_GUIDE && !s->json))
			continue;
		show(s, &e, number);
		shown = true;
	}
	for (enum catalog_registry r = CATALOG_RCODE; r <= CATALOG_EDE; r++) {
		if (!entry_of(r, number, &e) || e.status != CATALOG_UNASSIGNED)
			continue;
		if (!shown)
			show(s, &e, number);
		else if (!s->json)
			printf("\nAs %s:%" PRIu64 " the number is unassigned.\n",
			       catalog_registry_id(r), number);
	}
	if (!s->json && entry_of(CATALOG_GUIDE, number, &e) && e.status == CATALOG_ASSIGNED)
		printf("\nA guide, no standard, lists it too: rcodewatch explain guide:%" PRIu64
		       "\n",
		       number);
	if (shown || number <= UINT16_MAX)
		return EXIT_DONE;
	if (!entry_of(CATALOG_DOQ, number, &e))
		return out_of_range(CATALOG_REGISTRIES, text);
	return beyond_dns(number, text);
}

/* Several codes go by @name: for people a list to choose from, for programs all. */
static void show_all(struct settings *s, const char *name, const struct catalog_ref *found,
		     size_t count)
{
	size_t shown = count < MATCHES_MAX ? count : MATCHES_MAX;
	struct catalog_entry e;
	char buf[48];

	if (!s->json && count > 1)
		printf("%s\"%s\" is in %zu codes; ask for one of them:\n", s->printed ? "\n" : "",
		       quoted(name, buf), count);
	for (size_t i = 0; i < shown; i++) {
		if (!catalog_lookup(found[i].registry, found[i].code, &e))
			continue;
		if (s->json || count == 1)
			show(s, &e, e.code);
		else
			catalog_text_brief(stdout, s->width, &e);
	}
	if (!s->json && count > shown)
		printf("  and %zu more\n", count - shown);
	s->printed = true;
}

/* By a whole name, else by words in names. */
static int explain_name(struct settings *s, enum catalog_registry registry, const char *name)
{
	struct catalog_ref found[MATCHES_MAX];
	size_t count = catalog_find(registry, name, found, MATCHES_MAX);
	struct catalog_entry e;

	for (size_t i = 0; i < count && i < MATCHES_MAX; i++)
		if (catalog_lookup(found[i].registry, found[i].code, &e))
			show(s, &e, e.code);
	if (count)
		return EXIT_DONE;
	count = catalog_find_words(registry, name, found, MATCHES_MAX);
	if (!count)
		return unknown(registry, name);
	show_all(s, name, found, count);
	return EXIT_DONE;
}

static int explain(struct settings *s, const char *text)
{
	const char *rest;
	enum catalog_registry registry = prefix_of(text, &rest);
	struct catalog_entry e;
	uint64_t number;

	if (registry == CATALOG_REGISTRIES)
		registry = s->registry;
	if (!number_of(rest, &number)) {
		if (*rest && !rest[strspn(rest, "0123456789")])
			return out_of_range(registry, text);
		return explain_name(s, registry, rest);
	}
	if (registry == CATALOG_REGISTRIES)
		return explain_number(s, number, text);
	if (!entry_of(registry, number, &e))
		return out_of_range(registry, text);
	show(s, &e, number);
	return EXIT_DONE;
}

static void list(struct settings *s)
{
	for (enum catalog_registry r = 0; r < CATALOG_REGISTRIES; r++) {
		if (s->registry != CATALOG_REGISTRIES && s->registry != r)
			continue;
		if (s->json) {
			catalog_json_list(stdout, r);
			continue;
		}
		if (s->printed)
			putchar('\n');
		if (r == CATALOG_GUIDE && s->registry != r)
			puts("A guide's numbers (no standard): rcodewatch explain --registry "
			     "guide");
		else
			catalog_text_list(stdout, s->width, r);
		s->printed = true;
	}
}

/* "--registry ede rcode:3" asks for two things at once. */
static int contradiction(const struct settings *s, int count, char **codes)
{
	const char *rest;
	char buf[48];

	for (int i = 0; i < count; i++) {
		enum catalog_registry registry = prefix_of(codes[i], &rest);

		if (s->registry == CATALOG_REGISTRIES || registry == CATALOG_REGISTRIES ||
		    registry == s->registry)
			continue;
		log_error("explain: %s is not of --registry %s; leave one of the two out",
			  quoted(codes[i], buf), catalog_registry_id(s->registry));
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

/* The @count words at @words with @between them, allocated. */
static char *joined(int count, char **words, char between)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (int i = 0; i < count; i++) {
		if (i)
			fputc(between, out);
		fputs(words[i], out);
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static bool is_registry(const char *word)
{
	size_t len = strlen(word);

	return catalog_registry_of(word, len && word[len - 1] == ':' ? len - 1 : len) !=
	       CATALOG_REGISTRIES;
}

/*
 * The codes that the @count @words ask for, into @codes, each allocated: a registry belongs to the word
 * behind it ("EDE 7"), and all words together can be one name ("dnssec bogus"). How many; -ENOMEM.
 */
static int codes_of(const struct settings *s, int count, char **words, char **codes)
{
	struct catalog_ref found;
	int codes_count = 0;
	char *whole = joined(count, words, ' ');

	if (!whole)
		return -ENOMEM;
	if (count > 1 && catalog_find(s->registry, whole, &found, 1)) {
		codes[0] = whole;
		return 1;
	}
	free(whole);
	for (int i = 0; i < count; i++) {
		int length = i + 1 < count && is_registry(words[i]) ? 2 : 1;

		codes[codes_count] = joined(length, words + i, ':');
		if (!codes[codes_count])
			return -ENOMEM;
		codes_count++;
		i += length - 1;
	}
	return codes_count;
}

static int explain_all(struct settings *s, int count, char **codes)
{
	int status = contradiction(s, count, codes);

	if (status)
		return status;
	for (int i = 0; i < count; i++) {
		int result = explain(s, codes[i]);

		if (result > status)
			status = result;
	}
	return status;
}

static int explain_words(struct settings *s, int count, char **words)
{
	char **codes = calloc((size_t)count, sizeof(*codes));
	int found = codes ? codes_of(s, count, words, codes) : -ENOMEM;
	int status = EXIT_FAILED;

	if (found < 0)
		log_error("out of memory");
	else
		status = explain_all(s, found, codes);
	for (int i = 0; codes && i < count; i++)
		free(codes[i]);
	free(codes);
	return status;
}

int cmd_explain(int argc, char **argv)
{
	struct settings s = {.registry = CATALOG_REGISTRIES};
	int first = options_parse(&explain_command, argc, argv, &s), status = EXIT_DONE;

	if (first == OPTIONS_HELP)
		return EXIT_DONE;
	if (first < 0)
		return EXIT_USAGE;
	s.width = page_width();
	if (first == argc)
		list(&s);
	else
		status = explain_words(&s, argc - first, argv + first);
	if (fflush(stdout) || ferror(stdout)) {
		log_error("explain: cannot write the output: %s", strerror(errno));
		return EXIT_FAILED;
	}
	return status;
}
