/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step PROGRAM N: runs the static PROGRAM N times, each in a sandbox of its own, in the folder ".". */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "sandbox/sandbox.h"

int main(int argc, char **argv)
{
	char *cwd = getcwd(NULL, 0);
	int n = argc > 2 ? atoi(argv[2]) : 1, log = open("/dev/null", O_WRONLY);
	if (argc < 3 || !cwd || log < 0)
		return 1;
	for (int i = 0; i < n; i++) {
		char build[4200], out[4200], root[4200];
		snprintf(build, sizeof build, "%s/build-%d", cwd, i);
		snprintf(out, sizeof out, "%s/out-%d", cwd, i);
		snprintf(root, sizeof root, "%s/root-%d", cwd, i);
		mkdir(build, 0755);
		mkdir(out, 0755);
		mkdir(root, 0755);
		const char *const words[] = {"/opt/boot-hurd/in/program", NULL};
		const char *const env[] = {"PATH=", NULL};
		struct sandbox_bind bind = {argv[1], "/opt/boot-hurd/in/program"};
		struct sandbox_step step = {.argv = words, .dir = "/build", .env = env};
		struct sandbox_plan plan = {.binds = &bind,
					    .nbinds = 1,
					    .build_host = build,
					    .output_host = out,
					    .scratch_host = root,
					    .output = "/opt/boot-hurd/out",
					    .machine = "x86_64",
					    .steps = &step,
					    .nsteps = 1};
		struct sandbox_result r;
		struct fault f = FAULT_INIT;
		if (sandbox_run(&plan, log, &r, &f) < 0 || r.end != SANDBOX_OK) {
			fprintf(stderr, "step: %s\n", f.what);
			return 1;
		}
		file_remove_tree(build, NULL);
		file_remove_tree(out, NULL);
		file_remove_tree(root, NULL);
	}
	free(cwd);
	return 0;
}
