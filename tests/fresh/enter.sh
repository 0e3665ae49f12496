#!/bin/sh
# enter.sh ROOT CMD [ARG]... - runs a command in the directory ROOT as if it were a machine of its own: its
# own mounts and processes, nothing of this environment but the network. As root. All that ran ends
# with the command, and the mounts go with it.
#
# unshare makes the namespaces; --kill-child ends what is left in them when this script is ended. The
# second part, behind `inside`, runs in them: /proc, and a /dev of its own with what programs expect
# there.
set -eu

if [ "${1:-}" != inside ]; then
  exec unshare --mount --pid --ipc --uts --fork --kill-child --propagation private "$0" inside "$@"
fi
shift
root=$1
shift

mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
for node in null zero full random urandom tty; do
  : >"$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
for fd in fd:/proc/self/fd stdin:/proc/self/fd/0 stdout:/proc/self/fd/1 stderr:/proc/self/fd/2; do
  ln -s "${fd#*:}" "$root/dev/${fd%%:*}"
done

# The sessions of a login are not inherited either: a program that asks for a terminal finds none.
exec setsid --wait chroot "$root" env -i HOME=/root TERM=dumb \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${CI:+CI="$CI"} "$@"
