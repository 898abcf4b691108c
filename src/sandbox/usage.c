/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/usage.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/vec.h"
#include "base/walk.h"
#include "sandbox/internal.h"

/* A folder that is being surveyed, and which of its folders are still to be walked. */
struct level {
	dev_t dev;
	ino_t ino;
	struct strlist folders;
	size_t next;
};

/*
 * A walk of its own, unlike base/walk.h: what cannot be read, or vanishes while it is looked at, makes the sum
 * less exact and ends nothing.
 */
struct survey {
	struct usage sum;
	struct level *levels; /* from the top to the current folder */
	size_t n, room;
	int fd; /* of the current folder */
};

/* Notes that the walk is not exact: the worse state stays. */
static void worsen(struct usage *u, enum usage_state s)
{
	if (s > u->state)
		u->state = s;
}

/* Notes what error E, of something that was there a moment ago, means. */
static void note_error(struct usage *u, int e)
{
	if (e == EACCES || e == EPERM)
		worsen(u, USAGE_UNREADABLE);
	else if (e == ELOOP || e == ENOTDIR)
		worsen(u, USAGE_CHANGED);
	else if (e != ENOENT)
		worsen(u, USAGE_FAILED);
}

static uint64_t bytes_of(const struct stat *st)
{
	uint64_t n = (uint64_t)st->st_blocks * 512;
	return S_ISDIR(st->st_mode) || st->st_nlink < 2 ? n : n / st->st_nlink;
}

/* Counts what the folder open as FD holds, and lists its folders. */
static void count_folder(struct usage *u, int fd, struct strlist *folders)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		if (copy >= 0)
			close(copy);
		worsen(u, USAGE_FAILED);
		return;
	}
	const char *name = "";
	int r;
	while ((r = dir_next(d, &name)) > 0) {
		struct stat st;
		if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			note_error(u, errno);
			continue;
		}
		u->bytes += bytes_of(&st);
		if (S_ISDIR(st.st_mode) && strlist_add(folders, name) < 0)
			worsen(u, USAGE_FAILED);
	}
	if (r < 0)
		note_error(u, -r);
	closedir(d);
}

/* Enters the folder that is open as FD (taken over). */
static void enter(struct survey *w, int fd)
{
	struct stat st;
	if (w->n == w->room) {
		size_t room = w->room ? w->room * 2 : 64;
		struct level *more = realloc(w->levels, room * sizeof *more);
		if (more) {
			w->levels = more;
			w->room = room;
		}
	}
	if (w->n == w->room || fstat(fd, &st) < 0) {
		worsen(&w->sum, USAGE_FAILED);
		close(fd);
		return;
	}
	struct level *l = &w->levels[w->n++];
	*l = (struct level){st.st_dev, st.st_ino, STRLIST_INIT, 0};
	file_close_fd(&w->fd);
	w->fd = fd;
	count_folder(&w->sum, fd, &l->folders);
}

