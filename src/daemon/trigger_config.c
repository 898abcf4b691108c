/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/trigger_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "daemon/config_read.h"
#include "json/json.h"

enum {
	GIT_POLL_S = 300,
	PEER_POLL_S = 3600,
	SOURCES_POLL_S = 86400,
	BRANCH_MAX = 200, /* bytes of its name */
	URL_MAX = 1000,
};

/* Returns whether libgit2 can be given URL: it is none of the options and programs that git takes as one. */
static bool is_git_url(const char *url)
{
	static const char *const kinds[] = {"https://", "http://", "git://", "ssh://",
					    "file:///"};
	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c == 0x7f)
			return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncmp(url, kinds[i], strlen(kinds[i])) == 0)
			return strlen(url) <= URL_MAX && url[strlen(kinds[i])];
	return url[0] == '/' && strlen(url) <= URL_MAX;
}

/* Returns whether a branch can be called NAME (git-check-ref-format(1)). */
static bool is_branch(const char *name)
{
	size_t n = strlen(name);
	if (!n || n > BRANCH_MAX || name[0] == '-' || name[0] == '/' || name[n - 1] == '/' ||
	    name[n - 1] == '.' || strstr(name, "..") || strstr(name, "//") ||
	    strstr(name, "@{"))
		return false;
	for (const char *c = name; *c; c++)
		if (*c <= ' ' || *c == 0x7f || strchr("~^:?*[\\", *c))
			return false;
	return true;
}

static int read_git(const struct config_reader *r, const struct json_value *v,
		    struct trigger *t)
{
	int e = config_get_text(r, json_member(v, "git"), "schedule.triggers.git", &t->url);
	if (e == 0)
		e = config_get_text(r, json_member(v, "branch"), "schedule.triggers.branch",
				    &t->branch);
	if (e == 0)
		e = config_get_text(r, json_member(v, "folder"), "schedule.triggers.folder",
				    &t->folder);
	if (e == 0 && !t->branch && !(t->branch = strdup("main")))
		e = -ENOMEM;
	if (e == 0 && !is_git_url(t->url))
		e = config_refuse(
		    r, "schedule.triggers.git",
		    "expected the URL of a git server (https:, ssh:, git:, file:), or "
		    "an absolute path");
	if (e == 0 && !is_branch(t->branch))
		e = config_refuse(r, "schedule.triggers.branch", "this cannot be a branch");
	if (e == 0 && t->folder && !path_is_clean(view_of(t->folder)))
		e = config_refuse(r, "schedule.triggers.folder",
				  "expected a path below the top of the repository");
	if (e == 0 && asprintf(&t->watch, "git %s %s", t->url, t->branch) < 0)
		e = -ENOMEM;
	return e;
}

static int read_peer(const struct config_reader *r, const struct json_value *v,
		     struct trigger *t)
{
	int e = config_get_text(r, json_member(v, "peer"), "schedule.triggers.peer", &t->peer);
	if (e == 0 && asprintf(&t->watch, "peer %s", t->peer) < 0)
		e = -ENOMEM;
	return e;
}

static int read_sources(const struct config_reader *r, const struct json_value *v,
			struct trigger *t)
{
	struct buf b = BUF_INIT;
	int e = config_get_texts(r, json_member(v, "sources"), "schedule.triggers.sources",
				 &t->targets);
	buf_adds(&b, "sources");
	for (size_t i = 0; e == 0 && i < t->targets.n; i++) {
		if (t->targets.items[i][0] == '-')
			e = config_refuse(r, "schedule.triggers.sources",
					  "expected a list of targets; [] is all recipes");
		buf_addf(&b, " %s", t->targets.items[i]);
	}
	t->watch = e == 0 ? buf_detach(&b) : NULL;
	buf_release(&b);
	return e == 0 && !t->watch ? -ENOMEM : e;
}

int config_read_trigger(const struct config_reader *r, const struct json_value *v,
			struct trigger *t)
{
	static const char *const git[] = {"git", "branch", "folder", "poll", NULL};
	static const char *const peer[] = {"peer", "poll", NULL};
	static const char *const sources[] = {"sources", "poll", NULL};
	*t = (struct trigger){.targets = STRLIST_INIT};
	const char *const *names = json_member(v, "git")       ? git
				   : json_member(v, "peer")    ? peer
				   : json_member(v, "sources") ? sources
							       : NULL;
	if (!names)
		return config_refuse(r, "schedule.triggers",
				     "expected objects with \"git\", \"peer\" or \"sources\"");
	t->kind = names == git ? TRIGGER_GIT : names == peer ? TRIGGER_PEER : TRIGGER_SOURCES;
	t->poll_s = names == git ? GIT_POLL_S : names == peer ? PEER_POLL_S : SOURCES_POLL_S;
	int e = config_check_object(r, v, "schedule.triggers", names);
	if (e == 0)
		e = names == git    ? read_git(r, v, t)
		    : names == peer ? read_peer(r, v, t)
				    : read_sources(r, v, t);
	if (e == 0)
		e = config_get_seconds(r, json_member(v, "poll"), "schedule.triggers.poll",
				       &t->poll_s);
	if (e == 0 && t->poll_s < 1)
		e = config_refuse(r, "schedule.triggers.poll", "at least 1 s is expected");
	return e;
}

int trigger_copy(const struct trigger *t, struct trigger *ret)
{
	const struct {
		const char *from;
		char **to;
	} texts[] = {{t->watch, &ret->watch},
		     {t->url, &ret->url},
		     {t->branch, &ret->branch},
		     {t->folder, &ret->folder},
		     {t->peer, &ret->peer}};
	*ret = (struct trigger){.kind = t->kind, .poll_s = t->poll_s, .targets = STRLIST_INIT};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].from && !(*texts[i].to = strdup(texts[i].from)))
			return -ENOMEM;
	int r = 0;
	for (size_t i = 0; r == 0 && i < t->targets.n; i++)
		r = strlist_add(&ret->targets, t->targets.items[i]);
	return r;
}

void trigger_release(struct trigger *t)
{
	free(t->watch);
	free(t->url);
	free(t->branch);
	free(t->folder);
	free(t->peer);
	strlist_release(&t->targets);
	*t = (struct trigger){.targets = STRLIST_INIT};
}

uint64_t trigger_pause(const struct trigger *t, unsigned failures)
{
	uint64_t pause = t->poll_s,
		 most = pause > TRIGGER_PAUSE_MAX_S ? pause : TRIGGER_PAUSE_MAX_S;
	for (unsigned i = 0; i < failures && pause < most; i++)
		pause *= 2;
	return pause < most ? pause : most;
}
