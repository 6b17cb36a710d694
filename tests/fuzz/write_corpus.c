// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * write_corpus DIR: the seeds of the fuzz targets, made from the named packets of the tests and from
 * lists of words: a file each in DIR/packet, DIR/tcp, DIR/capture, DIR/options and DIR/text.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "capture.h"
#include "case_list.h"
#include "scenario.h"
#include "shape.h"
#include "tunnel.h"

/* Larger packets hold nothing that smaller ones do not, and mutate slowly. */
#define PACKET_MAX 1200u
#define START_S    1795000000u
#define LINK_ETHER 1u
#define LINK_SLL   113u

static const char *directory;

static void write_seed(const char *target, const char *name, const void *bytes, size_t length)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, target);
	if (mkdir(path, 0777) < 0 && errno != EEXIST)
		build_failed("cannot make %s: %s", path, strerror(errno));
	snprintf(path, sizeof(path), "%s/%s/%s", directory, target, name);
	file = fopen(path, "we");
	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file))
		build_failed("cannot write %s: %s", path, strerror(errno));
}

static void put_scene(struct buf *to, unsigned int kind, unsigned int extra, const void *bytes,
		      size_t length)
{
	buf_u8(to, kind);
	buf_u8(to, extra);
	buf_u16(to, (unsigned int)length);
	buf_put(to, bytes, length);
}

static void write_packets(const struct packet_case *cases, size_t count)
{
	struct buf scene = {0};

	for (size_t i = 0; i < count; i++) {
		if (cases[i].length > PACKET_MAX)
			continue;
		buf_reset(&scene);
		put_scene(&scene, 0, 0, cases[i].bytes, cases[i].length);
		write_seed("packet", cases[i].name, scene.data, scene.length);
	}
	buf_free(&scene);
}

/* Two answers, the second with what the parser looks for behind other records. */
static void make_stream(struct buf *stream)
{
	struct buf msg = {0};
	size_t opt;

	case_answer(&msg, RESPONSE | 3, TYPE_A);
	message_soa(&msg, SECTION_AUTHORITY, "@16");
	stream_message(stream, &msg);
	case_answer(&msg, RESPONSE | 2, TYPE_AAAA);
	message_a(&msg, SECTION_ADDITIONAL, "ns.@16", "192.0.2.1");
	opt = message_opt(&msg, 1, 0, 1);
	message_cookie(&msg, opt);
	message_ede(&msg, opt, 22, "no reachable authority");
	message_ede(&msg, opt, 23, "timeout");
	stream_message(stream, &msg);
	buf_free(&msg);
}

/* A stream cut into segments of @size bytes, from its handshake on. */
static void write_stream(const char *name, unsigned int family, size_t size, unsigned int last)
{
	struct frame frame = {.family = family,
			      .l4 = L4_TCP,
			      .tcp_flags = OVERRIDE(TCP_SYN | TCP_ACK),
			      .sequence = 0xfffffff0};
	struct buf stream = {0}, scene = {0}, out = {0};

	make_stream(&stream);
	packet_build(&out, &frame, NULL, 0);
	put_scene(&scene, 0, 0, out.data, out.length);
	frame.sequence++;
	frame.tcp_flags = OVERRIDE(TCP_PSH | TCP_ACK);
	for (size_t at = 0; at < stream.length; at += size) {
		size_t part = stream.length - at < size ? stream.length - at : size;

		if (at + part == stream.length)
			frame.tcp_flags = OVERRIDE(last);
		packet_build(&out, &frame, stream.data + at, part);
		put_scene(&scene, 0, 0, out.data, out.length);
		frame.sequence += (uint32_t)part;
	}
	write_seed("packet", name, scene.data, scene.length);
	buf_free(&stream);
	buf_free(&scene);
	buf_free(&out);
}

