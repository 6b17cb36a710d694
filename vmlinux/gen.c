/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Writes a minimal vmlinux.h: the types named in a list, with all that they depend on.
 *
 *	gen SOURCE ROOTS
 *
 * SOURCE is raw BTF as in /sys/kernel/btf/vmlinux, an ELF file with a .BTF section, or an
 * uncompressed kernel image with BTF somewhere inside. ROOTS is described in types.txt. The header
 * goes to standard output. Exit status: 0 done, 1 failure, 2 wrong usage.
 *
 * bpftool knows neither lists nor images, and its full dump is 3 MB.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

struct blob {
	unsigned char *data;
	size_t size;
};

struct roots {
	__u32 *ids;
	size_t count;
};

__attribute__((format(printf, 1, 2))) static void complain(const char *format, ...)
{
	va_list args;

	fputs("gen: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* ---- the source ------------------------------------------------------------ */

/* Reads to the end, whatever stat() says: sizes in sysfs need not be true. Caller frees data. */
static int read_whole(const char *path, struct blob *blob)
{
	size_t size = 0, room = 1 << 20;
	unsigned char *data = NULL, *grown;
	FILE *file = fopen(path, "rbe");
	int err = 0;

	if (!file)
		return -errno;
	for (;;) {
		grown = realloc(data, room);
		if (!grown) {
			err = -ENOMEM;
			break;
		}
		data = grown;
		size += fread(data + size, 1, room - size, file);
		if (ferror(file)) {
			err = errno ? -errno : -EIO;
			break;
		}
		if (size < room)
			break;
		if (room > SIZE_MAX / 2) {
			err = -EFBIG;
			break;
		}
		room *= 2;
	}
	fclose(file);
	if (err) {
		free(data);
		return err;
	}
	blob->data = data;
	blob->size = size;
	return 0;
}

/*
 * The size of the BTF that starts at data, or 0 when what starts there is not BTF of this byte
 * order. Layout: Documentation/bpf/btf.rst, section 2.1; offsets count from the header's end.
 */
static size_t btf_size_at(const unsigned char *data, size_t left)
{
	struct btf_header hdr;
	uint64_t types_end, strings_end;
	const unsigned char *strings;

	if (left < sizeof(hdr))
		return 0;
	/* An image guarantees no alignment. */
	memcpy(&hdr, data, sizeof(hdr));
	if (hdr.magic != BTF_MAGIC || hdr.version != BTF_VERSION || hdr.hdr_len < sizeof(hdr))
		return 0;
	types_end = (uint64_t)hdr.type_off + hdr.type_len;
	strings_end = (uint64_t)hdr.str_off + hdr.str_len;
	if (!hdr.type_len || !hdr.str_len || hdr.str_off < types_end)
		return 0;
	if (hdr.hdr_len > left || strings_end > left - hdr.hdr_len)
		return 0;
	strings = data + hdr.hdr_len + hdr.str_off;
	if (strings[0] || strings[hdr.str_len - 1])
		return 0;
	return (size_t)hdr.hdr_len + (size_t)strings_end;
}

/*
 * The largest BTF in the image: a kernel can carry programs of its own (CONFIG_BPF_PRELOAD), each
 * with a small BTF. NULL with errno set when there is none. Caller frees with btf__free().
 */
static struct btf *find_btf(const struct blob *blob)
{
	static const uint16_t magic = BTF_MAGIC;
	const unsigned char *at = blob->data, *end = blob->data + blob->size;
	struct btf *best = NULL, *btf;
	size_t best_size = 0, size;

	while ((at = memmem(at, (size_t)(end - at), &magic, sizeof(magic)))) {
		size = btf_size_at(at, (size_t)(end - at));
		if (size > best_size && size <= UINT32_MAX) {
			btf = btf__new(at, (__u32)size);
			if (btf) {
				btf__free(best);
				best = btf;
				best_size = size;
			}
		}
		at++;
	}
	if (!best)
		errno = ENODATA;
	return best;
}

/* NULL after a complaint. Caller frees with btf__free(). */
static struct btf *load_btf(const char *path)
{
	static const unsigned char elf_magic[] = {0x7f, 'E', 'L', 'F'};
	struct blob blob = {0};
	char why[128];
	struct btf *btf;
	int err = read_whole(path, &blob);

	if (err) {
		complain("cannot read %s: %s", path, strerror(-err));
		return NULL;
	}
	if (blob.size >= sizeof(elf_magic) && !memcmp(blob.data, elf_magic, sizeof(elf_magic)))
		btf = btf__parse_elf(path, NULL);
	else
		btf = find_btf(&blob);
	if (!btf) {
		/* libbpf has error numbers of its own. */
		libbpf_strerror(errno, why, sizeof(why));
		complain("no usable BTF in %s: %s: give raw BTF, an ELF file with .BTF, or an "
			 "uncompressed kernel image",
			 path, why);
	}
	free(blob.data);
	return btf;
}

/* ---- the roots ------------------------------------------------------------- */

static bool holds_enumerator(const struct btf *btf, const struct btf_type *type, const char *name)
{
	/* The two kinds differ in the size of an entry; both have the name first. */
	bool wide = btf_is_enum64(type);
	__u16 i, count = btf_vlen(type);

	for (i = 0; i < count; i++) {
		__u32 off = wide ? btf_enum64(type)[i].name_off : btf_enum(type)[i].name_off;
		const char *have = btf__name_by_offset(btf, off);

		if (have && !strcmp(have, name))
			return true;
	}
	return false;
}

static bool is_kind(const struct btf_type *type, const char *kind)
{
	if (!strcmp(kind, "typedef"))
		return btf_is_typedef(type);
	if (!strcmp(kind, "struct"))
		return btf_is_struct(type);
	if (!strcmp(kind, "union"))
		return btf_is_union(type);
	return btf_is_any_enum(type);
}

static bool is_root(const struct btf *btf, const struct btf_type *type, const char *kind,
		    const char *name)
{
	const char *have;

	if (!is_kind(type, kind))
		return false;
	if (!strcmp(kind, "enum-with"))
		return !type->name_off && holds_enumerator(btf, type, name);
	have = btf__name_by_offset(btf, type->name_off);
	return have && !strcmp(have, name);
}

/* The id of the first type that fits, 0 (void in BTF) when none does. */
static __u32 find_root(const struct btf *btf, const char *kind, const char *name)
{
	__u32 id, count = btf__type_cnt(btf);

	for (id = 1; id < count; id++)
		if (is_root(btf, btf__type_by_id(btf, id), kind, name))
			return id;
	return 0;
}

static bool names_kind(const char *word)
{
	static const char *const kinds[] = {"typedef", "struct", "union", "enum", "enum-with"};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(word, kinds[i]))
			return true;
	return false;
}

/* Adds the root that the line names, if it names one. -1 after a complaint. */
static int add_line(const struct btf *btf, const char *path, unsigned int number, char *line,
		    struct roots *roots)
{
	static const char blank[] = " \t\r\n";
	char *rest = NULL, *kind, *name;
	__u32 *grown, id;

	line[strcspn(line, "#")] = '\0';
	kind = strtok_r(line, blank, &rest);
	if (!kind)
		return 0;
	name = strtok_r(NULL, blank, &rest);
	if (!names_kind(kind) || !name || strtok_r(NULL, blank, &rest)) {
		complain("%s:%u: want typedef, struct, union, enum or enum-with, and one name",
			 path, number);
		return -1;
	}
	id = find_root(btf, kind, name);
	if (!id) {
		complain("%s:%u: the kernel's BTF has no %s %s: remove the line or take another "
			 "kernel",
			 path, number, kind, name);
		return -1;
	}
	grown = reallocarray(roots->ids, roots->count + 1, sizeof(*grown));
	if (!grown) {
		complain("cannot hold the roots: %s", strerror(errno));
		return -1;
	}
	roots->ids = grown;
	roots->ids[roots->count++] = id;
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	__u32 left = *(const __u32 *)a, right = *(const __u32 *)b;

	return (left > right) - (left < right);
}

/* Sorted as the BTF is. -1 after a complaint. Caller frees ids, also then. */
static int read_roots(const struct btf *btf, const char *path, struct roots *roots)
{
	FILE *file = fopen(path, "re");
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	if (!file) {
		complain("cannot read %s: %s", path, strerror(errno));
		return -1;
	}
	while (!err && getline(&line, &room, file) >= 0)
		err = add_line(btf, path, ++number, line, roots);
	if (!err && ferror(file)) {
		complain("cannot read %s: %s", path, strerror(errno));
		err = -1;
	}
	if (!err && !roots->count) {
		complain("%s names no type", path);
		err = -1;
	}
	if (!err)
		qsort(roots->ids, roots->count, sizeof(*roots->ids), compare_ids);
	free(line);
	fclose(file);
	return err;
}

/* ---- the header ------------------------------------------------------------ */

__attribute__((format(printf, 2, 0))) static void print_part(void *ctx, const char *format,
							     va_list args)
{
	vfprintf(ctx, format, args);
}

/* -1 after a complaint. */
static int write_header(const struct btf *btf, const struct roots *roots, FILE *out)
{
	struct btf_dump *dump = btf_dump__new(btf, print_part, out, NULL);
	size_t i;
	int err;

	if (!dump) {
		complain("cannot start the dump: %s", strerror(errno));
		return -1;
	}
	/*
	 * Without preserve_access_index, which bpftool's has: all that is wanted is ABI or a wire format, and
	 * what is not relocated needs no BTF of the kernel that loads it.
	 */
	fputs("#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n\n", out);
	for (i = 0; i < roots->count; i++) {
		err = btf_dump__dump_type(dump, roots->ids[i]);
		if (err) {
			complain("cannot dump type %u: %s", roots->ids[i], strerror(-err));
			btf_dump__free(dump);
			return -1;
		}
	}
	btf_dump__free(dump);
	fputs("#endif /* __VMLINUX_H__ */\n", out);
	if (fflush(out) || ferror(out)) {
		complain("cannot write the header: %s", strerror(errno));
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct roots roots = {0};
	struct btf *btf;
	int err = -1;

	if (argc != 3) {
		fputs("usage: gen SOURCE ROOTS\n", stderr);
		return 2;
	}
	/* Most candidates in an image are chance; libbpf would explain each. */
	libbpf_set_print(NULL);
	btf = load_btf(argv[1]);
	if (!btf)
		return 1;
	if (!read_roots(btf, argv[2], &roots))
		err = write_header(btf, &roots, stdout);
	free(roots.ids);
	btf__free(btf);
	return err ? 1 : 0;
}
