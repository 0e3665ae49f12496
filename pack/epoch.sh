#!/bin/sh
# epoch.sh - the date of what is packed, in seconds since 1970: SOURCE_DATE_EPOCH, else that of the last commit.
#
# `git archive` writes the date of the commit into pack/epoch (gitattributes(5), export-subst), so
# that an unpacked tarball knows the date without git. In a checkout the file holds no number.
set -u
here=$(dirname "$0")
date=${SOURCE_DATE_EPOCH:-$(cat "$here/epoch")}
case $date in
  '' | *[!0-9]*)
    date=$(git -C "$here" log -1 --format=%ct 2>/dev/null) || {
      echo 'neither git nor pack/epoch knows the date of the sources: set SOURCE_DATE_EPOCH' >&2
      exit 1
    }
    ;;
esac
echo "$date"
