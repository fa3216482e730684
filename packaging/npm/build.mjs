// node packaging/npm/build.mjs OUT TARGET=BINARY...
// Lays out the packages for npm in the folder OUT: one with the program for each target, and
// the one that people install, which has all of these as optional dependencies.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PLATFORMS = {
  "x86_64-unknown-linux-musl": ["linux", "x64"],
  "aarch64-unknown-linux-musl": ["linux", "arm64"],
  "x86_64-apple-darwin": ["darwin", "x64"],
  "aarch64-apple-darwin": ["darwin", "arm64"],
  "x86_64-pc-windows-msvc": ["win32", "x64"],
};

// Windows on ARM runs programs for x64.
const FURTHER = { "win32-x64": ["arm64"] };

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const [out, ...pairs] = process.argv.slice(2);
if (!out || pairs.length === 0) {
  throw new Error("usage: node packaging/npm/build.mjs OUT TARGET=BINARY...");
}
const version = /^version = "(.+)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))[1];

// The registry compares this with where the packages are published from.
const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: place } = process.env;
const repository = place ? { type: "git", url: `git+${server ?? "https://github.com"}/${place}.git` } : undefined;
const main = { ...JSON.parse(readFileSync(join(here, "package.json"), "utf8")), version, repository };

function write(folder, manifest) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const license of ["LICENSE-MIT", "LICENSE-APACHE"]) {
    copyFileSync(join(root, license), join(folder, license));
  }
}

main.optionalDependencies = {};
for (const pair of pairs) {
  const [target, binary] = pair.split("=");
  if (!PLATFORMS[target]) {
    throw new Error(`no platform of npm is known for the target ${target}`);
  }
  const [os, cpu] = PLATFORMS[target];
  const name = `${main.name}-${os}-${cpu}`;
  const file = os === "win32" ? "claude-lint.exe" : "claude-lint";
  const { license } = main;
  const description = `The program of ${main.name} for ${os} on ${cpu}`;
  const cpus = [cpu, ...(FURTHER[`${os}-${cpu}`] ?? [])];
  write(join(out, name), { name, version, description, license, repository, os: [os], cpu: cpus, files: ["bin"], preferUnplugged: true });
  mkdirSync(join(out, name, "bin"), { recursive: true });
  copyFileSync(binary, join(out, name, "bin", file));
  chmodSync(join(out, name, "bin", file), 0o755);
  main.optionalDependencies[name] = version;
}
write(join(out, main.name), main);
cpSync(join(here, "bin"), join(out, main.name, "bin"), { recursive: true });
copyFileSync(join(root, "README.md"), join(out, main.name, "README.md"));
