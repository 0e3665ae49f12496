/*
 * backup.h - the file that is about to be replaced keeps a second name, in the same directory.
 *
 *     if (gf_backup(dir, "f", "f~") != 0) ... errno; f is there, as it was ...
 *     renameat(dir, tmp, dir, "f");
 *
 * The second name is a hard link, so the old file keeps all that it has, its times too. An older
 * backup is replaced in one step: whenever the process is killed, "f" is there, and so is a backup
 * if there was one. Where the file system has no links, or the kernel forbids this one
 * (fs.protected_hardlinks), the backup is a copy that takes after the file (base/takeafter.h), and
 * has a time of its own. The copy needs the right to read the file.
 *
 * Any thread.
 */
#ifndef GF_BASE_BACKUP_H
#define GF_BASE_BACKUP_H

/* 0, also when there is no file `name`; or -1 with errno, for example EISDIR: `backup` is a
 * directory. Names are of entries of the directory `dir`. */
int gf_backup(int dir, const char *name, const char *backup);

#endif
