/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A disk that fills up at any point of registration: a clear error, and nothing half-registered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "store_util.h"

enum { DISK = 1024 * 1024, STEP = 4096, STEPS = 100 };

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	if (fd < 0)
		return -1;
	ssize_t n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? -1 : 0;
}

/* Mounts a disk of DISK bytes at DIR that only this process sees. 0, or -1 where not allowed. */
static int small_disk(const char *dir)
{
	char map[64], options[64];
	uid_t uid = getuid();
	gid_t gid = getgid();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return -1;
	write_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof map, "0 %u 1", uid);
	if (write_text("/proc/self/uid_map", map) < 0)
		return -1;
	snprintf(map, sizeof map, "0 %u 1", gid);
	if (write_text("/proc/self/gid_map", map) < 0)
		return -1;
	snprintf(options, sizeof options, "size=%d", DISK);
	return mount("none", dir, "tmpfs", 0, options);
}

/* Fills the disk but for LEFT bytes. */
static void fill_disk(const char *dir, long left)
{
	char block[STEP], path[512];
	memset(block, 'x', sizeof block);
	snprintf(path, sizeof path, "%s/filler", dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	off_t size = 0;
	ssize_t n;
	while ((n = write(fd, block, sizeof block)) > 0)
		size += n;
	if (ftruncate(fd, size > left ? size - left : 0) < 0)
		_exit(5);
	close(fd);
}

/* Does a whole build's worth of registering. Returns the first failure. */
static int register_one(struct store *s, unsigned number)
{
	char name[64];
	struct drv d;
	char *tmp = NULL;
	struct store_object o;
	snprintf(name, sizeof name, "thing-%u", number);
	make_drv(&d, name);
	int r = store_tmp(s, "build", &tmp, &fault);
	if (r < 0)
		return r;
	FREE_PTR char *tree = path_join(tmp, "tree");
	FILE *f = NULL;
	if (mkdir(tree, 0755) == 0) {
		FREE_PTR char *file = path_join(tree, name);
		f = fopen(file, "w");
	}
	if (!f || fputs(name, f) < 0 || fclose(f) != 0) {
		/* The build itself had no room. */
		file_remove_tree(tmp, NULL);
		free(tmp);
		return -ENOSPC;
	}
	r = store_add(s, tree, NULL, 0, &o, &fault);
	if (r == 0)
		r = store_put_source(s, name, "", &o.hash, &fault);
	if (r == 0)
		r = put_built(s, &d, &o.hash, "", NULL);
	if (r == 0)
		r = store_root_add(s, name, &o.hash, &fault);
	file_remove_tree(tmp, NULL);
	free(tmp);
	return r;
}

/* Registers with ever more room left. Runs in a child, which owns the disk. */
static void fill_up(const char *dir)
{
	int failures = 0, successes = 0;
	in_child = 1;
	if (small_disk(dir) < 0)
		_exit(77);
	store_close(open_store(dir));
	for (unsigned i = 0; i < STEPS; i++) {
		struct store *s = NULL;
		char path[512], filler[512];
		snprintf(path, sizeof path, "%s/store", dir);
		snprintf(filler, sizeof filler, "%s/filler", dir);
		fill_disk(dir, (long)i * STEP);
		fault = (struct fault)FAULT_INIT;
		int r = store_open(path, STORE_CREATE, &s, &fault);
		if (r == 0)
			r = register_one(s, i);
		store_close(s);
		failures += r < 0;
		successes += r == 0;
		if (r < 0 && r != -ENOSPC) {
			print_error("%u: %d %s\n", i, r, fault.what);
			_exit(1);
		}
		if (r < 0 && fault.code && !strstr(fault.what, "No space left")) {
			print_error("%u: %s\n", i, fault.what);
			_exit(2);
		}
		unlink(filler);
		s = open_store(dir);
		int n = store_check(s, true, print_damage, NULL, NULL, &fault);
		if (n != 0)
			_exit(3);
		store_close(s);
		/* Nothing is left of the attempt. */
		snprintf(path, sizeof path, "%s/store/tmp", dir);
		if (rmdir(path) < 0 || mkdir(path, 0755) < 0)
			_exit(4);
	}
	print_message("%d registrations failed, %d succeeded\n", failures, successes);
	_exit(failures > 10 && successes > 10 ? 0 : 6);
}

static void fills_up(void **state)
{
	int status;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		fill_up(*state);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("no user namespaces here\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(fills_up, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
