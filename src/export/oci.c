/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export/export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/inside.h"
#include "base/path.h"
#include "hash/sha256.h"
#include "json/write.h"
#include "source/pack.h"

/*
 * An OCI image layout (image-spec 1.0): oci-layout, index.json, and blobs/sha256/HEX of the manifest, the
 * configuration and the layers. Layers are tars without compression: their bytes are then the same with
 * every version of every compressor, and who copies the image compresses them as it likes.
 */
#define OCI "application/vnd.oci.image."
static const char TIME[] = "1970-01-01T00:00:01Z";

/* A blob of the image. */
struct blob {
	char hex[DIGEST_HEX + 1]; /* SHA-256 */
	uint64_t size;            /* bytes */
};

/* An image that is being written. */
struct image {
	const struct export *e;
	const char *folder;  /* of the layout */
	char *blobs;         /* FOLDER/blobs/sha256; owned */
	char *shell;         /* what /bin/sh leads to, or NULL; owned */
	struct blob *layers; /* as E's trees; owned */
};

/* Moves the file FROM to where its hash says. */
static int keep_blob(struct image *m, const char *from, struct blob *ret, struct fault *f)
{
	struct digest d;
	unsigned long long size = 0;
	int r = sha256_file(from, &d, &size, f);
	if (r < 0)
		return r;
	digest_hex(&d, ret->hex);
	ret->size = size;
	FREE_PTR char *to = path_join(m->blobs, ret->hex);
	if (!to)
		return fault_set(f, -ENOMEM, "cannot write the image:");
	return rename(from, to) < 0 ? fault_set(f, -errno, "cannot write %s:", to) : 0;
}

static int text_blob(struct image *m, struct view text, struct blob *ret, struct fault *f)
{
	FREE_PTR char *aside = path_join(m->folder, "blob");
	if (!aside)
		return fault_set(f, -ENOMEM, "cannot write the image:");
	int r = file_write_atomic(aside, text.ptr, text.len, 0644, f);
	return r < 0 ? r : keep_blob(m, aside, ret, f);
}

/* Writes the layer of tree I. The target's has /bin/sh, too. */
static int layer(struct image *m, size_t i, struct fault *f)
{
	const struct export_tree *t = &m->e->trees[i];
	struct pack *p = NULL;
	FREE_PTR char *aside = path_join(m->folder, "layer");
	FREE_PTR char *name = path_join(&INSIDE_PREFIX[1], t->name);
	if (!aside || !name)
		return fault_set(f, -ENOMEM, "cannot write the image:");
	int r = pack_open(aside, PACK_TAR, &p, f);
	if (r == 0 && i == 0 && m->shell)
		r = pack_folder(p, "bin", f);
	if (r == 0 && i == 0 && m->shell)
		r = pack_link(p, "bin/sh", m->shell, f);
	if (r == 0)
		r = pack_folder(p, "opt", f);
	if (r == 0)
		r = pack_folder(p, &INSIDE_PREFIX[1], f);
	if (r == 0)
		r = pack_tree(p, t->path, name, f);
	if (r == 0)
		r = pack_commit(p, f);
	pack_free(p);
	return r < 0 ? r : keep_blob(m, aside, &m->layers[i], f);
}

static const char *architecture(const struct export *e)
{
	const struct drv *d = e->trees[0].drv;
	return d && strcmp(d->system, "x86_64-linux") == 0 ? "amd64" : "386";
}

/* Adds the array NAME of the layers, what the target needs first, as ITEM writes each. */
static void put_layers(const struct image *m, struct buf *b, const char *name,
		       void (*item)(struct buf *b, const struct image *m, size_t i))
{
	json_open_array(b, name);
	for (size_t i = m->e->n; i-- > 0;)
		item(b, m, i);
	json_close_array(b);
}

/* Adds the member NAME: the digest HEX as OCI spells it. */
static void put_digest(struct buf *b, const char *name, const char *hex)
{
	char text[7 + DIGEST_HEX + 1];
	snprintf(text, sizeof text, "sha256:%s", hex);
	json_put(b, name, text);
}

