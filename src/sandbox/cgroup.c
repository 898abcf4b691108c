/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/path.h"
#include "base/walk.h"

/*
 * Which groups are ours. Delegated means: the kernel lets us write to it, and it is the uppermost that is so
 * (who is root may write everywhere, so for him only systemd's mark counts). A group that has controllers
 * for its children must hold no process itself, so:
 *
 *     BASE              delegated to us
 *     BASE/supervisor   where we, the engine, are; we move there when we are alone in BASE
 *     BASE/build-N-M    one run each, locked by the engine that made it
 *
 * A process that finds itself in a group of the name "supervisor", put there by a boot-hurdd that started it,
 * takes the group above.
 */
#define SUPERVISOR "supervisor"
#define PREFIX     "build-"

enum {
	TEXT_MAX = 1 << 20, /* bytes of a file of the kernel */
	NAMES = 100,        /* tried for a new group */
	RMDIR_TRIES = 20,
	RMDIR_WAIT_NS = 5000000,
};

/* Returns what the file NAME in folder DIR (NULL: none) holds, malloc'd, or NULL. */
static char *read_text(const char *dir, const char *name)
{
	struct buf b = BUF_INIT;
	FREE_PTR char *path = dir ? path_join(dir, name) : strdup(name);
	char *text =
	    path && file_read(path, TEXT_MAX, &b, NULL) == 0 ? strdup(buf_str(&b)) : NULL;
	buf_release(&b);
	return text;
}

/* Returns whether TEXT has WORD among its words. */
static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = text; (p = strstr(p, word)); p += n)
		if ((p == text || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\n' || !p[n]))
			return true;
	return false;
}

/* Returns whether the file NAME in DIR lists both controllers that are needed. */
static bool has_controllers(const char *dir, const char *name)
{
	FREE_PTR char *text = read_text(dir, name);
	return text && has_word(text, "memory") && has_word(text, "pids");
}

/* Returns where GROUP, as /proc/self/cgroup names it, lies: the mount LINE of mountinfo may show it. Or NULL. */
static char *place_of(char *line, const char *group)
{
	char *save, *field[5] = {NULL};
	if (!strstr(line, " - cgroup2 "))
		return NULL;
	for (int i = 0; i < 5; i++)
		field[i] = strtok_r(i ? NULL : line, " ", &save);
	const char *root = field[3], *at = field[4];
	if (!root || !at || strchr(root, '\\') || strchr(at, '\\'))
		return NULL;
	size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);
	if (strncmp(group, root, n) != 0 || (group[n] && group[n] != '/'))
		return NULL;
	char *dir = NULL;
	return asprintf(&dir, "%s%s", at, strcmp(group + n, "/") == 0 ? "" : group + n) < 0
		   ? NULL
		   : dir;
}

/* Returns the folder of the group that this process is in, malloc'd, or NULL. */
static char *own_group(void)
{
	FREE_PTR char *groups = read_text(NULL, "/proc/self/cgroup");
	FREE_PTR char *mounts = read_text(NULL, "/proc/self/mountinfo");
	char *group = groups ? strstr(groups, "0::/") : NULL, *found = NULL, *save;
	if (!group || !mounts || (group != groups && group[-1] != '\n'))
		return NULL;
	group += 3;
	group[strcspn(group, "\n")] = '\0';
	/* A group that is outside of our namespace of groups. */
	if (strstr(group, "/.."))
		return NULL;
	for (char *line = strtok_r(mounts, "\n", &save); line && !found;
	     line = strtok_r(NULL, "\n", &save))
		found = place_of(line, group);
	return found;
}

static bool may_write(const char *dir, const char *name)
{
	FREE_PTR char *path = path_join(dir, name);
	return path && access(path, W_OK) == 0;
}

/* Returns whether systemd has marked DIR as delegated. */
static bool marked(const char *dir)
{
	char value;
	return (getxattr(dir, "user.delegate", &value, 1) == 1 ||
		getxattr(dir, "trusted.delegate", &value, 1) == 1) &&
	       value == '1';
}

static bool delegated(const char *dir)
{
	if (access(dir, W_OK | X_OK) < 0 || !may_write(dir, "cgroup.procs") ||
	    !may_write(dir, "cgroup.subtree_control"))
		return false;
	return marked(dir) || (geteuid() != 0 && !may_write(dir, "../cgroup.procs"));
}

/* Returns whether no other process is in DIR. */
static bool alone(const char *dir)
{
	char own[24];
	FREE_PTR char *procs = read_text(dir, "cgroup.procs");
	snprintf(own, sizeof own, "%ld\n", (long)getpid());
	return procs && strcmp(procs, own) == 0;
}

/* Finds the base. *RET_MOVE: we are still in it. */
static char *find(bool *ret_move)
{
	char *dir = own_group();
	if (!dir)
		return NULL;
	*ret_move = strcmp(path_base(dir), SUPERVISOR) != 0;
	if (!*ret_move)
		*strrchr(dir, '/') = '\0';
	if (delegated(dir) &&
	    has_controllers(dir, *ret_move ? "cgroup.controllers" : "cgroup.subtree_control") &&
	    (!*ret_move || alone(dir)))
		return dir;
	free(dir);
	return NULL;
}

char *sandbox_cgroup_find(void)
{
	bool move;
	return find(&move);
}

/* Writes TEXT to the file NAME in the folder open as DIR. */
static bool put(int dir, const char *name, const char *text)
{
	CLOSE_FD int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(text);
	return fd >= 0 && write(fd, text, n) == (ssize_t)n;
}