/* Link headers other than Ethernet's, a cut frame, super-packets. */
static void write_kinds(void)
{
	const struct packet_case *one = packet_case("ede-two");
	static const char sll[] = "\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08";
	static const char sll2[] = "\x08\0\0\0\0\0\0\3\0\1\0\6\2\0\0\0\0\1\0";
	struct buf scene = {0}, out = {0}, twice = {0};
	struct frame frame = {0};
	struct shape shape;

	put_scene(&scene, 1, 0, one->bytes + 14, one->length - 14);
	write_seed("packet", "link-raw-ip", scene.data, scene.length);
	buf_put(&out, "\2\0\0", 4);
	buf_put(&out, one->bytes + 14, one->length - 14);
	buf_reset(&scene);
	put_scene(&scene, 2, 0, out.data, out.length);
	write_seed("packet", "link-null", scene.data, scene.length);
	buf_reset(&out);
	buf_put(&out, sll, sizeof(sll));
	buf_put(&out, one->bytes + 14, one->length - 14);
	buf_reset(&scene);
	put_scene(&scene, 3, 0, out.data, out.length);
	write_seed("packet", "link-sll", scene.data, scene.length);
	buf_reset(&out);
	buf_put(&out, sll2, sizeof(sll2));
	buf_put(&out, one->bytes + 14, one->length - 14);
	buf_reset(&scene);
	put_scene(&scene, 4, 0, out.data, out.length);
	write_seed("packet", "link-sll2", scene.data, scene.length);
	buf_reset(&scene);
	put_scene(&scene, SCENE_CUT, 60, one->bytes, 60);
	write_seed("packet", "capture-cut", scene.data, scene.length);

	/* The first byte of extra is 1: segments of 1 + 8 * extra. */
	if (!shape_find(&shape, one->bytes, one->length, 0, false))
		build_failed("a case without a shape");
	for (int i = 0; i < 2; i++) {
		buf_put(&twice, one->bytes + shape.payload, one->length - shape.payload);
		buf_put(&twice, NULL, -(twice.length - 1) % 8);
	}
	packet_build(&out, &frame, twice.data, twice.length);
	buf_reset(&scene);
	put_scene(&scene, SCENE_GSO, (unsigned int)(twice.length / 2 - 1) / 8, out.data,
		  out.length);
	write_seed("packet", "super-packet", scene.data, scene.length);
	buf_free(&scene);
	buf_free(&out);
	buf_free(&twice);
}

static void write_tunnels(void)
{
	static const char *const names[TUNNEL_KINDS] = {
		"vxlan",    "geneve", "gre",  "gre-ethernet",  "erspan-1", "erspan-2",
		"erspan-3", "ipip",   "mpls", "mpls-ethernet", "pppoe",
	};
	const struct packet_case *one = packet_case("ede-two");
	struct buf scene = {0};

	for (unsigned int i = 0; i < 2 * TUNNEL_KINDS; i++) {
		uint8_t frame[PACKET_MAX + TUNNEL_MAX];
		char name[40];
		size_t size;

		memcpy(frame, one->bytes, one->length);
		size = tunnel_wrap(frame, one->length, (enum tunnel_kind)(i / 2), i & 1);
		buf_reset(&scene);
		put_scene(&scene, SCENE_DECAP, 0, frame, size);
		snprintf(name, sizeof(name), "tunnel-%s%s", names[i / 2], i & 1 ? "-ipv6" : "");
		write_seed("packet", name, scene.data, scene.length);
	}
	buf_free(&scene);
}

/* The messages of the cases over UDP, a few to a stream, each stream cut in another way. */
static void write_tcp(const struct packet_case *cases, size_t count)
{
	struct buf input = {0};
	unsigned int messages = 0, made = 0;
	char name[32];

	for (size_t i = 0; i < count; i++) {
		struct shape shape;

		if (cases[i].length > PACKET_MAX ||
		    !shape_find(&shape, cases[i].bytes, cases[i].length, 0, false) || shape.tcp ||
		    shape.end - shape.payload < 12)
			continue;
		if (!messages) {
			buf_reset(&input);
			buf_u8(&input, made & 31);
			buf_u32(&input, made * 2654435761u);
		}
		buf_u16(&input, (unsigned int)(shape.end - shape.payload));
		buf_put(&input, cases[i].bytes + shape.payload, shape.end - shape.payload);
		if (++messages < 3)
			continue;
		messages = 0;
		snprintf(name, sizeof(name), "messages-%02u", made++);
		write_seed("tcp", name, input.data, input.length);
	}
	buf_free(&input);
}

static void put_message(struct buf *input, const struct buf *msg)
{
	buf_u16(input, (unsigned int)msg->length);
	buf_put(input, msg->data, msg->length);
}

