// Only checks the version of Node; `npm start` is start-programs.mjs. A Node that is too old must still parse this file:
// nothing newer than a dynamic import.
import { startOnSupportedNode } from '@typed-queue/program/node-version';

startOnSupportedNode(process, 'typed-queue', () => import('./start-programs.mjs'));