/* Goes back to the folder above. False: it is not there any more. */
static bool leave(struct survey *w)
{
	struct stat st;
	strlist_release(&w->levels[--w->n].folders);
	if (w->n == 0)
		return true;
	int fd = openat(w->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct level *l = &w->levels[w->n - 1];
	bool same =
	    fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == l->dev && st.st_ino == l->ino;
	file_close_fd(&w->fd);
	w->fd = fd;
	return same;
}

/* Measures as whoever this process is. */
static struct usage walk(const char *path)
{
	struct survey w = {.fd = -1};
	struct stat st;
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	if (lstat(path, &st) < 0) {
		note_error(&w.sum, errno);
		return w.sum;
	}
	w.sum.bytes = bytes_of(&st);
	if (!S_ISDIR(st.st_mode))
		return w.sum;
	int fd = open(path, flags);
	if (fd < 0)
		note_error(&w.sum, errno);
	else
		enter(&w, fd);
	while (w.n) {
		struct level *l = &w.levels[w.n - 1];
		if (l->next < l->folders.n) {
			fd = openat(w.fd, l->folders.items[l->next++], flags);
			if (fd < 0)
				note_error(&w.sum, errno);
			else
				enter(&w, fd);
		} else if (!leave(&w)) {
			worsen(&w.sum, USAGE_CHANGED);
			break;
		}
	}
	while (w.n)
		strlist_release(&w.levels[--w.n].folders);
	free(w.levels);
	file_close_fd(&w.fd);
	return w.sum;
}

struct usage usage_measure(const char *path, int user_ns)
{
	struct usage u = walk(path);
	int p[2];
	if (u.state != USAGE_UNREADABLE || user_ns < 0 || pipe2(p, O_CLOEXEC) < 0)
		return u;
	pid_t pid = fork();
	if (pid == 0) {
		if (setns(user_ns, CLONE_NEWUSER) < 0)
			_exit(1);
		u = walk(path);
		_exit(write(p[1], &u, sizeof u) != (ssize_t)sizeof u);
	}
	close(p[1]);
	struct usage got;
	if (pid > 0 && read(p[0], &got, sizeof got) == (ssize_t)sizeof got)
		u = got;
	close(p[0]);
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return u;
}

/*
 * Notes error E of a process or descriptor, which may have ended meanwhile; 0 = none. While the kernel puts a new
 * program into a process, that one belongs to root.
 */
static void note_gone(struct usage *u, int e)
{
	if (e == EACCES || e == EPERM)
		worsen(u, USAGE_HIDDEN);
	else if (e && e != ENOENT && e != ESRCH)
		worsen(u, USAGE_FAILED);
}

/*
 * Returns whether process NAME is ending, or has ended: its folder of descriptors is then root's, and what it
 * held open is given back.
 */
static bool is_ending(int proc, const char *name)
{
	enum { EXITING = 4 }; /* of the flags that proc_pid_stat(5) lists */
	char path[280], text[512], state;
	unsigned flags;
	snprintf(path, sizeof path, "%s/stat", name);
	if (!sandbox_watch_read(proc, path, text, sizeof text))
		return errno == ENOENT || errno == ESRCH;
	/* Its name, in brackets, may hold anything. */
	const char *at = strrchr(text, ')');
	return at && sscanf(at, ") %c %*d %*d %*d %*d %*d %u", &state, &flags) == 2 &&
	       (state == 'Z' || state == 'X' || flags & EXITING);
}

/* Adds what is open in the folder of descriptors FD, of device DEV, without a name; SEEN are counted. */
static void add_unlinked(struct usage *u, DIR *fds, uint64_t dev, ino_t **seen, size_t *nseen)
{
	const char *name = "";
	int r;
	while ((r = dir_next(fds, &name)) > 0) {
		struct stat st;
		if (fstatat(dirfd(fds), name, &st, 0) < 0) {
			note_gone(u, errno);
			continue;
		}
		if (!S_ISREG(st.st_mode) || st.st_nlink || st.st_dev != dev)
			continue;
		size_t i = 0;
		while (i < *nseen && (*seen)[i] != st.st_ino)
			i++;
		if (i < *nseen)
			continue;
		ino_t *more = realloc(*seen, (*nseen + 1) * sizeof *more);
		if (!more) {
			worsen(u, USAGE_FAILED);
			return;
		}
		*seen = more;
		more[(*nseen)++] = st.st_ino;
		u->bytes += (uint64_t)st.st_blocks * 512;
	}
	note_gone(u, -r);
}

struct usage usage_unlinked(int proc, uint64_t dev)
{
	struct usage u = {USAGE_EXACT, 0};
	ino_t *seen = NULL;
	size_t nseen = 0;
	int copy = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		if (copy >= 0)
			close(copy);
		return (struct usage){USAGE_FAILED, 0};
	}
	const char *name = "";
	int r;
	while ((r = dir_next(d, &name)) > 0) {
		char path[280];
		if (*name < '1' || *name > '9')
			continue;
		snprintf(path, sizeof path, "%s/fd", name);
		int fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		DIR *fds = fd < 0 ? NULL : fdopendir(fd);
		if (fds) {
			add_unlinked(&u, fds, dev, &seen, &nseen);
			closedir(fds);
			continue;
		}
		int e = errno;
		if (e != EACCES || !is_ending(proc, name))
			note_gone(&u, e);
		file_close_fd(&fd);
	}
	note_gone(&u, -r);
	closedir(d);
	free(seen);
	return u;
}
