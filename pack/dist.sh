#!/bin/sh
# dist.sh - `make dist`: pack/dist.sh VERSION writes build/gf-VERSION.tar.gz and prints its name.
#
# In a checkout the committed tree is packed, in an unpacked tarball the files that are there; both
# give the same bytes. Names are sorted, owners and times are fixed, modes do not depend on the umask,
# and the compressed file carries no date.
set -eu
name=gf-${1:?dist.sh VERSION}
source=$(cd "$(dirname "$0")/.." && pwd)
export LC_ALL=C
epoch=$("$source/pack/epoch.sh")
mkdir -p build
work=$(mktemp -d "$PWD/build/dist.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/$name"

if [ -e "$source/.git" ]; then
  git -C "$source" archive --format=tar -o "$work/tree.tar" HEAD
else
  (cd "$source" && tests/files | grep -vx config.mk | tar -cf "$work/tree.tar" --verbatim-files-from -T -)
fi
tar -xf "$work/tree.tar" -C "$work/$name"
tar -cf "$work/$name.tar" -C "$work" --format=ustar --sort=name --mtime="@$epoch" \
  --owner=root:0 --group=root:0 --mode=u+rw,go+r,go-w,a+X "$name"
gzip -9n "$work/$name.tar"
chmod a+r "$work/$name.tar.gz"
mv "$work/$name.tar.gz" build
echo "build/$name.tar.gz"
