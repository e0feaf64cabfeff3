import { fileURLToPath } from 'node:url';
import { run } from './command-line.js';

const template = fileURLToPath(new URL('../template', import.meta.url));

process.exitCode = await run(process.argv.slice(2), {
  template,
  directory: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
});
