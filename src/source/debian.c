/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/debian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/vec.h"
#include "source/apt.h"
#include "source/source.h"

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
	CLOSE_FD int in = out[0];
	if (r == 0) {
		int status;
		r = file_read_fd(in, 16 << 20, ret);
		file_close_fd(&in); /* it may block on a full pipe */
		in = -1;
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (r == 0 && status != 0)
			r = ERR_CONFIG;
	}
	return r;
}

/* Adds the archives that `apt-get indextargets` names: those whose lists have been fetched. */
static int from_targets(struct strlist *ret)
{
	char *argv[] = {(char[]){"apt-get"}, (char[]){"indextargets"}, (char[]){"--format"},
			(char[]){"$(REPO_URI)"}, NULL};
	struct buf text = BUF_INIT;
	int r = run(argv, &text);
	if (r == 0)
		r = apt_archives_of_targets(buf_view(&text), ret);
	buf_release(&text);
	return r;
}

/* Adds the archives that `apt-get update` would ask: this needs no lists, as on a machine that never ran it. */
static int from_update(struct strlist *ret)
{
	char *argv[] = {(char[]){"apt-get"}, (char[]){"update"}, (char[]){"--print-uris"},
			NULL};
	struct buf text = BUF_INIT;
	int r = run(argv, &text);
	if (r == 0)
		r = apt_archives_of_update(buf_view(&text), ret);
	buf_release(&text);
	return r;
}

/* Lists the archives, in apt's order, each once. */
static int list_archives(struct strlist *ret)
{
	int r = from_targets(ret);
	return r < 0 || ret->n ? r : from_update(ret);
}

int debian_proxy(const char *url, char **ret)
{
	char *argv[] = {(char[]){"apt-config"}, (char[]){"dump"},    (char[]){"--format"},
			(char[]){"%f %v%n"},    (char[]){"Acquire"}, NULL};
	struct buf text = BUF_INIT;
	struct view found = {NULL, 0};
	size_t scheme = strcspn(url, ":");
	const char *host = url + scheme + strspn(url + scheme, ":/");
	int host_len = (int)strcspn(host, ":/");
	*ret = NULL;
	int r = run(argv, &text);
	/* As apt does: https falls back on what is set for http; a host's own setting comes first. */
	const char *const schemes[] = {strncmp(url, "https:", 6) == 0 ? "https" : "http",
				       "http"};
	for (int i = 0; r == 0 && i < 2 && !found.len; i++) {
		char name[400];
		snprintf(name, sizeof name, "Acquire::%s::Proxy::%.*s", schemes[i],
			 host_len < 300 ? host_len : 300, host);
		found = apt_setting(buf_view(&text), name);
		snprintf(name, sizeof name, "Acquire::%s::Proxy", schemes[i]);
		if (!found.len)
			found = apt_setting(buf_view(&text), name);
	}
	if (r == 0 && found.len) {
		*ret = view_is(found, "DIRECT") ? strdup("") : strndup(found.ptr, found.len);
		r = *ret ? 0 : -ENOMEM;
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
	if (r < 0) {
		strlist_release(&urls);
		if (r == -ENOMEM)
			return fault_set(f, r, "debian:%s:", pool_path);
		fault_set(f, ERR_CONFIG,
			  "debian:%s: cannot ask apt-get where the archive is: %s", pool_path,
			  r == ERR_CONFIG ? "it failed" : strerror(-r));
		fault_hint(f, "debian: sources need a working apt, or a mirror in the recipe");
		return ERR_CONFIG;
	}
	if (urls.n == 0) {
		fault_set(f, ERR_CONFIG, "debian:%s: apt's configuration names no archive",
			  pool_path);
		fault_hint(f,
			   "add a 'deb' line to /etc/apt/sources.list and run apt-get update");
		return ERR_CONFIG;
	}
	*ret = urls.items;
	return 0;
}