/* As many options and records as are walked, one less and one more. */
static void write_bounds(void)
{
	struct buf options = {0}, records = {0}, msg = {0};
	size_t opt;

	buf_put(&options, "\1\0\0\0\1", 5);
	buf_put(&records, "\1\0\0\0\2", 5);
	for (unsigned int more = 0; more < 3; more++) {
		message_begin(&msg, 1, RESPONSE);
		opt = message_opt(&msg, 0, 0, 0);
		for (unsigned int i = 0; i < 63 + more; i++)
			message_option(&msg, opt, 65001, NULL, 0);
		put_message(&options, &msg);
		message_begin(&msg, 1, RESPONSE);
		for (unsigned int i = 0; i < 254 + more; i++)
			message_record(&msg, SECTION_ANSWER, "", TYPE_TXT, CLASS_IN, 0, NULL, 0);
		message_opt(&msg, 1, 0, 0);
		put_message(&records, &msg);
	}
	write_seed("tcp", "bound-options", options.data, options.length);
	write_seed("tcp", "bound-records", records.data, records.length);
	buf_free(&options);
	buf_free(&records);
	buf_free(&msg);
}

static void write_compressed(const struct buf *plain)
{
	uint8_t packed[4096];
	z_stream z = {.next_in = plain->data, .avail_in = (uInt)plain->length};

	z.next_out = packed;
	z.avail_out = sizeof(packed);
	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		build_failed("zlib does not compress");
	write_seed("capture", "gzip", packed, z.total_out);
	deflateEnd(&z);
#ifdef HAVE_LZMA
	size_t used = 0;

	if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, plain->data, plain->length, packed,
				    &used, sizeof(packed)) != LZMA_OK)
		build_failed("liblzma does not compress");
	write_seed("capture", "xz", packed, used);
#endif
#ifdef HAVE_ZSTD
	size_t zstd = ZSTD_compress(packed, sizeof(packed), plain->data, plain->length, 3);

	if (ZSTD_isError(zstd))
		build_failed("libzstd does not compress");
	write_seed("capture", "zstd", packed, zstd);
#endif
}

static void write_captures(void)
{
	static const struct {
		const char *name;
		uint32_t magic;
		bool big;
	} classic[] = {{"pcap-microseconds", 0xa1b2c3d4, false},
		       {"pcap-nanoseconds", 0xa1b23c4d, false},
		       {"pcap-microseconds-big", 0xa1b2c3d4, true},
		       {"pcap-modified", 0xa1b2cd34, false}};
	const struct packet_case *one = packet_case("ede-two");

	for (size_t i = 0; i < sizeof(classic) / sizeof(classic[0]); i++) {
		struct capture c = {.big = classic[i].big};

		classic_header(&c, classic[i].magic, LINK_ETHER);
		for (unsigned int n = 0; n < 2; n++)
			classic_packet(&c, START_S + n, 5, one->bytes, one->length, one->length);
		write_seed("capture", classic[i].name, c.bytes.data, c.bytes.length);
		if (i == 0)
			write_compressed(&c.bytes);
		capture_free(&c);
	}
	for (int big = 0; big < 2; big++) {
		struct capture c = {.big = big};
		size_t block;

		ng_section(&c);
		ng_interface(&c, LINK_ETHER, 0, -1);
		ng_interface(&c, LINK_SLL, 96, big ? 0x8a : 9);
		ng_enhanced(&c, 0, 1795000000000000u, one->bytes, one->length, one->length);
		block = block_begin(&c, 0x0bad0bad);
		block_bytes(&c, "unknown", 7);
		block_end(&c, block);
		ng_packet(&c, 1, 77, one->bytes, 60, one->length);
		ng_simple(&c, one->bytes, one->length, one->length);
		ng_section(&c);
		ng_interface(&c, 147, 0, 6); /* a link type for private use */
		ng_enhanced(&c, 0, 1, one->bytes, 20, 20);
		write_seed("capture", big ? "pcapng-big" : "pcapng", c.bytes.data, c.bytes.length);
		capture_free(&c);
	}
}