/* Adds the descriptor of a blob, TYPE being its media type. */
static void put_blob(struct buf *b, const char *name, const struct blob *blob, const char *type)
{
	json_open(b, name);
	put_digest(b, "digest", blob->hex);
	json_put(b, "mediaType", type);
	json_put_number(b, "size", blob->size);
	json_close(b);
}

static void add_diff_id(struct buf *b, const struct image *m, size_t i)
{
	put_digest(b, NULL, m->layers[i].hex);
}

static void add_history(struct buf *b, const struct image *m, size_t i)
{
	char nix[DIGEST_NIX32 + 1], comment[DIGEST_NIX32 + 32];
	digest_nix32(&m->e->trees[i].object, nix);
	snprintf(comment, sizeof comment, "NAR SHA-256 %s", nix);
	json_open(b, NULL);
	json_put(b, "comment", comment);
	json_put(b, "created", TIME);
	json_put(b, "created_by", m->e->trees[i].name);
	json_close(b);
}

static void add_layer(struct buf *b, const struct image *m, size_t i)
{
	put_blob(b, NULL, &m->layers[i], OCI "layer.v1.tar");
}

static int write_config(struct image *m, struct blob *ret, struct fault *f)
{
	struct buf b = BUF_INIT, path = BUF_INIT;
	buf_adds(&path, "PATH=");
	for (size_t i = 0; i < m->e->n; i++)
		buf_addf(&path, INSIDE_PREFIX "/%s/bin:", m->e->trees[i].name);
	buf_adds(&path, "/bin");
	json_open(&b, NULL);
	json_put(&b, "architecture", architecture(m->e));
	json_open(&b, "config");
	if (m->shell) {
		json_open_array(&b, "Cmd");
		json_put(&b, NULL, "/bin/sh");
		json_close_array(&b);
	}
	json_open_array(&b, "Env");
	json_put_string(&b, NULL, buf_view(&path));
	json_close_array(&b);
	json_close(&b);
	json_put(&b, "created", TIME);
	put_layers(m, &b, "history", add_history);
	json_put(&b, "os", "linux");
	json_open(&b, "rootfs");
	put_layers(m, &b, "diff_ids", add_diff_id);
	json_put(&b, "type", "layers");
	json_close(&b);
	json_close(&b);
	int r = buf_failed(&b) < 0 || buf_failed(&path) < 0
		    ? fault_set(f, -ENOMEM, "cannot write the image:")
		    : text_blob(m, buf_view(&b), ret, f);
	buf_release(&b);
	buf_release(&path);
	return r;
}

/* Adds one annotation when there is something to say. */
static void annotate(struct buf *b, const char *name, const char *value)
{
	char full[64];
	snprintf(full, sizeof full, "org.opencontainers.image.%s", name);
	if (value && *value)
		json_put(b, full, value);
}

static int write_manifest(struct image *m, const struct blob *config, struct blob *ret,
			  struct fault *f)
{
	struct buf b = BUF_INIT;
	const struct export_tree *t = &m->e->trees[0];
	json_open(&b, NULL);
	json_open(&b, "annotations");
	if (t->drv) {
		annotate(&b, "description", t->drv->meta.summary);
		annotate(&b, "licenses", t->drv->meta.license);
		annotate(&b, "version", t->drv->meta.version);
	}
	annotate(&b, "title", t->name);
	json_close(&b);
	put_blob(&b, "config", config, OCI "config.v1+json");
	put_layers(m, &b, "layers", add_layer);
	json_put(&b, "mediaType", OCI "manifest.v1+json");
	json_put_number(&b, "schemaVersion", 2);
	json_close(&b);
	int r = buf_failed(&b) < 0 ? fault_set(f, -ENOMEM, "cannot write the image:")
				   : text_blob(m, buf_view(&b), ret, f);
	buf_release(&b);
	return r;
}

