// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config/config_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config_lines.h"
#include "util/environment.h"
#include "util/run_user.h"
#include "util/trusted_path.h"

#define WHY_MAX 256

/* Keep @path and @text as long as @config. NULL with an error, or without memory. */
static const char *add_file(struct config *config, const char *path, const char *text, size_t size)
{
	size_t n = config->file_count;

	if (config->file_count == CONFIG_FILES_MAX) {
		config_error(config, path, 0, "more than %u files", CONFIG_FILES_MAX);
		return NULL;
	}
	config->files[n] = strdup(path);
	config->texts[n] = malloc(size + 1);
	config->sizes[n] = size;
	if (!config->files[n] || !config->texts[n]) {
		free(config->files[n]);
		free(config->texts[n]);
		return NULL;
	}
	memcpy(config->texts[n], text, size);
	config->file_count++;
	return config->files[n];
}

int config_read_text(struct config *config, const char *name, const char *text, size_t size)
{
	const char *file = add_file(config, name, text, size);
	int err = file ? config_lines(config, file, text, size) : -ENOMEM;

	return err ? err : config->errors ? -EINVAL : 0;
}

/* With more rights than its user, or than others on this machine, only files that are nobody else's. */
static int open_file(const char *path, char why[WHY_MAX])
{
	int fd;

	why[0] = '\0';
	if (geteuid() == 0 || run_user_became() || environment_untrusted())
		return trusted_open_read(path, why, WHY_MAX);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	fd = -errno;
	snprintf(why, WHY_MAX, "%s", strerror(-fd));
	return fd;
}

/* Read all of @fd into @text, of @room bytes. The number of bytes, or a negative errno with @why. */
static ssize_t read_all(int fd, char *text, size_t room, char why[WHY_MAX])
{
	size_t used = 0;
	ssize_t got = 1;
	struct stat file;

	if (fstat(fd, &file) == 0 && !S_ISREG(file.st_mode)) {
		snprintf(why, WHY_MAX, "it is no regular file");
		return -EINVAL;
	}
	while (used < room && got > 0) {
		got = read(fd, text + used, room - used);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			used += (size_t)got;
	}
	if (got < 0) {
		snprintf(why, WHY_MAX, "%s", strerror(errno));
		return -EIO;
	}
	if (used < room)
		return (ssize_t)used;
	snprintf(why, WHY_MAX, "it is larger than %u KiB", CONFIG_FILE_BYTES >> 10);
	return -EFBIG;
}

/* 0 or -ENOMEM; errors are counted. @wanted: that there is none is one. */
static int read_file(struct config *config, const char *path, bool wanted)
{
	char why[WHY_MAX], *text;
	int fd = open_file(path, why), err = 0;
	ssize_t size;

	if (fd < 0) {
		if (fd != -ENOENT || wanted)
			config_error(config, path, 0, "cannot read it: %s", why);
		return 0;
	}
	text = malloc(CONFIG_FILE_BYTES + 1);
	size = text ? read_all(fd, text, CONFIG_FILE_BYTES + 1, why) : -ENOMEM;
	close(fd);
	if (!text)
		return -ENOMEM;
	if (size < 0)
		config_error(config, path, 0, "cannot read it: %s", why);
	else
		err = config_read_text(config, path, text, (size_t)size);
	free(text);
	return err == -ENOMEM && !config->errors ? -ENOMEM : 0;
}

static int is_drop_in(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 5 &&
	       strcmp(entry->d_name + length - 5, ".conf") == 0;
}

/* By bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_drop_ins(struct config *config, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_drop_in, by_name), err = 0;
	char path[PATH_MAX + NAME_MAX + 2];

	if (count < 0) {
		if (errno == ENOMEM)
			return -ENOMEM;
		if (errno != ENOENT)
			config_error(config, folder, 0, "cannot read it: %s", strerror(errno));
		return 0;
	}
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (!err && i < (int)CONFIG_FILES_MAX)
			err = read_file(config, path, true);
		free(entries[i]);
	}
	free(entries);
	return err;
}

int config_read(struct config *config, const char *path)
{
	const char *main_file = path ? path : CONFIG_DEFAULT;
	char folder[PATH_MAX], why[OPTION_WHY_MAX];
	int err;

	if (path && environment_refuses_file(why)) {
		config_error(config, path, 0, "%s", why);
		return -EINVAL;
	}
	if (path && !config_built_in()) {
		config_error(config, path, 0,
			     "this rcodewatch was built without inih, which reads it");
		return -EINVAL;
	}
	if (snprintf(folder, sizeof(folder), "%s.d", main_file) >= (int)sizeof(folder)) {
		config_error(config, main_file, 0, "its path is too long");
		return -EINVAL;
	}
	err = read_file(config, main_file, path != NULL);
	if (!err)
		err = read_drop_ins(config, folder);
	return err ? err : config->errors ? -EINVAL : 0;
}
