#!/usr/bin/env node
// Runs the program, which comes in a package of its own for each platform.
"use strict";

const { spawnSync } = require("node:child_process");

const platform = `${process.platform}-${process.arch}`;
// Windows on ARM runs programs for x64.
const name = `claude-lint-${platform === "win32-arm64" ? "win32-x64" : platform}`;

function program() {
  const file = process.platform === "win32" ? "claude-lint.exe" : "claude-lint";
  try {
    return require.resolve(`${name}/bin/${file}`);
  } catch {
    console.error(`error: the package ${name} is not installed
  help: install claude-lint with optional dependencies (no --omit=optional) on the platform
        that it runs on; where there is no such package, build it with cargo`);
    process.exit(2);
  }
}

const run = spawnSync(program(), process.argv.slice(2), { stdio: "inherit" });
if (run.error) {
  console.error(`error: cannot run ${name}: ${run.error.message}`);
  process.exit(2);
}
if (run.signal) {
  process.kill(process.pid, run.signal);
}
process.exit(run.status ?? 2);
