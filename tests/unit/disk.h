/*
 * disk: what becomes of SQLite's log when it is synced, as a test wants it.
 *
 * In place of the C library's fdatasync, for SQLite as well; other files get to the
 * real disk.
 */
#ifndef UNIT_DISK_H
#define UNIT_DISK_H

enum disk_mood {
	DISK_WORKS,
	DISK_IS_SLOW, /* some milliseconds */
	DISK_WAITS,   /* until it is anything else */
	DISK_FAILS,
	DISK_LOSES,   /* and the kernel forgets what it could not write */
};

void disk_is(enum disk_mood mood);

/* Waits until somebody waits for it.  0: nobody did in ten seconds. */
int disk_is_awaited(void);

/* So often the log was synced, and copied into a database: by all threads, and by
 * the one that asks. */
int disk_syncs(void);
int disk_copies(void);
int disk_own_syncs(void);
int disk_own_copies(void);

#endif
