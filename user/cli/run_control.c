// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/run_control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control/client.h"
#include "control/dump.h"
#include "control/history.h"
#include "control/status.h"
#include "util/clock.h"
#include "util/json_writer.h"
#include "util/log.h"

bool run_control_built_in(void)
{
#ifdef HAVE_JANSSON
	return true;
#else
	return false;
#endif
}

int run_control_fd(const struct run_control *control)
{
	return control->open ? control->server.ask_fd : -1;
}

#ifdef HAVE_JANSSON

/* ---- answers ------------------------------------------------------------------------- */

static void answer_reload(struct run_control *control, FILE *out)
{
	const struct sinks *sinks = &control->reports->sinks;
	char text[RELOAD_TEXT_MAX] = "";
	bool applied = control->reload(control->run, text);
	struct json j;

	json_init(&j, out);
	json_object_begin(&j, NULL);
	json_string(&j, "schema", CONTROL_SCHEMA);
	json_string(&j, "type", control_command_names[CONTROL_RELOAD]);
	json_bool(&j, "refused", !applied);
	json_string(&j, "result", text);
	json_array_begin(&j, "reopened");
	for (size_t i = 0; i < sinks->count; i++) {
		const struct sink_spec *spec = sinks->sink[i].spec;

		if (spec->kind->reopens && spec->kind->reopens(spec))
			json_name(&j, NULL, spec->name);
	}
	json_array_end(&j);
	json_object_end(&j);
	fputc('\n', out);
}

static void answer(void *cls, const struct control_request *request, FILE *out)
{
	struct run_control *control = cls;

	log_debug("control socket: %s", control_command_names[request->command]);
	switch (request->command) {
	case CONTROL_STATUS:
		kernel_cost_read(control->maps, &control->reports->cost);
		reporter_status(control->reports, control->watch, &control->maps->config, out);
		break;
	case CONTROL_RELOAD: answer_reload(control, out); break;
	case CONTROL_DUMP: control_dump_write(out, control->maps, control->watch); break;
	case CONTROL_HISTORY:
		control_history_write(out, history_store_history(control->reports->history),
				      request->since_s, clock_wall_ns());
		break;
	case CONTROL_REPORT: control_latest_write(out, &control->reports->latest); break;
	case CONTROL_COMMANDS:
	default: break;
	}
}

/* ---- the socket ---------------------------------------------------------------------- */

/* Of the runtime directories that systemd has made, the first; NULL: none. Gives @path. */
static const char *service_path(char *path, size_t size)
{
	const char *folder = secure_getenv("RUNTIME_DIRECTORY");

	if (!folder || folder[0] != '/')
		return NULL;
	snprintf(path, size, "%.*s/control.sock", (int)strcspn(folder, ":"), folder);
	return path;
}

static int open_at(struct run_control *control, const struct settings *settings, const char *path)
{
	struct listen_address *address = &control->server.address;
	char why[LISTENER_WHY_MAX], process[CONTROL_WHY_MAX];
	int err = listen_address_unix(address, path, why);

	address->set_group = settings->control_group != (gid_t)-1;
	address->group = settings->control_group;
	control->server.answer_one = answer;
	control->server.cls = control;
	if (!err)
		err = control_server_open(&control->server, why);
	if (err == -EADDRINUSE)
		log_error("cannot open the control socket %s: it is held by %s", path,
			  control_listening_process(path, process));
	else if (err)
		log_error("cannot open the control socket %s: %s", path, why);
	control->open = !err;
	control->reports->answers = control->open;
	return err;
}

int run_control_open(struct run_control *control, const struct settings *settings)
{
	char service[sizeof(control->server.address.un.sun_path) + 16];
	const char *path = settings->control;

	if (strcmp(path, "none") == 0)
		return 0;
	if (!path[0])
		path = service_path(service, sizeof(service));
	return path ? open_at(control, settings, path) : 0;
}

int run_control_start(struct run_control *control)
{
	int err = control->open ? control_server_start(&control->server) : 0;

	if (err)
		log_error("cannot start the thread of the control socket: %s", strerror(-err));
	return err;
}

void run_control_answer(struct run_control *control)
{
	control_server_answer(&control->server);
}

void run_control_close(struct run_control *control)
{
	if (control->open)
		control_server_close(&control->server);
	control->open = false;
}

#else

int run_control_open(struct run_control *control, const struct settings *settings)
{
	(void)control;
	if (!settings->control[0] || strcmp(settings->control, "none") == 0)
		return 0;
	log_error("--control: this rcodewatch was built without libjansson");
	return -ENOTSUP;
}

int run_control_start(struct run_control *control)
{
	(void)control;
	return 0;
}

void run_control_answer(struct run_control *control)
{
	(void)control;
}

void run_control_close(struct run_control *control)
{
	(void)control;
}

#endif
