// Only checks the version of Node; `npm start` is start-programs.mjs. A Node that is too old must still parse this file:
// nothing newer than a dynamic import.
import { startOnSupportedNode } from '@typed-queue/program/node-version';

const explain = (error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(
    `${error.message}\nRun npm install, with the development dependencies, or start each program by itself.`,
  );
  process.exitCode = 1;
};

startOnSupportedNode(process, 'typed-queue', () => import('./start-programs.mjs').catch(explain));
