// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Configuration files: docs/configuration.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/option_tables.h"
#include "cli/settings.h"
#include "config/config_apply.h"
#include "config/config_files.h"
#include "config/config_lines.h"
#include "config/config_show.h"

#define WORDS_MAX 16

static struct settings settings, scratch;
static struct config config;
static struct command_line line;
static struct config_origins origins;
static char errors[65536];

static void reset(void)
{
	config_origins_free(&origins);
	config_free(&config);
	options_free(&line);
	settings_free(&settings);
	settings_free(&scratch);
}

static FILE *own_stderr;

static void hear(void)
{
	own_stderr = stderr;
	memset(errors, 0, sizeof(errors));
	stderr = fmemopen(errors, sizeof(errors) - 1, "w");
	assert_non_null(stderr);
}

static void hear_no_more(void)
{
	fclose(stderr);
	stderr = own_stderr;
}

/* The settings of the command line @words and what was read into config, with what was read as @err. */
static int apply(int err, const char *words)
{
	static char copy[1024], *word[WORDS_MAX + 1];
	const struct config_target target = {&settings, &scratch, &interface_option};
	char *rest = copy;
	int count = 0;

	snprintf(copy, sizeof(copy), "run%s%s", words[0] ? " " : "", words);
	while (count < WORDS_MAX && (word[count] = strsep(&rest, " ")) != NULL)
		count++;
	word[count] = NULL;
	settings_init(&settings);
	settings_init(&scratch);
	assert_int_equal(options_read(&run_command, count, word, &line), 0);
	assert_int_equal(options_apply(&line, &settings), 0);
	return err == -ENOMEM ? err : config_apply(&config, &line, &target, &origins);
}

static int read_lines(const char *text, size_t size, const char *words)
{
	int err;

	reset();
	hear();
	err = apply(config_read_text(&config, "f", text, size), words);
	hear_no_more();
	return err;
}

static void accepted(const char *text, const char *words)
{
	int err = read_lines(text, strlen(text), words);

	if (err || errors[0])
		fail_msg("'%s' gives %d: %s", text, err, errors);
}

/* Refused with one line, which begins with FILE:LINE and says @what. */
static void refused(const char *text, const char *at, const char *what)
{
	char begin[64];
	int err = read_lines(text, strlen(text), "");

	snprintf(begin, sizeof(begin), "rcodewatch: f:%s: ", at);
	if (err != -EINVAL)
		fail_msg("'%s' gives %d", text, err);
	if (strncmp(errors, begin, strlen(begin)) != 0 || !strstr(errors, what))
		fail_msg("'%s' is refused with '%s', not '%s%s'", text, errors, begin, what);
	if (strchr(errors, '\n') != errors + strlen(errors) - 1)
		fail_msg("'%s' is refused with more than a line: '%s'", text, errors);
}

static void options_by_their_names(void **state)
{
	(void)state;
	accepted("interval = 2.5\ndirection=tx\n  port\t=  53,5353  \nquiet = yes\nverbose = no\n",
		 "");
	assert_int_equal(settings.interval_ns, 2500000000);
	assert_int_equal(settings.directions, 1 << DIRECTION_TX);
	assert_int_equal(settings.dns_ports.count, 2);
	assert_true(settings.quiet && !settings.verbose);
	/* Comments, empty lines, a byte order mark, the line ends of another system. */
	accepted("\xef\xbb\xbf# x\r\n\r\n; y\r\nmemory = 8 ; why\r\nuser = ns#1\r\n", "");
	assert_int_equal(settings.memory_max, 8 << 20);
	assert_string_equal(settings.user, "ns#1");
	accepted("", "");
	accepted("memory = 8", ""); /* without a newline */
	assert_int_equal(settings.memory_max, 8 << 20);
}

static void lists_add_up(void **state)
{
	(void)state;
	accepted("interface = eth0 eth1\ninterface = lo\nlabel = a=b\nlabel = c=d\n", "");
	assert_int_equal(settings.interfaces.count, 3);
	assert_string_equal(settings.interfaces.name[2], "lo");
	assert_int_equal(settings.labels.count, 2);
	assert_string_equal(settings.labels.label[1].value, "d");
	/* An empty value takes back what was there. */
	accepted("label = a=b\nlabel =\nlabel = c=d\nmemory = 8\nmemory =\n", "");
	assert_int_equal(settings.labels.count, 1);
	assert_string_equal(settings.labels.label[0].key, "c");
}

