#!/usr/bin/env bash
# Lints, and says where the SARIF log is. Reads PROGRAM, PATHS, ARGUMENTS, FAIL_ON,
# CODE_SCANNING and CATEGORY; nothing of these is ever taken for shell code.
set -euo pipefail

options=("--fail-on=$FAIL_ON")
sarif=
if [ "$CODE_SCANNING" = true ]; then
  sarif=$(mktemp -d "$RUNNER_TEMP/claude-lint-XXXXXX")/claude-lint.sarif
  options+=("--output-format=full" "--output-format=sarif=$sarif" "--sarif-category=$CATEGORY")
fi
while IFS= read -r line; do
  [ -z "$line" ] || options+=("$line")
done <<<"$ARGUMENTS"
options+=(--)
while IFS= read -r line; do
  [ -z "$line" ] || options+=("$line")
done <<<"$PATHS"

code=0
"$PROGRAM" "${options[@]}" || code=$?
if [ -n "$sarif" ] && [ -s "$sarif" ]; then
  echo "sarif=$sarif" >>"$GITHUB_OUTPUT"
fi
exit "$code"
