# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-fetch. It copies no records: there is no FILTER. The lines a
# and b of `in` are no URLs, and get a record each.
USAGE_GOOD=('gf-fetch @ -k')
USAGE_BAD=('gf-fetch -0' 'gf-fetch --rate 1/parsec' 'gf-fetch --rate 1MiB/s' 'gf-fetch -u me:pw' 'gf-fetch -H x'
  "gf-fetch -H 'Cookie: a'" 'gf-fetch --auth-host https://a' "gf-fetch -H 'Content-Length: 1'" 'gf-fetch -X "a b"'
  'gf-fetch --auth-host https://a/b -u a:b' 'gf-fetch --ok-status 99' 'gf-fetch --ok-status 300-200' 'gf-fetch --low-speed 1'
  'gf-fetch --low-speed 1/1ms' 'gf-fetch --deny 300.0.0.1' 'gf-fetch --deny 10.0.0.0/33' 'gf-fetch --allow 10.0.0.0/8'
  'gf-fetch --resolve a:1' 'gf-fetch --resolve a:x:127.0.0.1' 'gf-fetch --resolve a:1:b' 'gf-fetch --format xml'
  'gf-fetch --format body --dir d' 'gf-fetch --format none -k' 'gf-fetch -a in http://a/' 'gf-fetch --max-redirs 3'
  'http_proxy=http://a gf-fetch --deny-private' 'gf-fetch --continue' 'gf-fetch --dir d --etag-store e')
ALLOC_LAST=300
ALLOC=(gf-fetch -a /dev/null --failed /dev/null --stats-file /dev/null --report /dev/null -S ./s --rate 1/s --rate-per-host 1/s -H 'A: b' --resolve a:1:127.0.0.1)
PRINTS=('gf-fetch' 'gf-fetch -k' 'gf-fetch --no-body' 'gf-fetch -v' 'gf-fetch --stats' 'gf-fetch -a in' 'gf-fetch a b'
  'gf-fetch --retries 0 http://127.0.0.1:1/')
PRINTS_NAMED=('gf-fetch --format none --failed /dev/stdout' 'gf-fetch --format none --stats-file /dev/fd/1')
