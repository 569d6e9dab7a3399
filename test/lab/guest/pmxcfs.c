/*
 * Stands for pmxcfs: shows a plain directory at /etc/pve the way pmxcfs shows its database.
 *
 *   pmxcfs BACKING MOUNTPOINT
 *
 * What a reader of /etc/pve can tell from the real one is imitated (pve-cluster src/pmxcfs: pmxcfs.c
 * cfs_fuse_getattr, cfs-plug-memdb.c, cfs-plug-link.c):
 *  - `/dev/fuse /etc/pve fuse rw,...,default_permissions,allow_other` in the mount table
 *  - modes: directories and symlinks 0755, files 0640, nothing for others below priv/ (0700, 0600);
 *    without quorum every write bit is gone, on symlinks too: lstat(local) is how PVE itself looks
 *  - owner root:www-data (gid 33), direct I/O, no caching of attributes
 *  - a lock that it holds as long as it runs, which /proc/locks shows (pmxcfs.c lockfile)
 * The cluster is without quorum while BACKING.no-quorum exists; writes then fail with EACCES.
 */
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define GID_WWW_DATA 33

static const char *backing;
static char no_quorum[PATH_MAX];

static int quorate(void) { return access(no_quorum, F_OK) != 0; }

struct where { char path[PATH_MAX]; };
static struct where at(const char *path)
{
	struct where w;
	snprintf(w.path, sizeof w.path, "%s%s", backing, path);
	return w;
}

static int is_private(const char *path)
{
	return !strncmp(path, "/priv", 5) && (path[5] == 0 || path[5] == '/');
}

static int fs_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
	(void)fi;
	if (lstat(at(path).path, st))
		return -errno;
	mode_t shown = S_ISREG(st->st_mode) ? 0640 : 0755;
	if (is_private(path))
		shown &= 0700;
	if (!quorate())
		shown &= ~0222;
	st->st_mode = (st->st_mode & S_IFMT) | shown;
	st->st_uid = 0;
	st->st_gid = GID_WWW_DATA;
	return 0;
}

static int fs_readlink(const char *path, char *buf, size_t size)
{
	ssize_t n = readlink(at(path).path, buf, size - 1);
	if (n < 0)
		return -errno;
	buf[n] = 0;
	return 0;
}

static int fs_readdir(const char *path, void *buf, fuse_fill_dir_t fill, off_t off,
		      struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
	(void)off; (void)fi; (void)flags;
	DIR *dir = opendir(at(path).path);
	if (!dir)
		return -errno;
	for (struct dirent *e; (e = readdir(dir));)
		fill(buf, e->d_name, NULL, 0, 0);
	closedir(dir);
	return 0;
}

static int fs_open(const char *path, struct fuse_file_info *fi)
{
	if ((fi->flags & O_ACCMODE) != O_RDONLY && !quorate())
		return -EACCES;
	int fd = open(at(path).path, fi->flags & ~O_CREAT);
	if (fd < 0)
		return -errno;
	fi->fh = fd;
	fi->direct_io = 1;
	return 0;
}

static int fs_create(const char *path, mode_t mode, struct fuse_file_info *fi)
{
	(void)mode;
	if (!quorate())
		return -EACCES;
	int fd = open(at(path).path, O_RDWR | O_CREAT | O_TRUNC, 0640);
	if (fd < 0)
		return -errno;
	fi->fh = fd;
	fi->direct_io = 1;
	return 0;
}

static int fs_read(const char *path, char *buf, size_t size, off_t off, struct fuse_file_info *fi)
{
	(void)path;
	ssize_t n = pread(fi->fh, buf, size, off);
	return n < 0 ? -errno : n;
}

static int fs_write(const char *path, const char *buf, size_t size, off_t off, struct fuse_file_info *fi)
{
	(void)path;
	ssize_t n = pwrite(fi->fh, buf, size, off);
	return n < 0 ? -errno : n;
}

static int fs_release(const char *path, struct fuse_file_info *fi)
{
	(void)path;
	return close(fi->fh);
}

static int changed(int failed) { return failed ? -errno : 0; }

static int fs_truncate(const char *path, off_t size, struct fuse_file_info *fi)
{
	(void)fi;
	return quorate() ? changed(truncate(at(path).path, size)) : -EACCES;
}
static int fs_mkdir(const char *path, mode_t mode)
{
	(void)mode;
	return quorate() ? changed(mkdir(at(path).path, 0755)) : -EACCES;
}
static int fs_rmdir(const char *path) { return quorate() ? changed(rmdir(at(path).path)) : -EACCES; }
static int fs_unlink(const char *path) { return quorate() ? changed(unlink(at(path).path)) : -EACCES; }
static int fs_rename(const char *from, const char *to, unsigned flags)
{
	(void)flags;
	return quorate() ? changed(rename(at(from).path, at(to).path)) : -EACCES;
}
static int fs_utimens(const char *path, const struct timespec tv[2], struct fuse_file_info *fi)
{
	(void)fi;
	return quorate() ? changed(utimensat(AT_FDCWD, at(path).path, tv, AT_SYMLINK_NOFOLLOW)) : -EACCES;
}

static void *fs_init(struct fuse_conn_info *conn, struct fuse_config *config)
{
	(void)conn;
	config->attr_timeout = config->entry_timeout = config->negative_timeout = 0;
	return NULL;
}

static const struct fuse_operations operations = {
	.init = fs_init, .getattr = fs_getattr, .readlink = fs_readlink, .readdir = fs_readdir,
	.open = fs_open, .create = fs_create, .read = fs_read, .write = fs_write, .release = fs_release,
	.truncate = fs_truncate, .mkdir = fs_mkdir, .rmdir = fs_rmdir, .unlink = fs_unlink,
	.rename = fs_rename, .utimens = fs_utimens,
};

int main(int argc, char **argv)
{
	if (argc != 3 || !(backing = realpath(argv[1], NULL))) {
		fprintf(stderr, "usage: pmxcfs BACKING MOUNTPOINT\n");
		return 1;
	}
	snprintf(no_quorum, sizeof no_quorum, "%s.no-quorum", backing);
	char lock[PATH_MAX];
	snprintf(lock, sizeof lock, "%s.lock", backing);
	if (flock(open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600), LOCK_EX | LOCK_NB) != 0) {
		perror(lock);
		return 1;
	}
	char *args[] = { argv[0], "-s", "-o", "default_permissions,allow_other,fsname=/dev/fuse", argv[2], NULL };
	return fuse_main(5, args, &operations, NULL);
}
