/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "drv/drv.h"

/*
 * Outputs in the forms that others take: Debian packages, OCI images, root file systems, and the bills
 * of material beside them. Nothing here knows the store: whoever calls says where the trees are. The
 * same trees give the same bytes.
 */

/* A tree that is exported. It stands at /opt/boot-hurd/NAME. */
struct export_tree {
	const char *name;      /* see above */
	const char *path;      /* where it is now */
	struct digest object;  /* SHA-256 of its NAR */
	const struct drv *drv; /* what it was built from; NULL: not known */
	const size_t *needs;   /* the trees that it mentions, by number */
	size_t nneeds;
};

/* What is exported: the trees, the target first, then all that it needs at run time. */
struct export
{
	const struct export_tree *trees;
	size_t n;
};

/*
 * Writes tree I of E as the Debian package FILE, which depends on the packages of what it needs.
 * ERR_UNSAFE: a name that no package can have.
 */
int export_deb(const struct export *e, size_t i, const char *file, struct fault *f);
/* Adds "PACKAGE_VERSION_ARCHITECTURE.deb", the usual name of tree I's package, to RET. */
int export_deb_name(const struct export *e, size_t i, struct buf *ret, struct fault *f);
/* Adds the paragraph that tree I's package has in its control file to RET. */
int export_deb_control(const struct export *e, size_t i, struct buf *ret, struct fault *f);

/*
 * Writes E as an OCI image, a layer a tree: the image layout in the new folder TO, or, with ARCHIVE, that
 * folder as a tar. Readers of both: skopeo, podman, umoci.
 */
int export_oci(const struct export *e, const char *to, bool archive, struct fault *f);

/* Writes E as a root file system: a zstd-compressed tar FILE, or the new folder TO. */
int export_rootfs_tar(const struct export *e, const char *file, struct fault *f);
int export_rootfs_folder(const struct export *e, const char *to, struct fault *f);
/* Returns what /bin/sh of such a root leads to, malloc'd; RET is NULL when no tree has a shell. */
int export_shell(const struct export *e, char **ret, struct fault *f);

/* A node of the graph that was walked to build what is exported. */
struct export_node {
	const struct drv *drv;
	bool known;           /* its output is */
	struct digest object; /* SHA-256 of the output's NAR, when known */
};

/* What a bill of materials is written from. */
struct export_bill {
	const struct export_node *nodes; /* the closure, inputs before users; the target last */
	size_t n;
	const struct export *runtime; /* what the target needs when it runs, itself first */
	const char *file;             /* name of the exported file; NULL: a folder */
	struct digest file_hash;      /* its SHA-256 */
};

/* Adds the bill as SPDX 2.3 (JSON) to RET. */
int export_spdx(const struct export_bill *b, struct buf *ret);
/* Adds the bill as CycloneDX 1.5 (JSON) to RET. */
int export_cyclonedx(const struct export_bill *b, struct buf *ret);

#endif
