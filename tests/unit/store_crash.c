/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIGKILL at any instant, several processes at once: the store stays whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <time.h>

#include "base/sys.h"
#include "store_util.h"

enum { KILLS = 200, SLOTS = 12, LINE = 32 };

/* What a child has finished: build NUMBER is rooted as slot NUMBER % SLOTS. */
static void say(int fd, unsigned number)
{
	char line[LINE];
	memset(line, 0, sizeof line);
	snprintf(line, sizeof line, "%u", number);
	if (write(fd, line, sizeof line) != sizeof line)
		_exit(8);
}

/* One build: output, source, realisation, root. */
static void one_build(struct store *s, unsigned number)
{
	char name[64], text[64], slot[64], log[128], path[1024];
	struct drv d;
	snprintf(name, sizeof name, "thing-%u", number);
	snprintf(text, sizeof text, "content %u\n", number);
	snprintf(slot, sizeof slot, "slot-%u", number % SLOTS);
	snprintf(log, sizeof log, "logs/aa/%u.log", number);
	make_drv(&d, name);
	struct digest source = add_file(s, name);
	OK(store_put_source(s, name, "file:nowhere", &source, &fault));
	struct action_input ref = {"dep", source};
	struct digest object = add_tree(s, text, &ref, 1);
	snprintf(path, sizeof path, "%s/logs/aa", store_path(s));
	OK(file_mkdirs(path, &fault));
	write_file(path, log + 8, "log\n", 0644);
	OK(put_built(s, &d, &object, log, NULL));
	OK(store_root_add(s, slot, &object, &fault));
}

/* Works until killed. */
static void work(const char *dir, unsigned from, int fd)
{
	in_child = 1;
	for (unsigned i = from;; i++) {
		struct store *s = open_store(dir);
		struct store_gc_options o = {0};
		struct store_gc_result r;
		one_build(s, i);
		say(fd, i);
		if (i % 3 == 0)
			OK(store_gc(s, &o, &r, &fault));
		if (i % 7 == 0)
			store_root_remove(s, "slot-0", &fault);
		store_close(s);
	}
}

static void pause_ns(long ns)
{
	struct timespec t = {0, ns};
	nanosleep(&t, NULL);
}

/* Looks whether what was finished is still there. */
static void check_finished(struct store *s, const unsigned last[SLOTS])
{
	struct arena a = ARENA_INIT;
	struct store_root *roots;
	size_t n;
	OK(store_root_list(s, &a, &roots, &n, &fault));
	for (unsigned slot = 1; slot < SLOTS; slot++) {
		char name[64];
		struct drv d;
		struct digest action, object;
		bool rooted = false;
		if (!last[slot])
			continue;
		snprintf(name, sizeof name, "slot-%u", slot);
		for (size_t i = 0; i < n; i++)
			rooted |= strcmp(roots[i].name, name) == 0 &&
				  store_object(s, &roots[i].object, NULL) == 0;
		assert_true(rooted);
		snprintf(name, sizeof name, "thing-%u", last[slot]);
		make_drv(&d, name);
		/* Unless the next build took its slot and was killed before it could say so. */
		int r = store_find_resolved(s, &d.id, &action, &object);
		if (r < 0) {
			snprintf(name, sizeof name, "thing-%u", last[slot] + SLOTS);
			make_drv(&d, name);
			OK(store_find_resolved(s, &d.id, &action, &object));
		}
	}
	arena_release(&a);
}

static void survives_kills(void **state)
{
	unsigned last[SLOTS] = {0}, next = 1, finished = 0;
	uint64_t seed = 12345;
	long span =
	    25000000; /* nanoseconds in which the kill falls: a few builds here, more on a slow machine */
	for (int kill_no = 0; kill_no < KILLS; kill_no++) {
		int fds[2], status;
		char line[LINE];
		assert_int_equal(pipe(fds), 0);
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			work(*state, next, fds[1]);
		close(fds[1]);
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		pause_ns((long)((seed >> 33) % (uint64_t)span));
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		while (read(fds[0], line, sizeof line) == sizeof line) {
			unsigned number = (unsigned)strtoul(line, NULL, 10);
			last[number % SLOTS] = number;
			next = number + 1;
			finished++;
		}
		close(fds[0]);
		if (finished < (unsigned)kill_no / 2)
			span += span / 8;
		struct store *s = open_store(*state);
		assert_clean(s);
		check_finished(s, last);
		store_close(s);
	}
	print_message("%u builds finished between %d kills\n", finished, KILLS);
	assert_true(finished > KILLS / 4);
}

