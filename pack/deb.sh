#!/usr/bin/env bash
# deb.sh - `make deb`: pack/deb.sh VERSION writes build/gf_VERSION_ARCH.deb and prints its name.
#
# The package is what `make install-strip PREFIX=/usr` installs, beside what Debian's policy asks
# for: a control file whose Depends follow from the libraries that the tools are linked with, the
# licence, the news as changelog, sums. Owners are root, times are clamped to the date of the
# sources (pack/epoch.sh), so the same sources give the same bytes.
#
# From the environment: MAKE, CC; DEB_MAINTAINER ("Name <address>") is who stands for the package.
set -eu
VERSION=${1:?deb.sh VERSION}
source=$(cd "$(dirname "$0")/.." && pwd)
export LC_ALL=C
umask 022
SOURCE_DATE_EPOCH=$("$source/pack/epoch.sh")
export SOURCE_DATE_EPOCH
export DPKG_DEB_THREADS_MAX=1 # what xz writes depends on the number of threads
maintainer=${DEB_MAINTAINER:-the gf authors <gf@localhost.localdomain>}
read -ra cc <<<"${CC:-cc}"
machine=$("${cc[@]}" -dumpmachine | sed 's/-pc-/-/; s/-unknown-/-/')
arch=$(dpkg-architecture -t"$machine" -qDEB_HOST_ARCH 2>/dev/null)
mkdir -p build
work=$(mktemp -d "$PWD/build/deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/debian/gf
doc=$root/usr/share/doc/gf

compressed() { gzip -9n >"$1.gz"; }

# NEWS.md as a changelog: an entry a version, its points in lines of a terminal, each with the date in
# its heading, or that of the sources where it says none.
changelog() {
  local version day dates=''
  while read -r version day; do
    case $day in [0-9]*) ;; *) day=@$SOURCE_DATE_EPOCH ;; esac
    dates+="$version $(date -u -R -d "$day")"$'\n'
  done < <(sed -n 's/^## \([^ ]*\) *(\(.*\))$/\1 \2/p' "$source/NEWS.md")
  dates=$dates awk -v maintainer="$maintainer" '
    BEGIN {
      n = split(ENVIRON["dates"], rows, "\n")
      for (i = 1; i <= n; i++) {
        at = index(rows[i], " ")
        date[substr(rows[i], 1, at - 1)] = substr(rows[i], at + 1)
      }
    }
    function put_point(   words, n, i, line) {
      n = split(point, words)
      for (i = 1; i <= n; i++) {
        if (length(line words[i]) > 72) { print line; line = "    " }
        line = i == 1 ? "  * " words[1] : line (line ~ /[^ ]$/ ? " " : "") words[i]
      }
      if (n) print line
      point = ""
    }
    function end_entry() { put_point(); if (open) printf "\n -- %s  %s\n\n", maintainer, date[version] }
    /^## / { end_entry(); open = 1; version = $2; printf "gf (%s) unstable; urgency=medium\n\n", $2; next }
    !open { next }
    /^- / || NF == 0 { put_point() }
    { sub(/^- /, ""); gsub(/`/, ""); point = point " " $0 }
    END { end_entry() }' "$source/NEWS.md"
}

copyright() {
  echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
  echo 'Upstream-Name: gf'
  echo
  echo 'Files: *'
  sed -n 's/^Copyright (c) /Copyright: /p' "$source/LICENSE"
  echo 'License: Expat'
  sed '1,/^Copyright/d' "$source/LICENSE" | sed '1{/^$/d}; s/^$/./; s/^/ /'
}

# The project has no address of its own: whoever hands the package on sets DEB_MAINTAINER.
overrides() {
  echo 'gf: bogus-mail-host Maintainer gf@localhost.localdomain'
  echo 'gf: bogus-mail-host-in-debian-changelog gf@localhost.localdomain *'
}

# The libraries' own packages say which of their versions a program needs.
depends() {
  printf 'Source: gf\n\nPackage: gf\nArchitecture: any\n' >"$work/debian/control"
  (cd "$work" && dpkg-shlibdeps -O debian/gf/usr/bin/*) | sed -n 's/^shlibs:Depends=//p'
}

# Each file in whole KiB, and one for each directory.
installed_size() {
  find "$root" -path "$root/DEBIAN" -prune -o -printf '%y %s\n' |
    awk '{ n += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print n }'
}

control() {
  cat <<END
Package: gf
Version: $VERSION
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(installed_size)
Depends: $1
Suggests: ca-certificates, curl, tzdata
Section: utils
Priority: optional
Description: Unix filters that make pipelines safe under load
 Small tools that each do one job and share one set of rules:
 gf-ratelimit limits how fast lines pass or commands run; gf-sem lets a
 command run when a permit is free; gf-pool runs a command for each line,
 several at a time; gf-cron runs the jobs of a crontab in the foreground;
 gf-stream filters, sorts, groups and counts lines in one process;
 gf-fetch fetches URLs and says in a record what became of each;
 gf-pipeline passes each line through named stages and loses none;
 gf-buffer holds lines for a slow reader, rotates logs and writes files
 that are whole; gf-queue keeps jobs until they are done.
END
}

"${MAKE:-make}" -s -f "$source/Makefile" install-strip DESTDIR="$root" PREFIX=/usr >/dev/null
gzip -9n "$root"/usr/share/man/man*/*
mkdir -p "$doc" "$root/DEBIAN"
changelog | compressed "$doc/changelog"
copyright >"$doc/copyright"
if [ -z "${DEB_MAINTAINER:-}" ]; then
  mkdir -p "$root/usr/share/lintian/overrides"
  overrides >"$root/usr/share/lintian/overrides/gf"
fi
find "$root" -type d -exec chmod 755 {} +
find "$root" -type f ! -path "$root/usr/bin/*" -exec chmod 644 {} +
needs=$(depends)
control "$needs" >"$root/DEBIAN/control"
(cd "$root" && find usr -type f | sort | xargs md5sum) >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN"/*
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -Zxz -b "$root" "build/gf_${VERSION}_$arch.deb" >/dev/null
echo "build/gf_${VERSION}_$arch.deb"
