/** What the tables of import directions name. */
export const contracts = '@typed-queue/contracts';
export const wire = '@typed-queue/contracts/wire';
export const compatibility = '@typed-queue/contracts/compatibility';
export const program = '@typed-queue/program';
export const programLog = '@typed-queue/program/logger';
export const programMetrics = '@typed-queue/program/metrics';
export const nodeVersion = '@typed-queue/program/node-version';
export const client = '@typed-queue/queue-client';
export const clientTracing = '@typed-queue/queue-client/opentelemetry';
export const backups = '@typed-queue/queue-server/backup';
export const testServer = '@typed-queue/queue-server/testing';
export const testMatchers = '@typed-queue/queue-server/testing/jest';
export const random = ['distribution/uniformInt', 'generator/mersenne', 'types/RandomGenerator'].map(
  (name) => `pure-rand/${name}`,
);
export const terminal = ['picocolors', 'picocolors/types.js', 'pino'];
export const packageFolder = 'queue-server/src/package-folder.ts';
