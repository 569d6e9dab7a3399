/*
 * Stands for a QEMU process. Takes the options the doctor reads (-id, -pidfile, -daemonize), holds every
 * `-drive file=PATH,...` open read-write as QEMU does (read-only with readonly=on), and waits to be killed.
 * All other options are accepted and ignored.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void hold(const char *drive)
{
	const char *file = strstr(drive, "file=");
	if (!file)
		return;
	char *path = strndup(file + 5, strcspn(file + 5, ","));
	if (open(path, (strstr(drive, "readonly=on") ? O_RDONLY : O_RDWR) | O_CLOEXEC) < 0) {
		perror(path);
		exit(1);
	}
	free(path);
}

int main(int argc, char **argv)
{
	const char *pidfile = NULL;
	int daemonize = 0;
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";
		if (!strcmp(argv[i], "-daemonize"))
			daemonize = 1;
		else if (!strcmp(argv[i], "-pidfile"))
			pidfile = value;
		else if (!strcmp(argv[i], "-drive"))
			hold(value);
	}
	if (daemonize && daemon(0, 0))
		return 1;
	if (pidfile) {
		FILE *f = fopen(pidfile, "w");
		if (!f)
			return 1;
		fprintf(f, "%d\n", getpid());
		fclose(f);
	}
	for (;;)
		pause();
}
