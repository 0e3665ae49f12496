/*
 * takeafter.h - a new file becomes as the file whose place it is going to take: extended
 * attributes, owner, group, access control list, mode.
 *
 *     int fd = gf_beside_make(dir, "f", 0600, tmp);    // nobody else can read it
 *     ... write all of it ...
 *     if (gf_take_after(fd, old) != 0) ...             // then sync and rename
 *
 * What the process may not give is passed by, and nobody may do more with the new file than with
 * the old one:
 *
 *   - set-user-ID, set-group-ID and the sticky bit are not kept, nor are security.capability,
 *     security.ima and security.evm (they vouch for the old bytes), SMACK64EXEC and SMACK64MMAP
 * (the set-user-ID of Smack), trusted.overlay.* (of the old inode). Of the rest, user.*, security.*
 * and trusted.* are kept.
 *   - An access control list is the attribute system.posix_acl_access, as acl(5) and the kernel's
 *     posix_acl_xattr.h have it, so neither libacl nor libattr is needed. Other lists (NFSv4) are
 *     left to what the file system makes of the mode.
 *   - A list that cannot be set leaves a mode in which group and others have what each entry of the
 *     list had. One that cannot even be read leaves all to the owner.
 *   - Where the group is another one, group and others have what both had; in a list the group has
 *     nothing.
 *   - A list that the new file has from its directory goes: the old file did not have it.
 *
 * No owner, list or mode is given before the bits for group and others are gone, so at no moment is
 * the file open to more than at the end. Any thread.
 */
#ifndef GF_BASE_TAKEAFTER_H
#define GF_BASE_TAKEAFTER_H

/*
 * `fd` is the new file: of this process, mode 0600, so that it has no bits for others. `old` is
 * open in any way; by O_PATH alone attributes cannot be read. 0, or -1 with errno: memory, the disk
 * or the quota do not suffice, or the mode cannot be set. The file is then of no use.
 */
int gf_take_after(int fd, int old);

#endif
