/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/path.h"
#include "cmd/locate.h"
#include "cmd/print.h"
#include "cmd/qemu.h"
#include "cmd/target.h"

enum {
	SECTOR = 512,
	MEMORY_DEFAULT = 512, /* MiB */
	MEMORY_MIN =
	    64, /* MiB; with 32 the kernel runs out of pages before all servers are up */
	/* in the first sector of a disk: the partition table, its first entry, the signature */
	TABLE_KIND = 446 + 4,
	TABLE_START = 446 + 8,
	TABLE_SECTORS = 446 + 12,
	SIGNATURE = 510,
	KIND_LINUX = 0x83,
	/* in an ext2 file system: where its superblock is, and its magic number in that */
	SUPERBLOCK = 1024,
	MAGIC = SUPERBLOCK + 56,
};

/* What the command line asks for. */
struct vm {
	bool serial;       /* the serial line is on the terminal, there is no screen */
	const char *disk;  /* --no-snapshot, or NULL */
	unsigned memory;   /* MiB */
	const char *image; /* what is booted */
	char **more;       /* further words for qemu */
	size_t nmore;
};

/* Returns the little-endian number of 4 bytes at P. */
static uint32_t number_at(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Says what is wrong with the image on FD, of SIZE bytes; NULL: nothing that can be seen quickly. */
static const char *image_fault(int fd, uint64_t size)
{
	unsigned char mbr[SECTOR], magic[2];
	if (size < SECTOR || pread(fd, mbr, sizeof mbr, 0) != SECTOR)
		return "it is too small for a disk";
	if (mbr[SIGNATURE] != 0x55 || mbr[SIGNATURE + 1] != 0xaa)
		return "its first sector is not a boot sector";
	uint64_t start = (uint64_t)number_at(mbr + TABLE_START) * SECTOR;
	uint64_t length = (uint64_t)number_at(mbr + TABLE_SECTORS) * SECTOR;
	if (mbr[TABLE_KIND] != KIND_LINUX || start == 0 || length == 0)
		return "its first partition is not one of the Hurd";
	if (start + length > size)
		return "it is shorter than its partition table says";
	if (pread(fd, magic, sizeof magic, (off_t)(start + MAGIC)) != sizeof magic ||
	    magic[0] != 0x53 || magic[1] != 0xef)
		return "there is no ext2 file system in its first partition";
	return NULL;
}

/* Refuses PATH unless it is a file that looks like a bootable disk. HINT is what to do about it. */
static int check_image(const char *path, const char *hint, struct fault *f)
{
	struct stat st;
	CLOSE_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) < 0)
		return fault_set(f, -errno, "cannot read the disk image %s:", path);
	if (!S_ISREG(st.st_mode))
		return fault_set(f, ERR_UNSAFE, "%s is not a regular file", path);
	const char *wrong = image_fault(fd, (uint64_t)st.st_size);
	if (!wrong)
		return 0;
	fault_set(f, ERR_CORRUPT, "%s is not a bootable disk: %s", path, wrong);
	fault_hint(f, "%s", hint);
	return ERR_CORRUPT;
}

/* Finds the disk image of TARGET in the store. RET is malloc'd. */
static int find_image(struct cmd *c, const char *target, char **ret, struct fault *f)
{
	struct digest object;
	int r = cmd_object(c, target, &object, f);
	if (r < 0)
		return r;
	FREE_PTR char *path = store_object_path(c->store, &object);
	FREE_PTR char *image = path ? path_join(path, "disk.img") : NULL;
	if (!image)
		return -ENOMEM;
	int there = file_exists(image, f);
	if (there < 0)
		return there;
	if (!there) {
		fault_set(f, ERR_MISSING, "%s has no disk.img: it is not a disk image", target);
		fault_hint(f, "boot-hurd vm hurd-image boots the Hurd");
		return ERR_MISSING;
	}
	r = check_image(image, "boot-hurd store check; boot-hurd store repair builds it again",
			f);
	if (r < 0)
		return r;
	*ret = image;
	image = NULL;
	return 0;
}

/* Copies all of FROM to TO, leaving holes where a block is all zeros, and syncs it. */
static int copy_sparse(int from, int to, struct fault *f)
{
	enum { BLOCK = 1 << 16 };
	static const char zeros[BLOCK];
	FREE_PTR char *block = malloc(BLOCK);
	off_t at = 0;
	ssize_t n = block ? 0 : -1;
	while (block && (n = read(from, block, BLOCK)) > 0) {
		int r = memcmp(block, zeros, (size_t)n) == 0 ? 0 : 1;
		if (r &&
		    (lseek(to, at, SEEK_SET) < 0 || file_write_fd(to, block, (size_t)n) < 0))
			return fault_set(f, -errno, "cannot write:");
		at += n;
	}
	if (n < 0 || ftruncate(to, at) < 0 || fsync(to) < 0)
		return fault_set(f, -errno, "cannot copy:");
	return 0;
}

