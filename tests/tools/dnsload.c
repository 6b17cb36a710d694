// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * dnsload: sends DNS traffic of a known composition into an interface, or writes it to a file, and
 * says what a monitor must have counted. No server is needed, and no address: frames are sent as
 * they are.
 */
#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "expected_counts.h"
#include "mix.h"
#include "pcap_write.h"
#include "sender.h"
#include "util/clock.h"

#define DEFAULT_DURATION 10u
#define WRITE_RATE       10000u /* the pace of timestamps where no rate is given */
#define WRITE_START_NS   (1795000000ull * NS_PER_S) /* files do not depend on when they are made */
#define STALL_NS         (5ull * NS_PER_S)
#define PACE_NS          1000000ull /* at a rate, what is due is sent once in so long */

/* What --mix names: the mix at the start, and the one that an outage brings; the same: none does. */
struct kind {
	const char *name;
	enum mix_kind before, outage;
};

static const struct kind kinds[] = {
	{"healthy", MIX_HEALTHY, MIX_HEALTHY},
	{"outage", MIX_HEALTHY, MIX_OUTAGE},
	{"upstream", MIX_UPSTREAM, MIX_UPSTREAM},
	{"upstream-outage", MIX_UPSTREAM, MIX_UPSTREAM_OUTAGE},
	{"codes", MIX_CODES, MIX_CODES},
	{"cases", MIX_CASES, MIX_CASES},
	{"untagged", MIX_UNTAGGED, MIX_UNTAGGED},
	{"jumbo", MIX_JUMBO, MIX_JUMBO},
};

struct options {
	const char *interface, *write, *expect;
	uint64_t count, rate, seed;
	double duration, outage_after, outage_for;
	int cpu;
	const struct kind *mix;
	uint8_t mac[6];
	bool has_mac, qdisc;
};

struct load {
	const struct options *options;
	struct mix mix[2];  /* before and, in an outage, after it begins */
	uint64_t *times[2]; /* how often each packet was sent */
	size_t next[2];
	uint64_t sent, limit;
	uint64_t begin_ns;
};

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void sleep_until(uint64_t ns)
{
	struct timespec until = {.tv_sec = (time_t)(ns / NS_PER_S),
				 .tv_nsec = (long)(ns % NS_PER_S)};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static const char usage_text[] =
	"Usage: dnsload (--interface NAME | --write FILE) [OPTION...]\n"
	"Send DNS responses of a known composition, and say what they were.\n"
	"\n"
	"  -i, --interface NAME   send into this interface (needs CAP_NET_RAW)\n"
	"  -w, --write FILE       write a pcap file instead\n"
	"  -e, --expect FILE      write what was sent as lines of 'key count' (- for standard "
	"output)\n"
	"  -m, --mix NAME         what a resolver answers clients: healthy (default), outage;\n"
	"                         what servers answer it: upstream, upstream-outage;\n"
	"                         codes, cases, untagged or jumbo (frames of up to 9014 bytes)\n"
	"  -a, --outage-after S   seconds of healthy traffic before the outage (6)\n"
	"  -f, --outage-for S     seconds that it lasts (0, the default: to the end)\n"
	"  -n, --count N          packets to send\n"
	"  -t, --duration S       seconds to send for (10 if there is no --count)\n"
	"  -r, --rate PPS         packets a second (0, the default: as fast as it goes)\n"
	"  -q, --qdisc            through the queueing discipline, so that tc sees the packets "
	"leave\n"
	"  -c, --cpu N            run on this CPU\n"
	"  -d, --dst-mac MAC      destination of the frames (02:00:00:00:00:02)\n"
	"  -s, --seed N           choose other names, addresses and order (1)\n"
	"  -h, --help             print this\n"
	"\n"
	"Exit status: 0 all was sent or a signal ended it, 1 failure, 2 wrong usage.\n";

static int usage_error(const char *what, const char *value)
{
	fprintf(stderr, "dnsload: %s '%s'; dnsload --help lists what there is\n", what, value);
	return 2;
}

static bool parse_number(const char *text, uint64_t *to)
{
	char *end;

	errno = 0;
	*to = strtoull(text, &end, 10);
	return !errno && end != text && !*end && *text >= '0' && *text <= '9';
}

static bool parse_seconds(const char *text, double *to)
{
	char *end;

	errno = 0;
	*to = strtod(text, &end);
	return !errno && end != text && !*end && *to >= 0 && *to <= 86400;
}

static bool parse_mix(const char *text, const struct kind **to)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(text, kinds[i].name)) {
			*to = &kinds[i];
			return true;
		}
	return false;
}

static bool parse_mac(const char *text, uint8_t mac[6])
{
	int used = 0;

	return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		      &mac[3], &mac[4], &mac[5], &used) == 6 &&
	       !text[used];
}