/* Moves us out of the way. Returns whether children of DIR can have limits now. */
static bool move_aside(int dir)
{
	if ((mkdirat(dir, SUPERVISOR, 0755) < 0 && errno != EEXIST) ||
	    !put(dir, SUPERVISOR "/cgroup.procs", "0"))
		return false;
	if (put(dir, "cgroup.subtree_control", "+memory +pids")) {
		/* If it is there, so that /proc/self/cpuset inside names no group above. */
		put(dir, "cgroup.subtree_control", "+cpuset");
		return true;
	}
	put(dir, "cgroup.procs", "0");
	unlinkat(dir, SUPERVISOR, AT_REMOVEDIR);
	return false;
}

/* Removes the groups of engines that were killed: nobody has them locked. */
static void sweep(const char *base, int dir)
{
	struct strlist names = STRLIST_INIT;
	CLOSE_FD int list = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (list >= 0 && dir_names(list, &names) == 0)
		for (size_t i = 0; i < names.n; i++) {
			if (strncmp(names.items[i], PREFIX, strlen(PREFIX)) != 0)
				continue;
			CLOSE_FD int fd =
			    openat(dir, names.items[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (fd >= 0 && lock_fd(fd, LOCK_EX, false) == 0)
				unlinkat(dir, names.items[i], AT_REMOVEDIR);
		}
	strlist_release(&names);
}

/* What was taken, once for the process. */
static struct {
	pthread_once_t once;
	char *base; /* NULL = none */
	int dir;    /* it, open */
} taken = {.once = PTHREAD_ONCE_INIT, .dir = -1};

static void take(void)
{
	bool move;
	char *base = find(&move);
	int dir = base ? open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (dir < 0 || (move && !move_aside(dir))) {
		file_close_fd(&dir);
		free(base);
		return;
	}
	sweep(base, dir);
	taken.base = base;
	taken.dir = dir;
}

const char *sandbox_cgroup_take(void)
{
	pthread_once(&taken.once, take);
	return taken.base;
}

static bool put_number(int dir, const char *name, uint64_t value)
{
	char text[24];
	snprintf(text, sizeof text, "%" PRIu64, value);
	return put(dir, name, text);
}

static bool set_limits(int fd, const struct sandbox_limits *l)
{
	/* All go at once: which one the kernel would choose does not matter. A kernel may have no swap. */
	if (l->memory &&
	    (!put_number(fd, "memory.max", l->memory) || !put(fd, "memory.oom.group", "1") ||
	     (!put(fd, "memory.swap.max", "0") && errno != ENOENT)))
		return false;
	/* Init is not counted. */
	return !l->processes || put_number(fd, "pids.max", l->processes + 1);
}

/* Makes the group G->name. Returns whether that is done; else another name may do. */
static bool make(struct cgroup *g, const struct sandbox_limits *l)
{
	if (mkdirat(taken.dir, g->name, 0755) < 0)
		return false;
	g->fd = openat(taken.dir, g->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Who sweeps may have been faster: then nothing can be written there. */
	if (g->fd >= 0 && lock_fd(g->fd, LOCK_EX, false) == 0 && set_limits(g->fd, l))
		return true;
	file_close_fd(&g->fd);
	unlinkat(taken.dir, g->name, AT_REMOVEDIR);
	return false;
}

void cgroup_start(struct cgroup *ret, const struct sandbox_limits *l)
{
	static unsigned made;
	*ret = (struct cgroup)CGROUP_INIT;
	if ((!l->memory && !l->processes) || !sandbox_cgroup_take())
		return;
	for (int i = 0; i < NAMES; i++) {
		snprintf(ret->name, sizeof ret->name, PREFIX "%ld-%u", (long)getpid(),
			 __atomic_fetch_add(&made, 1, __ATOMIC_RELAXED));
		if (make(ret, l) || errno == EACCES || errno == EPERM || errno == EAGAIN)
			return;
	}
}

/* Returns the number behind KEY in the file NAME of G; 0 when it cannot be read. */
static uint64_t event(const struct cgroup *g, const char *name, const char *key)
{
	char text[512];
	CLOSE_FD int fd = openat(g->fd, name, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	size_t n = strlen(key);
	text[got > 0 ? got : 0] = '\0';
	for (const char *p = text; *p;) {
		if (strncmp(p, key, n) == 0 && p[n] == ' ')
			return strtoull(p + n, NULL, 10);
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return 0;
}

enum sandbox_end cgroup_look(const struct cgroup *g, const struct sandbox_limits *l,
			     char *detail, size_t n)
{
	if (g->fd < 0)
		return SANDBOX_OK;
	/* "oom": by this limit; "oom_kill" alone: the machine, or a group above, had no more. */
	if (l->memory && event(g, "memory.events", "oom") &&
	    event(g, "memory.events", "oom_kill")) {
		snprintf(detail, n, "the limit is %" PRIu64 " MiB, which the kernel enforced",
			 l->memory >> 20);
		return SANDBOX_MEMORY;
	}
	if (l->processes && event(g, "pids.events", "max")) {
		snprintf(detail, n, "the limit is %" PRIu64 ", which the kernel enforced",
			 l->processes);
		return SANDBOX_PROCESSES;
	}
	return SANDBOX_OK;
}

void cgroup_stop(struct cgroup *g)
{
	const struct timespec wait = {0, RMDIR_WAIT_NS};
	if (g->fd < 0)
		return;
	/* The last process may be on its way out still. What stays is swept. */
	for (int i = 0; i < RMDIR_TRIES && unlinkat(taken.dir, g->name, AT_REMOVEDIR) < 0 &&
			errno == EBUSY;
	     i++)
		nanosleep(&wait, NULL);
	file_close_fd(&g->fd);
}