/* Writes index.json and oci-layout. */
static int write_index(struct image *m, const struct blob *manifest, struct fault *f)
{
	struct buf b = BUF_INIT, layout = BUF_INIT;
	FREE_PTR char *index = path_join(m->folder, "index.json");
	FREE_PTR char *mark = path_join(m->folder, "oci-layout");
	json_open(&layout, NULL);
	json_put(&layout, "imageLayoutVersion", "1.0.0");
	json_close(&layout);
	json_open(&b, NULL);
	json_open_array(&b, "manifests");
	json_open(&b, NULL);
	json_open(&b, "annotations");
	annotate(&b, "ref.name", m->e->trees[0].name);
	json_close(&b);
	put_digest(&b, "digest", manifest->hex);
	json_put(&b, "mediaType", OCI "manifest.v1+json");
	json_open(&b, "platform");
	json_put(&b, "architecture", architecture(m->e));
	json_put(&b, "os", "linux");
	json_close(&b);
	json_put_number(&b, "size", manifest->size);
	json_close(&b);
	json_close_array(&b);
	json_put(&b, "mediaType", OCI "index.v1+json");
	json_put_number(&b, "schemaVersion", 2);
	json_close(&b);
	int r = !index || !mark || buf_failed(&b) < 0 || buf_failed(&layout) < 0
		    ? fault_set(f, -ENOMEM, "cannot write the image:")
		    : file_write_atomic(index, b.ptr, b.len, 0644, f);
	if (r == 0)
		r = file_write_atomic(mark, layout.ptr, layout.len, 0644, f);
	buf_release(&b);
	buf_release(&layout);
	return r;
}

/* Writes the layout into the folder that M names. */
static int write_layout(struct image *m, struct fault *f)
{
	struct blob config = {.size = 0}, manifest = {.size = 0};
	m->blobs = path_join(m->folder, "blobs/sha256");
	m->layers = calloc(m->e->n, sizeof *m->layers);
	if (!m->blobs || !m->layers)
		return fault_set(f, -ENOMEM, "cannot write the image:");
	int r = file_mkdirs(m->blobs, f);
	if (r == 0)
		r = export_shell(m->e, &m->shell, f);
	for (size_t i = 0; r == 0 && i < m->e->n; i++)
		r = layer(m, i, f);
	if (r == 0)
		r = write_config(m, &config, f);
	if (r == 0)
		r = write_manifest(m, &config, &manifest, f);
	return r < 0 ? r : write_index(m, &manifest, f);
}

/* Packs the layout FOLDER as the tar FILE. */
static int pack_layout(const char *folder, const char *file, struct fault *f)
{
	static const char *const names[] = {"blobs", "index.json", "oci-layout"};
	struct pack *p = NULL;
	int r = pack_open(file, PACK_TAR, &p, f);
	for (size_t i = 0; r == 0 && i < sizeof names / sizeof *names; i++) {
		FREE_PTR char *from = path_join(folder, names[i]);
		r = from ? pack_tree(p, from, names[i], f) : -ENOMEM;
	}
	if (r == 0)
		r = pack_commit(p, f);
	pack_free(p);
	return r;
}

int export_oci(const struct export *e, const char *to, bool archive, struct fault *f)
{
	FREE_PTR char *aside = NULL;
	if (asprintf(&aside, "%s.layout", to) < 0)
		return fault_set(f, -ENOMEM, "cannot write the image:");
	struct image m = {.e = e, .folder = aside};
	int r = archive ? 0 : file_exists(to, f);
	if (r > 0)
		return fault_set(f, ERR_EXISTS, "%s is there already", to);
	if (r == 0)
		r = file_remove_tree(aside, f);
	if (r == 0)
		r = write_layout(&m, f);
	if (r == 0 && archive)
		r = pack_layout(aside, to, f);
	else if (r == 0 && rename(aside, to) < 0)
		r = fault_set(f, -errno, "cannot make %s:", to);
	if (r < 0 || archive)
		file_remove_tree(aside, NULL);
	free(m.blobs);
	free(m.shell);
	free(m.layers);
	return r;
}
