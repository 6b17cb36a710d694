// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config/config_apply.h"

#include <errno.h>
#include <string.h>

#include "config/config_sinks.h"

#define NAMES_MAX 80

struct apply {
	struct config *config;
	const struct command_line *line;
	const struct config_target *target;
	struct config_origins *origins;
};

static const struct option_spec *find(const struct apply *a, const char *name)
{
	const struct option_command *command = a->line->command;

	if (strcmp(name, a->target->operand->name) == 0)
		return a->target->operand;
	for (size_t i = 0; i < command->option_count; i++)
		if (!command->options[i].command_line &&
		    strcmp(name, command->options[i].name) == 0)
			return &command->options[i];
	return NULL;
}

static void unknown(const struct apply *a, const struct config_value *v)
{
	const struct option_command *command = a->line->command;
	const char *names[NAMES_MAX], *nearest;
	size_t count = 0;

	names[count++] = a->target->operand->name;
	for (size_t i = 0; i < command->option_count && count < NAMES_MAX; i++)
		if (!command->options[i].command_line)
			names[count++] = command->options[i].name;
	nearest = config_nearest(v->name, names, count);
	if (nearest)
		config_error(a->config, v->file, v->line, "no option '%s': did you mean %s?",
			     v->name, nearest);
	else
		config_error(a->config, v->file, v->line,
			     "no option '%s': rcodewatch run --help lists them", v->name);
}

static bool is_given(const struct apply *a, const struct option_spec *option)
{
	if (option == a->target->operand)
		return a->line->operand_count > 0;
	for (size_t i = 0; i < a->line->count; i++)
		if (a->line->given[i].option == option)
			return true;
	return false;
}

/* Whether a later line makes number @i of the values void: an empty one, or another where one is enough. */
static bool is_replaced(const struct apply *a, size_t i, const struct option_spec *option)
{
	const struct config *config = a->config;

	for (size_t j = i + 1; j < config->count; j++) {
		const struct config_value *later = &config->values[j];

		if (!later->section[0] && strcmp(later->name, option->name) == 0 &&
		    (!option->repeats || !later->value[0]))
			return true;
	}
	return false;
}

/* A file that says two things about one option has a line that was forgotten. */
static bool is_twice(const struct apply *a, size_t i, const struct option_spec *option)
{
	const struct config_value *v = &a->config->values[i];

	if (option->repeats || !v->value[0])
		return false;
	for (size_t j = 0; j < i; j++) {
		const struct config_value *other = &a->config->values[j];

		if (!other->section[0] && other->file == v->file && other->value[0] &&
		    strcmp(other->name, v->name) == 0) {
			config_error(a->config, v->file, v->line, "%s is in line %u already",
				     v->name, other->line);
			return true;
		}
	}
	return false;
}

/* Number @i of the values, which stands above all sections. 0 or -ENOMEM. */
static int apply_value(const struct apply *a, size_t i)
{
	const struct config_value *v = &a->config->values[i];
	const struct option_spec *option = find(a, v->name);
	bool given, replaced;
	char why[OPTION_WHY_MAX];

	if (!option) {
		unknown(a, v);
		return 0;
	}
	if (is_twice(a, i, option) || !v->value[0])
		return 0; /* empty: the default */
	given = is_given(a, option);
	replaced = is_replaced(a, i, option);
	if (option->repeats && replaced)
		return 0;
	if (strcmp(v->name, "sink") == 0 && sink_help_asked(v->value)) {
		config_error(a->config, v->file, v->line, "sink: help is for the command line");
		return 0;
	}
	if (option_set(option, given || replaced ? a->target->scratch : a->target->settings,
		       v->value, why) != 0) {
		config_error(a->config, v->file, v->line, "%s: %s", v->name, why);
		return 0;
	}
	if (given || replaced)
		return 0;
	return config_origins_add(a->origins, &(struct config_origin){
						      .option = option,
						      .section = "",
						      .name = option->name,
						      .value = v->value,
						      .file = v->file,
						      .line = v->line,
					      });
}

static int note_command_line(const struct apply *a)
{
	int err = 0;

	for (size_t i = 0; i < a->line->count && !err; i++) {
		const struct option_given *given = &a->line->given[i];
		bool last = true;

		for (size_t j = i + 1; j < a->line->count && !given->option->repeats; j++)
			last &= a->line->given[j].option != given->option;
		if (last)
			err = config_origins_add(a->origins, &(struct config_origin){
								     .option = given->option,
								     .section = "",
								     .name = given->option->name,
								     .value = given->value,
							     });
	}
	for (int i = 0; i < a->line->operand_count && !err; i++)
		err = config_origins_add(a->origins, &(struct config_origin){
							     .option = a->target->operand,
							     .section = "",
							     .name = a->target->operand->name,
							     .value = a->line->operands[i],
						     });
	return err;
}

int config_apply(struct config *config, const struct command_line *line,
		 const struct config_target *target, struct config_origins *origins)
{
	const struct apply a = {
		.config = config, .line = line, .target = target, .origins = origins};
	const struct option_spec *sink = find(&a, "sink");
	int err = 0;

	*origins = (struct config_origins){0};
	for (size_t i = 0; i < config->count && !err; i++)
		if (!config->values[i].section[0])
			err = apply_value(&a, i);
	if (!err && sink)
		err = config_sinks(config,
				   (char *)(is_given(&a, sink) ? target->scratch
							       : target->settings) +
					   sink->offset,
				   is_given(&a, sink) ? NULL : origins);
	if (!err)
		err = note_command_line(&a);
	return err ? err : config->errors ? -EINVAL : 0;
}
