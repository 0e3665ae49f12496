FILTER=(gf-copy); USAGE_BAD=("gf-copy x")