/* Makes the writable DISK from IMAGE: it appears whole or not at all. */
static int make_disk(const char *image, const char *disk, struct fault *f)
{
	FREE_PTR char *temporary = NULL;
	if (asprintf(&temporary, "%s.XXXXXX", disk) < 0)
		return -ENOMEM;
	CLOSE_FD int from = open(image, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return fault_set(f, -errno, "cannot read %s:", image);
	CLOSE_FD int to = mkostemp(temporary, O_CLOEXEC);
	if (to < 0)
		return fault_set(f, -errno, "cannot make the disk %s:", disk);
	struct fault why = FAULT_INIT;
	int r = copy_sparse(from, to, &why);
	if (r < 0)
		fault_set(f, r, "cannot make the disk %s: %s", disk, why.what);
	else if (fchmod(to, 0644) < 0 || link(temporary, disk) < 0)
		r = fault_set(f, -errno, "cannot make the disk %s:", disk);
	unlink(temporary);
	return r;
}

/* Returns the -drive option for PATH, malloc'd: a comma in a file name is written twice. */
static char *drive_option(const char *path, bool snapshot)
{
	struct buf b = BUF_INIT;
	buf_addf(&b, "format=raw,if=ide,index=0,media=disk,snapshot=%s,file=",
		 snapshot ? "on" : "off");
	for (; *path; path++)
		buf_adds(&b, *path == ',' ? ",," : (const char[]){*path, '\0'});
	return buf_detach(&b);
}

/* Becomes qemu. Returns only when that failed. */
static int run_qemu(const struct vm *vm, struct fault *f)
{
	FREE_PTR char *qemu = locate_program(QEMU);
	if (!qemu) {
		fault_set(f, ERR_MISSING, "there is no " QEMU " on this machine");
		fault_hint(f, QEMU_INSTALL ", or what your system calls it");
		return ERR_MISSING;
	}
	FREE_PTR char *drive = drive_option(vm->disk ? vm->disk : vm->image, !vm->disk);
	FREE_PTR const char **argv = calloc(vm->nmore + 8, sizeof *argv);
	char memory[16];
	const char *words[] = {qemu, "-m", memory, "-drive", drive};
	if (!drive || !argv)
		return -ENOMEM;
	snprintf(memory, sizeof memory, "%u", vm->memory);
	size_t n = 0;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		argv[n++] = words[i];
	if (vm->serial)
		argv[n++] = "-nographic";
	for (size_t i = 0; i < vm->nmore; i++)
		argv[n++] = vm->more[i];
	execv(qemu, (char *const *)argv);
	return fault_set(f, -errno, "cannot run %s:", qemu);
}

/* Says on standard error what happens next, unless QUIET. */
static void announce(const struct vm *vm, bool quiet)
{
	if (quiet)
		return;
	print_err("booting %s, %u MiB of memory%s\n", vm->disk ? vm->disk : vm->image,
		  vm->memory, vm->disk ? "" : "; what it writes is lost at the end");
	if (vm->serial)
		print_err("log in as root; halt ends the system, Ctrl-a x the machine\n");
	else if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY") && vm->nmore == 0)
		print_err(
		    "no graphical display here: --serial has the console on this terminal\n");
}

static const struct vm DEFAULTS = {.memory = MEMORY_DEFAULT};

static const struct option_row OPTIONS[] = {
    {OPTION_FLAG, 's', "serial", offsetof(struct vm, serial), NULL,
     "have the serial console on this terminal, no screen"},
    {OPTION_TEXT, 0, "no-snapshot", offsetof(struct vm, disk), "DISK",
     "boot DISK and keep what is written; a copy of the image if it is not there"},
    {OPTION_COUNT, 'm', "memory", offsetof(struct vm, memory), "MIB", "memory (default: 512)"},
    {0}};

static int check_request(struct cmd *c, void *request, struct fault *f)
{
	const struct vm *vm = request;
	(void)c;
	if (vm->memory >= MEMORY_MIN)
		return 0;
	fault_set(f, ERR_USAGE, "%u MiB of memory are too few: the Hurd's servers do not start",
		  vm->memory);
	fault_hint(f, "give --memory at least %d", MEMORY_MIN);
	return ERR_USAGE;
}

static int boot(struct cmd *c, void *request, struct fault *f)
{
	struct vm *vm = request;
	FREE_PTR char *image = NULL;
	int r = 0, made = vm->disk ? file_exists(vm->disk, f) : 0;
	if (made < 0)
		return made;
	vm->more = c->rest;
	vm->nmore = c->nrest;
	if (!made)
		r = find_image(c, c->noperands ? c->operands[0] : "hurd-image", &image, f);
	if (r == 0 && vm->disk && !made)
		r = make_disk(image, vm->disk, f);
	if (r == 0 && vm->disk)
		r = check_image(vm->disk, "remove it, and it is made from the image again", f);
	if (r < 0)
		return r;
	vm->image = image;
	announce(vm, c->quiet);
	fflush(stdout);
	return run_qemu(vm, f);
}

const struct command command_vm = {
    .name = "vm",
    .run = boot,
    .check = check_request,
    .options = OPTIONS,
    .size = sizeof(struct vm),
    .defaults = &DEFAULTS,
    .max = 1,
    .needs = CMD_REST,
    .synopsis = "[OPTION…] [TARGET] [-- QEMU-OPTION…]",
    .summary = "boot a disk image in qemu (default: hurd-image)",
};
