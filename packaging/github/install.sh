#!/usr/bin/env bash
# Installs the version of the program that this action belongs to: the binary of its release
# where there is one, else a build of the source that the action brings along.
# Reads ACTION_REPOSITORY, ACTION_REF, GH_TOKEN and what the runner sets.
set -euo pipefail

folder=$RUNNER_TEMP/claude-lint-$ACTION_REF
folder=${folder//[^A-Za-z0-9._\/:\\-]/_}
mkdir -p "$folder/bin"

case "$RUNNER_OS-$RUNNER_ARCH" in
  Linux-X64) target=x86_64-unknown-linux-musl ;;
  Linux-ARM64) target=aarch64-unknown-linux-musl ;;
  macOS-X64) target=x86_64-apple-darwin ;;
  macOS-ARM64) target=aarch64-apple-darwin ;;
  Windows-*) target=x86_64-pc-windows-msvc ;;
  *) target= ;;
esac
program=$folder/bin/claude-lint
[ "$RUNNER_OS" != Windows ] || program=$program.exe

# The archive of a release, taken only when it was built by the workflow of its repository.
download() {
  [ -n "$target" ] && [ -n "$ACTION_REPOSITORY" ] && [[ $ACTION_REF == v[0-9]* ]] || return 1
  local archive=$folder/claude-lint-$target.tar.gz
  gh release download "$ACTION_REF" --repo "$ACTION_REPOSITORY" --clobber \
    --pattern "claude-lint-$target.tar.gz" --dir "$folder" || return 1
  gh attestation verify "$archive" --repo "$ACTION_REPOSITORY" || return 1
  tar -xzf "$archive" -C "$folder/bin"
}

if ! download; then
  echo "no verified binary of this version: building it from source"
  cargo install --locked --quiet --path "$GITHUB_ACTION_PATH" --root "$folder" --force
fi
"$program" --version
echo "program=$program" >>"$GITHUB_OUTPUT"
