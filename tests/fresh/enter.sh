#!/bin/sh
# enter.sh ROOT CMD [ARG]... - runs a command in the directory ROOT as if it were a machine of its own: its
# own mounts and processes, nothing of this environment but the network. As root. All that ran ends
# with the command, and the mounts go with it.
#
# unshare makes the namespaces; --kill-child ends what is left in them when this script is ended. The
# second part, behind `inside`, runs in them: /proc, a /dev of its own with what programs expect there,
# and the directory becomes the root (pivot_root: in a mere chroot the kernel allows no user
# namespaces, which tests of process 1 need).
set -eu

if [ "${1:-}" != inside ]; then
  exec unshare --mount --pid --ipc --uts --fork --kill-child --propagation private "$0" inside "$@"
fi
shift
root=$1
shift

mount --bind "$root" "$root" # a mount point, as pivot_root wants it
cd "$root"
mount -t proc proc proc
mount -t tmpfs -o mode=755 dev dev
for node in null zero full random urandom tty; do
  : >"dev/$node"
  mount --bind "/dev/$node" "dev/$node"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
ln -s pts/ptmx dev/ptmx
for fd in fd:/proc/self/fd stdin:/proc/self/fd/0 stdout:/proc/self/fd/1 stderr:/proc/self/fd/2; do
  ln -s "${fd#*:}" "dev/${fd%%:*}"
done
mkdir -p .outside
pivot_root . .outside

# The environment stays outside, and so does the session: a program that asks for a terminal finds none.
exec chroot . setsid --wait env -i HOME=/root TERM=dumb \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${CI:+CI="$CI"} \
  sh -c 'umount -l /.outside && rmdir /.outside && exec "$@"' sh "$@"
