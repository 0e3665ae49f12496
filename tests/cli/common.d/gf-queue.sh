# shellcheck shell=bash disable=SC2034
# What tests/cli/common.bats needs to know about gf-queue.
USAGE_GOOD=('gf-queue put @ ./w')
USAGE_BAD=('gf-queue' 'gf-queue put' 'gf-queue take -n 0 ./w' 'gf-queue take -n 1025 ./w' 'gf-queue ack ./w'
  'gf-queue put -f 1 ./w' 'gf-queue put --priority urgent ./w' 'gf-queue put --max-record 65M ./w'
  'gf-queue put --delay 5parsec ./w' 'gf-queue put ..' 'gf-queue fail --dead --delay 1s ./w 1.1'
  'gf-queue purge ./w' 'gf-queue retry ./w' 'gf-queue retry --all ./w 1' 'gf-queue status ./w ./x'
  "gf-queue status 'redis://h'")
ALLOC=(gf-queue put --unique -f1 ./w)
ALLOC_LAST=300 # SQLite reads the tables of the file first
before() {
  seq 6 | gf-queue put ./w
  gf-queue ack ./w "$(gf-queue take ./w | cut -f1)"
  gf-queue fail --dead ./w "$(gf-queue take ./w | cut -f1)"
}
PRINTS=('gf-queue take ./w' 'gf-queue take -0 ./w' 'gf-queue list ./w' 'gf-queue list --done ./w'
  'gf-queue list --format json ./w' 'gf-queue dead ./w' 'gf-queue dead --format json ./w' 'gf-queue status ./w'
  'gf-queue status --format json ./w' 'gf-queue status --format prom ./w')
