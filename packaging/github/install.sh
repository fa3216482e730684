#!/usr/bin/env bash
# Installs the version of the program that this action belongs to: the binary of its release
# where there is one, else a build of the source that the action brings along.
# Reads ACTION_REPOSITORY, ACTION_REF, GH_TOKEN and what the runner sets.
set -euo pipefail

folder=$RUNNER_TEMP/claude-lint-${ACTION_REF//[^A-Za-z0-9._-]/_}
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

commit() {
  gh api "repos/$ACTION_REPOSITORY/commits/$1" --jq .sha
}

# The tag of the release that the action is: it may be asked for by that tag, or by a hash or
# another tag of the same commit.
release() {
  local tag here there
  tag=v$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
  if [ "$ACTION_REF" != "$tag" ]; then
    here=$(commit "$ACTION_REF") && there=$(commit "$tag") || return 1
    [ -n "$here" ] && [ "$here" = "$there" ] || return 1
  fi
  echo "$tag"
}

# The archive of a release, taken only when it was built by the workflow of its repository.
download() {
  local tag archive=claude-lint-$target.tar.gz
  [ -n "$target" ] && [ -n "$ACTION_REPOSITORY" ] && [ -n "$ACTION_REF" ] || return 1
  tag=$(release) || return 1
  gh release download "$tag" --repo "$ACTION_REPOSITORY" --clobber \
    --pattern "$archive" --dir "$folder" || return 1
  gh attestation verify "$folder/$archive" --repo "$ACTION_REPOSITORY" || return 1
  # From within: to `tar`, what stands before a colon, as in `D:\a`, is another machine.
  (cd "$folder" && tar -xzf "$archive" -C bin)
}

if ! download; then
  echo "no verified binary of this version: building it from source"
  if ! command -v cargo >/dev/null; then
    echo "::error::claude-lint: no verified binary of this version, and no cargo to build it with"
    exit 2
  fi
  cargo install --locked --quiet --path "$GITHUB_ACTION_PATH" --root "$folder" --force
fi
"$program" --version
echo "program=$program" >>"$GITHUB_OUTPUT"