/* One option; false if its value makes no sense. */
static bool parse_option(struct options *options, int letter, const char *value)
{
	uint64_t number;

	switch (letter) {
	case 'i': options->interface = value; return true;
	case 'w': options->write = value; return true;
	case 'e': options->expect = value; return true;
	case 'm': return parse_mix(value, &options->mix);
	case 'a': return parse_seconds(value, &options->outage_after);
	case 'f': return parse_seconds(value, &options->outage_for);
	case 'n': return parse_number(value, &options->count) && options->count;
	case 't': return parse_seconds(value, &options->duration) && options->duration > 0;
	case 'r': return parse_number(value, &options->rate) && options->rate <= 1000000000;
	case 's': return parse_number(value, &options->seed);
	case 'q': options->qdisc = true; return true;
	case 'd': options->has_mac = true; return parse_mac(value, options->mac);
	case 'c':
		if (!parse_number(value, &number) || number >= CPU_SETSIZE)
			return false;
		options->cpu = (int)number;
		return true;
	default: return false;
	}
}

/* -1 to go on, else an exit status. */
static int parse_options(struct options *options, int argc, char **argv)
{
	static const struct option table[] = {
		{"interface", required_argument, NULL, 'i'},
		{"write", required_argument, NULL, 'w'},
		{"expect", required_argument, NULL, 'e'},
		{"mix", required_argument, NULL, 'm'},
		{"outage-after", required_argument, NULL, 'a'},
		{"outage-for", required_argument, NULL, 'f'},
		{"count", required_argument, NULL, 'n'},
		{"duration", required_argument, NULL, 't'},
		{"rate", required_argument, NULL, 'r'},
		{"qdisc", no_argument, NULL, 'q'},
		{"cpu", required_argument, NULL, 'c'},
		{"dst-mac", required_argument, NULL, 'd'},
		{"seed", required_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int letter;

	while ((letter = getopt_long(argc, argv, "i:w:e:m:a:f:n:t:r:qc:d:s:h", table, NULL)) !=
	       -1) {
		if (letter == '?')
			return 2;
		if (letter == 'h')
			return fputs(usage_text, stdout) < 0;
		if (!parse_option(options, letter, optarg))
			return usage_error("no sense in the value", optarg);
	}
	if (optind < argc)
		return usage_error("no use for the argument", argv[optind]);
	if (!options->interface == !options->write)
		return usage_error("exactly one is needed of", "--interface and --write");
	if (!options->count && options->duration <= 0)
		options->duration = DEFAULT_DURATION;
	return -1;
}

static int failed(const char *what, const char *name, int error, const char *advice)
{
	fprintf(stderr, "dnsload: cannot %s %s: %s%s%s\n", what, name, strerror(error),
		*advice ? "; " : "", advice);
	return 1;
}

static bool has_outage(const struct options *options)
{
	return options->mix->outage != options->mix->before;
}

static void load_init(struct load *load, const struct options *options)
{
	const uint8_t *mac = options->has_mac ? options->mac : NULL;
	bool outage = has_outage(options);

	load->options = options;
	load->limit = options->count ? options->count : UINT64_MAX;
	mix_build(&load->mix[0], options->mix->before, options->seed, mac);
	if (outage)
		mix_build(&load->mix[1], options->mix->outage, options->seed, mac);
	for (int i = 0; i < 2; i++) {
		load->times[i] = calloc(load->mix[i].count + 1, sizeof(*load->times[i]));
		if (!load->times[i]) {
			fputs("dnsload: no memory for the packets; free some\n", stderr);
			exit(1);
		}
	}
}

static void load_free(struct load *load)
{
	for (int i = 0; i < 2; i++) {
		mix_free(&load->mix[i]);
		free(load->times[i]);
	}
}

/* Which of the two mixes a packet sent @elapsed_ns after the start belongs to. */
static int phase(const struct load *load, uint64_t elapsed_ns)
{
	const struct options *options = load->options;
	double into = clock_seconds((int64_t)elapsed_ns) - options->outage_after;

	return has_outage(options) && into >= 0 &&
	       (options->outage_for <= 0 || into < options->outage_for);
}

static struct mix_packet *peek(struct load *load, int which, size_t ahead)
{
	struct mix *mix = &load->mix[which];

	return &mix->packet[(load->next[which] + ahead) % mix->count];
}

static void mark_sent(struct load *load, int which, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		mix_advance(peek(load, which, 0));
		load->times[which][load->next[which]]++;
		load->next[which] = (load->next[which] + 1) % load->mix[which].count;
	}
	load->sent += count;
}

/* How many packets may be sent by now; waits for the first if there is none. */
static uint64_t due(struct load *load, uint64_t elapsed)
{
	uint64_t rate = load->options->rate, want;

	if (!rate)
		return UINT64_MAX;
	want = (uint64_t)(clock_seconds((int64_t)elapsed) * (double)rate) + 1;
	if (want > load->sent)
		return want - load->sent;
	sleep_until(load->begin_ns + elapsed + PACE_NS);
	return 0;
}

static int send_load(struct load *load)
{
	const struct options *options = load->options;
	const char *advice = "";
	uint64_t last_ns;
	int fd = sender_open(options->interface, options->qdisc);

	if (fd < 0) {
		if (fd == -EPERM)
			advice = "run it as root or with CAP_NET_RAW";
		else if (fd == -ENODEV || fd == -ENXIO)
			advice = "ip link lists the interfaces of this network namespace";
		return failed("send into", options->interface, -fd, advice);
	}
	last_ns = load->begin_ns = now_ns();
	while (!stopped && load->sent < load->limit) {
		uint64_t now = now_ns(), elapsed = now - load->begin_ns;
		uint64_t left = load->limit - load->sent, may;
		int which = phase(load, elapsed), sent;
		struct iovec frames[SENDER_BATCH];
		unsigned int batch = SENDER_BATCH;

		if (options->duration > 0 &&
		    (double)elapsed >= options->duration * (double)NS_PER_S)
			break;
		may = due(load, elapsed);
		if (!may) {
			last_ns = now_ns();
			continue;
		}
		may = may < left ? may : left;
		batch = may < batch ? (unsigned int)may : batch;
		/* A packet stands once in a batch: it changes between two sendings. */
		if (batch > load->mix[which].count)
			batch = (unsigned int)load->mix[which].count;
		for (unsigned int i = 0; i < batch; i++) {
			const struct mix_packet *packet = peek(load, which, i);

			frames[i] = (struct iovec){packet->bytes, packet->length};
		}
		sent = sender_send(fd, frames, batch);
		if (sent < 0 || (sent == 0 && now - last_ns > STALL_NS)) {
			close(fd);
			return failed("send into", options->interface, sent ? -sent : ENOBUFS,
				      "is it up, and its other end too?");
		}
		if (!sent) {
			sched_yield();
			continue;
		}
		last_ns = now;
		mark_sent(load, which, (size_t)sent);
	}
	close(fd);
	return 0;
}

static int write_load(struct load *load)
{
	const struct options *options = load->options;
	uint64_t rate = options->rate ? options->rate : WRITE_RATE, elapsed = 0;
	FILE *file = pcap_create(options->write);
	int error = 0;

	if (!file)
		return failed("write", options->write, errno, "");
	if (options->duration > 0 && options->duration * (double)rate < (double)load->limit)
		load->limit = (uint64_t)(options->duration * (double)rate);
	while (!stopped && !error && load->sent < load->limit) {
		int which = phase(load, elapsed);
		const struct mix_packet *packet = peek(load, which, 0);

		if (pcap_write(file, WRITE_START_NS + elapsed, packet->bytes, packet->length))
			error = errno;
		else
			mark_sent(load, which, 1);
		elapsed = (uint64_t)((double)load->sent * (double)NS_PER_S / (double)rate);
	}
	if (fclose(file) && !error)
		error = errno;
	return error ? failed("write", options->write, error, "is the disk full?") : 0;
}

static int write_expected(const struct load *load, const char *path)
{
	bool standard = !strcmp(path, "-");
	struct expected_counts expected_counts = {0};
	FILE *file = standard ? stdout : fopen(path, "we");
	int error = 0;

	if (!file)
		return failed("write", path, errno, "");
	for (int which = 0; which < 2; which++)
		for (size_t i = 0; i < load->mix[which].count; i++)
			expected_counts_packets(&expected_counts,
						&load->mix[which].packet[i].expect,
						load->times[which][i]);
	if (expected_counts_print(&expected_counts, file) || fflush(file))
		error = errno;
	if (!standard && fclose(file) && !error)
		error = errno;
	expected_counts_free(&expected_counts);
	return error ? failed("write", path, error, "is the disk full?") : 0;
}

static int pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? errno : 0;
}

int main(int argc, char **argv)
{
	struct options options = {.mix = kinds, .cpu = -1, .seed = 1, .outage_after = 6};
	struct sigaction on_signal = {.sa_handler = stop};
	struct load load = {0};
	int status = parse_options(&options, argc, argv), error;

	if (status >= 0)
		return status;
	sigaction(SIGINT, &on_signal, NULL);
	sigaction(SIGTERM, &on_signal, NULL);
	prctl(PR_SET_TIMERSLACK, 1UL);
	error = options.cpu >= 0 ? pin(options.cpu) : 0;
	if (error) {
		fprintf(stderr,
			"dnsload: cannot run on CPU %d: %s; nproc says how many there are\n",
			options.cpu, strerror(error));
		return 1;
	}
	load_init(&load, &options);
	status = options.write ? write_load(&load) : send_load(&load);
	if (options.expect && write_expected(&load, options.expect))
		status = 1;
	load_free(&load);
	return status;
}
