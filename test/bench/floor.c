/*
 * The floor: what a check read and ran, by a list that was taken from a recording of it, and nothing else. Nothing is kept or
 * understood. `floor LIST`; a line is a letter, a tab and a path (F file, D directory, L link, S lstat, O the open files of a
 * process), or C and the words of a command, each after a tab; 1 and 2 stand for tabs and line ends in them.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char buffer[1 << 16];
static char *environment[] = {"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};

static void drain(int fd) {
	while (read(fd, buffer, sizeof buffer) > 0) {
	}
	close(fd);
}

static void read_file(const char *path) {
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) drain(fd);
}

static void read_directory(const char *path) {
	DIR *directory = opendir(path);
	if (directory == NULL) return;
	while (readdir(directory) != NULL) {
	}
	closedir(directory);
}

static void read_open_files(const char *path) {
	DIR *directory = opendir(path);
	struct dirent *entry;
	if (directory == NULL) return;
	while ((entry = readdir(directory)) != NULL) {
		struct stat found;
		ssize_t length = readlinkat(dirfd(directory), entry->d_name, buffer, sizeof buffer);
		if (length > 5 && memcmp(buffer, "/dev/", 5) == 0) fstatat(dirfd(directory), entry->d_name, &found, 0);
	}
	closedir(directory);
}

static void run(char *words) {
	char *argv[256];
	int count = 0, ends[2], status;
	pid_t child;
	posix_spawn_file_actions_t actions;
	for (char *word = strtok(words, "\t"); word != NULL && count < 255; word = strtok(NULL, "\t")) argv[count++] = word;
	argv[count] = NULL;
	for (int at = 0; at < count; at += 1)
		for (char *byte = argv[at]; *byte != 0; byte += 1)
			if (*byte == 1 || *byte == 2) *byte = *byte == 1 ? '\t' : '\n';
	if (count == 0 || pipe2(ends, O_CLOEXEC) != 0) return;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
	int failed = posix_spawnp(&child, argv[0], &actions, NULL, argv, environment);
	close(ends[1]);
	drain(ends[0]);
	if (!failed) waitpid(child, &status, 0);
}

int main(int count, char **arguments) {
	FILE *list = count == 2 ? fopen(arguments[1], "r") : NULL;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	struct stat found;
	if (list == NULL) return 64;
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	while ((length = getline(&line, &room, list)) > 2) {
		char *path = line + 2;
		line[length - 1] = 0;
		if (*line == 'F') read_file(path);
		else if (*line == 'D') read_directory(path);
		else if (*line == 'L') (void)!readlink(path, buffer, sizeof buffer);
		else if (*line == 'S') lstat(path, &found);
		else if (*line == 'O') read_open_files(path);
		else if (*line == 'C') run(path);
	}
	return 0;
}