static void long_values(void **state)
{
	char text[6000] = "label = a=", *end = text + strlen(text);

	(void)state;
	accepted("interface = eth0 \\\n   eth1\\\n7\nmemory = 8\n", "");
	assert_int_equal(settings.interfaces.count, 2);
	assert_string_equal(settings.interfaces.name[1], "eth17");
	assert_int_equal(settings.memory_max, 8 << 20);
	memset(end, 'x', 190);
	snprintf(end + 190, 32, "\nmemory = 8\n");
	refused(text, "1", "longer than");
	memset(end + 150, '\0', 1000);
	strcat(end, "\\\n");
	memset(end + 152, 'x', 100);
	end[252] = '\n';
	accepted(text, "");
	assert_int_equal(strlen(settings.labels.label[0].value), 250);
	/* A line without an end: no value is longer than its bound. */
	for (int i = 0; i < 50; i++)
		end += snprintf(end, 110, "%.100s\\\n",
				"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
				"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	assert_int_equal(read_lines(text, strlen(text), ""), -EINVAL);
	assert_non_null(strstr(errors, "longer than 4096 bytes"));
}

static void the_command_line_wins(void **state)
{
	(void)state;
	accepted("memory = 8\ninterval = 5\nlabel = a=b\n[sink x]\nkind = json\naddress = /a\n",
		 "--memory 16 --label c=d --sink json:/b");
	assert_int_equal(settings.memory_max, 16 << 20);
	assert_int_equal(settings.interval_ns, 5000000000);
	assert_int_equal(settings.labels.count, 1);
	assert_string_equal(settings.labels.label[0].key, "c");
	assert_int_equal(settings.sinks.count, 1);
	assert_string_equal(settings.sinks.spec[0].name, "json:/b");
	/* What it replaces must be right all the same. */
	assert_int_equal(read_lines("memory = x\n", 11, "--memory 16"), -EINVAL);
	assert_non_null(strstr(errors, "f:1: memory: must be a whole number"));
}

static void sinks(void **state)
{
	const struct sink_spec *spec = settings.sinks.spec;

	(void)state;
	accepted(
		"sink = json:/first,queue=2\n[sink a]\nkind = json\naddress = /x,y\ninterval = 60\n"
		"[ sink  b ]\n  kind = syslog\n  address = udp:192.0.2.1:514\n[sink a]\nqueue = "
		"9\n",
		"");
	assert_int_equal(settings.sinks.count, 3);
	assert_string_equal(spec[0].name, "json:/first");
	assert_string_equal(spec[1].name, "json:/x,y");
	assert_int_equal(spec[1].interval_ns, 60000000000);
	assert_int_equal(spec[1].queue_max, 9 << 20);
	assert_string_equal(spec[2].name, "syslog:udp:192.0.2.1:514");
	accepted("[sink a]\nkind = json\naddress = /x\nenabled = no\n", "");
	assert_int_equal(settings.sinks.count, 0);
	refused("[sink a]\nkind = json\nadress = /x\n", "3",
		"no option 'adress': did you mean address?");
	refused("[sink a]\nkind = json\naddress = /x\nqueue = 0\n", "4",
		"queue: must be a whole number");
	refused("[sink a]\nkind = jsno\naddress = /x\n", "2", "did you mean json?");
	refused("\n[sink a]\n", "2", "[sink a] needs a kind");
	refused("[sink a]\nkind = json\n", "1", "address: needs the name of a file");
	refused("[sink a]\nkind = json\naddress = /x\nenabled = maybe\n", "4", "yes or no");
	refused("[sink a]\nkind = json\naddress = /x\naddress = /y\n", "4", "in line 3 already");
	refused("[sink a]\nkind = syslog\naddress = local\nverify = no\n", "1",
		"syslog:tls: alone");
	refused("[sink]\nkind = json\n", "1", "no section [sink]");
	refused("[run]\nmemory = 8\n", "1", "no section [run]");
}

static void what_is_wrong(void **state)
{
	char text[300 * 1024];

	(void)state;
	refused("\nintervall = 5\n", "2", "no option 'intervall': did you mean interval?");
	refused("interfaces = lo\n", "1", "did you mean interface?");
	refused("xyzzy = 5\n", "1", "no option 'xyzzy': rcodewatch run --help");
	refused("config = /x\n", "1", "no option 'config'"); /* no file names another */
	refused("memory = 8\nmemory = 9\n", "2", "memory is in line 1 already");
	refused("memory\n", "1", "a line is NAME = VALUE");
	refused("memory: 8\n", "1", "a line is NAME = VALUE");
	refused("= 8\n", "1", "a line is NAME = VALUE");
	refused("quiet = true\n", "1", "must be one of yes, no");
	refused("user = \"me\"\n", "1", "without quotes");
	refused("[sink a\nkind = json\n", "1", "] is missing");
	refused("[]\n", "1", "a section's name");
	refused("[sink a] x\n", "1", "nothing may stand behind");
	refused("label = a=${USER}\n", "1", "only ${HOSTNAME}");
	refused("label = a=${\n", "1", "only ${HOSTNAME}");
	refused("label = a=\x1b[2J\n", "1", "control characters");
	refused("label = a=\xff\n", "1", "UTF-8");
	assert_int_equal(read_lines("memory = 8\0\n", 12, ""), -EINVAL);
	assert_non_null(strstr(errors, "f:1: must be UTF-8"));
	/* Many errors are not all logged, but all are counted; many values are refused. */
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 4 == 3 ? '\n' : "x=1"[i % 4];
	assert_int_equal(read_lines(text, sizeof(text), ""), -EINVAL);
	assert_true(config.count <= CONFIG_VALUES_MAX && config.errors > 1000);
	assert_true(strlen(errors) < 4096);
}

static void variables(void **state)
{
	char host[256] = "";

	(void)state;
	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
	accepted(
		"label = h=${HOSTNAME}-${HOSTNAME}$\nsuffix-list = ${CREDENTIALS_DIRECTORY}/list\n",
		"");
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_memory_equal(settings.labels.label[0].value, host, strlen(host));
	assert_int_equal(strlen(settings.labels.label[0].value), 2 * strlen(host) + 2);
	assert_string_equal(settings.attack.suffix_list, "/run/credentials/x/list");
}

/* ---- files ---------------------------------------------------------------------- */

static char folder[] = "/tmp/test_config.XXXXXX";

static void write_file(const char *name, const char *text, mode_t mode)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static int read_files(void)
{
	char path[256];
	int err;

	snprintf(path, sizeof(path), "%s/c.conf", folder);
	reset();
	hear();
	err = apply(config_read(&config, path), "");
	hear_no_more();
	return err;
}

static void drop_ins(void **state)
{
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/c.conf.d", folder);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(read_files(), -EINVAL);
	assert_non_null(strstr(errors, "cannot read it: No such file"));
	write_file("c.conf", "memory = 8\nlabel = a=b\n", 0644);
	write_file("c.conf.d/20-x.conf", "memory = 32\n", 0644);
	write_file("c.conf.d/10-x.conf", "memory = 16\nlabel = c=d\n", 0644);
	write_file("c.conf.d/30-x.conf~", "memory = 64\n", 0644);
	write_file("c.conf.d/.x.conf", "memory = 64\n", 0644);
	assert_int_equal(read_files(), 0);
	assert_int_equal(settings.memory_max, 32 << 20);
	assert_int_equal(settings.labels.count, 2);
	assert_int_equal(config.file_count, 3);
	write_file("c.conf.d/20-x.conf", "\nmemory = 0\n", 0644);
	assert_int_equal(read_files(), -EINVAL);
	assert_non_null(strstr(errors, "c.conf.d/20-x.conf:2: memory: must be"));
}

static void files_of_others(void **state)
{
	char path[256], target[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/c.conf", folder);
	snprintf(target, sizeof(target), "%s/target", folder);
	write_file("c.conf.d/10-x.conf", "", 0644);
	write_file("c.conf.d/20-x.conf", "", 0644);
	if (geteuid() != 0)
		skip();
	write_file("c.conf", "memory = 8\n", 0664);
	assert_int_equal(read_files(), -EINVAL);
	assert_non_null(strstr(errors, "others may write it"));
	write_file("c.conf", "memory = 8\n", 0644);
	assert_int_equal(chown(path, 12345, 0), 0);
	assert_int_equal(read_files(), -EINVAL);
	assert_non_null(strstr(errors, "belongs to another user (12345)"));
	/* A link of ours is followed, to what must be as good as the file itself. */
	unlink(path);
	assert_int_equal(symlink("target", path), 0);
	write_file("target", "memory = 9\n", 0644);
	assert_int_equal(read_files(), 0);
	assert_int_equal(settings.memory_max, 9 << 20);
	write_file("target", "memory = 9\n", 0646);
	assert_int_equal(read_files(), -EINVAL);
	write_file("target", "memory = 9\n", 0644);
	assert_int_equal(lchown(path, 12345, 0), 0);
	assert_int_equal(read_files(), -EINVAL);
	assert_non_null(strstr(errors, "belongs to another user (12345)"));
	unlink(path);
	unlink(target);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(read_files(), -EINVAL);
	assert_non_null(strstr(errors, "no regular file"));
	unlink(path);
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	reset();
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

/* ---- what is in force ------------------------------------------------------------- */

static char shown[16384];

static void show(void)
{
	FILE *out;

	memset(shown, 0, sizeof(shown));
	out = fmemopen(shown, sizeof(shown) - 1, "w");
	assert_non_null(out);
	config_show(out, &run_command, &interface_option, &origins, &settings);
	fclose(out);
}

static void says(const char *name, const char *value, const char *origin)
{
	char wanted[256];
	const char *at = shown;
	size_t length;

	snprintf(wanted, sizeof(wanted), "%s = %s ", name, value);
	length = strlen(wanted);
	while (at && strncmp(at, wanted, length) != 0) {
		at = strchr(at, '\n');
		at += at != NULL;
	}
	if (!at)
		fail_msg("no '%s' in:\n%s", wanted, shown);
	at += length;
	at += strspn(at, " ");
	if (strncmp(at, origin, strlen(origin)) != 0 || at[strlen(origin)] != '\n')
		fail_msg("'%s' is from '%.40s', not '%s'", wanted, at, origin);
}

static void origins_of_values(void **state)
{
	char *before;

	(void)state;
	accepted("interval = 5\nlabel = a=b\nlabel = c=d\nquiet = no\n"
		 "[sink x]\nkind = json\naddress = /a\nshape = rows\n",
		 "--memory 16 -d rx -v eth0");
	show();
	says("interval", "5", "; f:1");
	says("label", "c=d", "; f:3");
	says("quiet", "no", "; f:4");
	says("shape", "rows", "; f:8");
	says("timeout", "30", "; default");
	says("memory", "16", "; command line");
	says("direction", "rx", "; command line");
	says("verbose", "yes", "; command line");
	says("interface", "eth0", "; command line");
	says("port", "53", "; default");
	says("top", "10", "; default");
	says("mode", "auto", "; default");
	/* It is a configuration that means the same. */
	before = strdup(shown);
	accepted(before, "");
	assert_int_equal(settings.interval_ns, 5000000000);
	assert_int_equal(settings.memory_max, 16 << 20);
	assert_int_equal(settings.directions, 1 << DIRECTION_RX);
	assert_int_equal(settings.labels.count, 2);
	assert_int_equal(settings.sinks.count, 1);
	assert_true(settings.verbose && !settings.quiet);
	assert_string_equal(settings.interfaces.name[0], "eth0");
	free(before);
}

/* The defaults that tables say in words are those of settings_init(). */
static void defaults_in_words(void **state)
{
	char text[4096];
	size_t used = 0;

	(void)state;
	for (size_t i = 0; i < run_command.option_count; i++)
		if (run_command.options[i].standard)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s = %s\n",
						 run_command.options[i].name,
						 run_command.options[i].standard);
	assert_true(used > 0);
	accepted(text, "");
	settings_free(&scratch);
	settings_init(&scratch);
	assert_memory_equal(&settings.dns_ports, &scratch.dns_ports, sizeof(scratch.dns_ports));
	assert_memory_equal(&settings.encrypted_ports, &scratch.encrypted_ports,
			    sizeof(scratch.encrypted_ports));
	assert_memory_equal(&settings.top.servers, &scratch.top.servers,
			    sizeof(scratch.top.servers));
	assert_memory_equal(&settings.top.clients, &scratch.top.clients,
			    sizeof(scratch.top.clients));
	assert_int_equal(settings.top.offending, scratch.top.offending);
	assert_int_equal(settings.top.offending_rcodes, scratch.top.offending_rcodes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_by_their_names),
		cmocka_unit_test(lists_add_up),
		cmocka_unit_test(long_values),
		cmocka_unit_test(the_command_line_wins),
		cmocka_unit_test(sinks),
		cmocka_unit_test(what_is_wrong),
		cmocka_unit_test(variables),
		cmocka_unit_test(drop_ins),
		cmocka_unit_test(files_of_others),
		cmocka_unit_test(origins_of_values),
		cmocka_unit_test(defaults_in_words),
	};

	if (!config_built_in())
		return 0;
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
