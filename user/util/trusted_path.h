/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Files that are written to and sockets that are connected to, by paths on which nobody else can put another one in
 * their place. "Nobody else": but root and the user that this process runs as.
 */
#ifndef RCODEWATCH_TRUSTED_PATH_H
#define RCODEWATCH_TRUSTED_PATH_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Open @path with @flags of open(2), and O_NOFOLLOW and O_CLOEXEC; @mode is of a file that is made. Refused
 * are a symbolic link, a path with a folder in which others could swap what is in it (one of another user,
 * or one that its group or others may write and that has no sticky bit) and, in a folder with a sticky bit, the file of
 * another user and one with several names. A descriptor, or a negative errno with the reason in @why, of
 * @size bytes.
 */
int trusted_open(const char *path, int flags, mode_t mode, char *why, size_t size);

/*
 * Open the file at @path to read it: one whose content nobody else can choose. Symbolic links are followed, each checked
 * like a file of its own. Refused are, on the way, what trusted_open() refuses, and a file or link of another user or
 * that its group or others may write. A descriptor, or a negative errno with @why.
 */
int trusted_open_read(const char *path, char *why, size_t size);

/*
 * Check the folder of @path in the same way. A descriptor of it by O_PATH, with the last component of @path
 * in *@name; or a negative errno with @why.
 */
int trusted_folder(const char *path, const char **name, char *why, size_t size);

/*
 * The socket at @path, for a client: what lies in a folder that its group or others may write, folders, symbolic
 * links and the socket, must belong to root or to the user that this process runs as. Elsewhere only the folder's
 * owner can have put the socket there, and naming the path is trusting that user. A descriptor by O_PATH, to
 * connect to as /proc/self/fd/N so that it is this socket; or a negative errno with @why.
 */
int trusted_socket(const char *path, char *why, size_t size);

/* Put into @why what a user can do about @err of a file that is to be opened. */
void trusted_explain(int err, char *why, size_t size);

#endif