/* The folder of a dead process goes away when the next one opens the store. */
static void sweeps_leftovers(void **state)
{
	char *tmp = NULL;
	char buf[1024];
	int fds[2];
	assert_int_equal(pipe(fds), 0);
	if (fork() == 0) {
		struct store *s = open_store(*state);
		in_child = 1;
		OK(store_tmp(s, "build", &tmp, &fault));
		if (write(fds[1], tmp, strlen(tmp) + 1) < 0)
			_exit(1);
		_exit(0);
	}
	reap();
	assert_true(read(fds[0], buf, sizeof buf) > 0);
	assert_int_equal(access(buf, F_OK), 0);
	struct store *s = open_store(*state), *t;
	assert_int_equal(access(buf, F_OK), -1);
	/* That of a living one stays. */
	OK(store_tmp(s, "build", &tmp, &fault));
	t = open_store(*state);
	assert_int_equal(access(tmp, F_OK), 0);
	store_close(t);
	store_close(s);
	assert_int_equal(access(tmp, F_OK), -1);
	free(tmp);
	close(fds[0]);
	close(fds[1]);
}

static void adds_the_same_at_once(void **state)
{
	enum { PROCESSES = 4, OBJECTS = 40 };
	/* They also make the store at once. */
	for (int i = 0; i < PROCESSES; i++) {
		if (fork())
			continue;
		in_child = 1;
		struct store *s = open_store(*state);
		for (unsigned k = 0; k < OBJECTS; k++) {
			char text[64];
			struct drv d;
			snprintf(text, sizeof text, "object-%u", k);
			make_drv(&d, text);
			struct digest o = add_tree(s, text, NULL, 0);
			OK(put_built(s, &d, &o, "", NULL));
		}
		store_close(s);
		_exit(0);
	}
	for (int i = 0; i < PROCESSES; i++)
		reap();
	struct store *s = open_store(*state);
	assert_clean(s);
	store_close(s);
}

/* Builders use what they find or make, while a collector takes all that nobody holds. */
static void collects_beside_builders(void **state)
{
	enum { BUILDERS = 3, TURNS = 120 };
	store_close(open_store(*state));
	for (int i = 0; i < BUILDERS; i++) {
		if (fork())
			continue;
		in_child = 1;
		for (unsigned k = 0; k < TURNS; k++) {
			struct store *s = open_store(*state);
			char text[64];
			struct drv d;
			struct digest action, o;
			snprintf(text, sizeof text, "object-%u", k % 5);
			make_drv(&d, text);
			if (store_find_resolved(s, &d.id, &action, &o) < 0 ||
			    store_hold(s, &o, &fault) < 0) {
				struct digest dep = add_file(s, text);
				struct action_input ref = {"dep", dep};
				o = add_tree(s, text, &ref, 1);
				OK(put_built(s, &d, &o, "", NULL));
			}
			FREE_PTR char *path = store_object_path(s, &o);
			struct arena a = ARENA_INIT;
			struct action_input *refs;
			size_t n;
			OK(store_refs(s, &a, &o, &refs, &n, &fault));
			FREE_PTR char *dep =
			    n == 1 ? store_object_path(s, &refs[0].object) : NULL;
			for (int w = 0; w < 3; w++) {
				if (!dep || access(path, F_OK) < 0 || access(dep, F_OK) < 0)
					_exit(7);
				pause_ns(300000);
			}
			OK(store_object(s, &o, NULL));
			free(refs);
			arena_release(&a);
			store_close(s);
		}
		_exit(0);
	}
	struct store *s = open_store(*state);
	uint64_t collected = 0;
	for (int left = BUILDERS; left;) {
		struct store_gc_options o = {0};
		struct store_gc_result r = {0};
		OK(store_gc(s, &o, &r, &fault));
		collected += r.objects;
		int status;
		while (left && waitpid(-1, &status, WNOHANG) > 0) {
			assert_int_equal(status, 0);
			left--;
		}
	}
	print_message("%llu objects collected meanwhile\n", (unsigned long long)collected);
	assert_clean(s);
	store_close(s);
}

#define T(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(sweeps_leftovers),
	    T(adds_the_same_at_once),
	    T(collects_beside_builders),
	    T(survives_kills),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
