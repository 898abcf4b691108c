/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"

/*
 * debian: URIs, resolved by apt itself: `apt-get indextargets` prints where each archive in the
 * machine's configuration lies (apt-get(8)), whatever form that configuration has.
 */

extern char **environ;

/* Runs ARGV and adds its standard output to RET. */
static int run(char *const *argv, struct buf *ret)
{
	int out[2];
	pid_t pid;
	posix_spawn_file_actions_t actions;
	if (pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	int r = -posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	if (r == 0) {
		int status;
		r = file_read_fd(out[0], 16 << 20, ret);
		if (r < 0)
			close(out[0]); /* it may block on a full pipe */
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (r == 0 && status != 0)
			r = ERR_CONFIG;
		if (r < 0)
			return r;
	}
	close(out[0]);
	return r;
}

/* Adds the archive at URI, once, when it is of a kind that can be fetched. */
static int add_archive(struct strlist *list, struct view uri)
{
	static const char *const kinds[] = {"http:", "https:", "file:"};
	/* mirror+http: and the like name the way to the list, not the archive; leave them to apt. */
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t n = strlen(kinds[i]);
		if (uri.len <= n || memcmp(uri.ptr, kinds[i], n) != 0)
			continue;
		FREE_PTR char *text = strndup(uri.ptr, uri.len);
		for (size_t k = 0; text && k < list->n; k++)
			if (strcmp(list->items[k], text) == 0)
				return 0;
		return text ? strlist_add(list, text) : -ENOMEM;
	}
	return 0;
}

/* Lists the archives, in apt's order, each once. */
static int list_archives(struct strlist *ret)
{
	char *argv[] = {(char[]){"apt-get"}, (char[]){"indextargets"}, (char[]){"--format"},
			(char[]){"$(REPO_URI)"}, NULL};
	struct buf text = BUF_INIT;
	int r = run(argv, &text);
	for (const char *p = buf_str(&text); r == 0 && *p;) {
		size_t n = strcspn(p, "\n");
		r = add_archive(ret, (struct view){p, n});
		p += n + (p[n] == '\n');
	}
	buf_release(&text);
	return r;
}

int source_debian_urls(const char *pool_path, char ***ret, struct fault *f)
{
	struct strlist archives = STRLIST_INIT, urls = STRLIST_INIT;
	if (!path_is_clean(view_of(pool_path)))
		return fault_set(f, ERR_SYNTAX, "debian:%s is not a path below pool/main",
				 pool_path);
	int r = list_archives(&archives);
	for (size_t i = 0; r == 0 && i < archives.n; i++) {
		size_t n = strlen(archives.items[i]);
		r = strlist_addf(&urls, "%s%spool/main/%s", archives.items[i],
				 n && archives.items[i][n - 1] == '/' ? "" : "/", pool_path);
	}
	strlist_release(&archives);
	if (r < 0 || urls.n == 0) {
		strlist_release(&urls);
		fault_set(f, ERR_CONFIG, "apt's configuration names no archive");
		fault_hint(f,
			   "add a 'deb' line to /etc/apt/sources.list and run apt-get update");
		return ERR_CONFIG;
	}
	*ret = urls.items;
	return 0;
}
