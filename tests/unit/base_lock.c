/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Locks between processes: one has it, another waits or is told, and a removed file is not a lock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/lock.h"

static char dir[64], path[80];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/base_lock.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/lock", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static void one_has_it(void **state)
{
	(void)state;
	struct fault f = FAULT_INIT;
	struct stat st;
	int a = -1, b = -1;
	assert_int_equal(lock_file(path, 0600, false, &a, &f), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* A second opening is another's, in the same process too. */
	assert_int_equal(lock_file(path, 0600, false, &b, &f), 1);
	assert_int_equal(b, -1);
	assert_int_equal(f.code, 0);
	file_close_fd(&a);
	assert_int_equal(lock_file(path, 0600, false, &b, &f), 0);
	file_close_fd(&b);
}

static void shared_by_many(void **state)
{
	(void)state;
	int a = -1, b = -1;
	assert_int_equal(lock_file(path, 0600, false, &a, NULL), 0);
	assert_int_equal(lock_fd(a, LOCK_SH, false), 0);
	assert_int_equal(lock_file(path, 0600, false, &b, NULL), 1);
	lock_release(a);
	assert_int_equal(lock_file(path, 0600, false, &b, NULL), 0);
	file_close_fd(&a);
	file_close_fd(&b);
}

static void *wait_for_it(void *ret)
{
	int fd = -1;
	struct stat a, b;
	*(int *)ret = lock_file(path, 0600, true, &fd, NULL);
	/* What it got is the file that stands there now. */
	if (*(int *)ret == 0 &&
	    (fstat(fd, &a) < 0 || stat(path, &b) < 0 || a.st_ino != b.st_ino))
		*(int *)ret = -ESTALE;
	file_close_fd(&fd);
	return NULL;
}

static void removed_while_somebody_waits(void **state)
{
	(void)state;
	pthread_t t;
	int a = -1, got = 1;
	assert_int_equal(lock_file(path, 0600, false, &a, NULL), 0);
	assert_int_equal(pthread_create(&t, NULL, wait_for_it, &got), 0);
	usleep(100000);
	assert_int_equal(unlink(path), 0);
	file_close_fd(&a);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_int_equal(got, 0);
}

static void what_cannot_be_opened(void **state)
{
	(void)state;
	struct fault f = FAULT_INIT;
	char inside[96];
	int fd = -1;
	snprintf(inside, sizeof inside, "%s/no/lock", dir);
	assert_int_equal(lock_file(inside, 0600, true, &fd, &f), -ENOENT);
	assert_non_null(strstr(f.what, inside));
	/* A link is not followed: it may lead anywhere. */
	f = (struct fault)FAULT_INIT;
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(lock_file(path, 0600, true, &fd, &f), -ELOOP);
	assert_int_equal(fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(one_has_it, make_dir, remove_dir),
	    cmocka_unit_test_setup_teardown(shared_by_many, make_dir, remove_dir),
	    cmocka_unit_test_setup_teardown(removed_while_somebody_waits, make_dir, remove_dir),
	    cmocka_unit_test_setup_teardown(what_cannot_be_opened, make_dir, remove_dir),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
