#!/usr/bin/env node
// No import stands here: a Node that is too old for what main imports must still read this file.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 20 || (major === 20 && minor >= 19)) await import('./main.js');
else {
  console.error(`typed-queue-server needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exitCode = 1;
}

export {};