/* @words: each ends in a newline, which becomes a zero byte. */
static void write_words(const char *target, unsigned int kind, const char *name, const char *words)
{
	struct buf line = {0};

	buf_u8(&line, kind);
	for (; *words; words++)
		buf_u8(&line, *words == '\n' ? 0 : (unsigned char)*words);
	write_seed(target, name, line.data, line.length);
	buf_free(&line);
}

static void write_text(void)
{
	static const struct {
		const char *target;
		unsigned int kind;
		const char *name, *words;
	} seeds[] = {
		{"options", 0, "run-short", "-drx\n-m\nnative\n-i\n0.5\n-n3\n-t\n10\n-ojson\neth0"},
		{"options", 0, "run-long",
		 "--direction=both\n--mode=tc\n--interval=1.25\n--count=7\n--duration=3600\neth0"},
		{"options", 0, "run-ports",
		 "--port\n53,5353,1053\n--encrypted-port\n853,443\n--memory\n128\n-q\n-"
		 "v\neth0\neth1"},
		{"options", 0, "run-help", "--help"},
		{"options", 0, "run-unknown", "--nosuch\n-z\n--\n-x"},
		{"options", 0, "run-ambiguous", "--d\nrx"},
		{"options", 0, "run-no-value", "--port"},
		{"options", 1, "read-file", "-i60\n-o\njson\n-p53\na.pcap\n-"},
		{"options", 1, "read-twice", "-p\n53\n--encrypted-port\n53\na.pcap"},
		{"options", 2, "explain-numbers", "3\n0x10\nede:6\ndoq:0x2\nhttp:503\nguide:219"},
		{"options", 2, "explain-names", "SERVFAIL\nnx domain\nede:dnssec bogus\nrcode:bad"},
		{"options", 2, "explain-json", "-ojson\n-r\nede\n22\nnosuch"},
		{"options", 2, "explain-large", "99999999999999999999\ndoq:0x3fffffffffffffff"},
		{"text", 0, "cpus", "0-3,5,8-11"},
		{"text", 0, "cpus-one", "0"},
		{"text", 0, "cpus-wrong", "3-1,,x"},
		{"text", 1, "json-plain", "no SEP matching the DS"},
		{"text", 1, "json-quotes", "\"\\/\b\x1b[31m\x7f"},
		{"text", 1, "json-utf8", "caf\xc3\xa9 \xe2\x80\xae \xf0\x9f\x98\x80 \xc2\x9b"},
		{"text", 1, "json-malformed", "\xc0\xaf \xed\xa0\x80 \xf5 \xe2\x82"},
		{"text", 2, "name", "nxdomain"},
		{"text", 2, "name-near", "SERVFIAL"},
		{"text", 2, "name-words", "DNSSEC Bogus"},
		{"text", 3, "domain", "www.Example.co.uk."},
		{"text", 3, "domain-punycode",
		 "b\xc3\xbc"
		 "cher.\xe4\xbe\x8b\xe5\xad\x90"},
		{"text", 3, "domain-wrong", "a..b\xff"},
		{"text", 6, "accept", "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1"},
	};

	/* Lists have lines of their own: what write_words() takes for the ends of words. */
	static const char zones[] = "\4example.com\n# comment\n Zone.example. # and more\n";
	static const char rules[] = "\5com\nco.uk\n*.ck\n!www.ck\n// comment\na.b.c.d.e.f\n";

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		write_words(seeds[i].target, seeds[i].kind, seeds[i].name, seeds[i].words);
	write_seed("text", "zones", zones, sizeof(zones) - 1);
	write_seed("text", "rules", rules, sizeof(rules) - 1);
}

int main(int argc, char **argv)
{
	const struct packet_case *cases;
	size_t count;

	if (argc != 2) {
		fputs("usage: write_corpus DIR\n", stderr);
		return 2;
	}
	directory = argv[1];
	cases = packet_cases(&count);
	write_packets(cases, count);
	write_stream("stream-bytewise", 4, 7, TCP_PSH | TCP_ACK);
	write_stream("stream-ipv6", 6, 50, TCP_PSH | TCP_ACK | TCP_FIN);
	write_stream("stream-whole", 4, 1000, TCP_PSH | TCP_ACK);
	write_stream("stream-reset", 4, 60, TCP_RST);
	write_kinds();
	write_tunnels();
	write_tcp(cases, count);
	write_bounds();
	write_captures();
	write_text();
	return 0;
}
