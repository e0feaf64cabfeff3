import { dashboardMayImport } from './dashboard-directions.mjs';

const contracts = '@typed-queue/contracts';
const wire = '@typed-queue/contracts/wire';
const compatibility = '@typed-queue/contracts/compatibility';
const program = '@typed-queue/program';
const programLog = '@typed-queue/program/logger';
const programMetrics = '@typed-queue/program/metrics';
const nodeVersion = '@typed-queue/program/node-version';
const client = '@typed-queue/queue-client';
const clientTracing = '@typed-queue/queue-client/opentelemetry';
const backups = '@typed-queue/queue-server/backup';
const testServer = '@typed-queue/queue-server/testing';
const testMatchers = '@typed-queue/queue-server/testing/jest';
/** With a seed. */
const packageFolder = 'queue-server/src/package-folder.ts';
const random = ['distribution/uniformInt', 'generator/mersenne', 'types/RandomGenerator'].map(
  (name) => `pure-rand/${name}`,
);
const terminal = ['picocolors', 'picocolors/types.js', 'pino'];
const clientProgram = [
  ...[contracts, program, client, clientTracing],
  ...['node:', 'ts-pattern', 'zod', ...terminal],
];

/** What every folder of the client may import, and what each of those that follow the connection may. */
const clientBase = [
  ...[contracts, wire],
  ...'argument-check back-off client deadline deferred emitter events runtime tracing window'
    .split(' ')
    .map((name) => `queue-client/src/${name}.ts`),
];
const clientService = [
  ...clientBase,
  ...['agreement', 'connection', 'messages'].map((name) => `queue-client/src/${name}`),
];

const mongoValues = ['embedded-mongo/src/bson', 'embedded-mongo/src/errors.ts'];
/**
 * Folder (or file) -> what it may import besides itself. The most specific row counts; a file without a row may
 * import nothing. Own folders are named by path, everything else as it is imported; `node:` is all of Node.
 */
export const mayImport = {
  'contracts/src': ['@standard-schema/spec', '@noble/hashes/sha2.js', 'zod', '#bytes'],
  'contracts/src/frame/bytes.node.ts': ['node:'],
  // Comparing contracts. Converters to JSON Schema are loaded only when they are needed.
  'contracts/src/compatibility': [
    ...[
      'contracts/src/payload-schema.ts',
      'contracts/src/queue.ts',
      '@noble/hashes/sha2.js',
      '@noble/hashes/utils.js',
    ],
    ...['@standard-schema/spec', 'zod', 'zod/v4/core', '@valibot/to-json-schema'],
  ],

  'program/src': [contracts, wire, 'node:', '@standard-schema/spec', 'zod'],
  // In front of every program, on any Node.
  'program/src/node-version.ts': [],
  'program/src/logger.ts': ['program/src', 'node:', 'pino', 'pino-pretty'],
  'program/src/metrics': [],
  // Loaded by a scrape only.
  'program/src/metrics/exposition.ts': ['program/src/metrics', 'prom-client'],
  // Loaded only where traces are exported.
  'program/src/tracing': [contracts, wire, 'program/src', '@opentelemetry/sdk-trace-node', 'zod'],
  'program/src/tracing/open-telemetry-sdk.ts': [
    ...['program/src/tracing', '@opentelemetry/api', '@opentelemetry/exporter-trace-otlp-http'],
    ...['@opentelemetry/resources', '@opentelemetry/sdk-trace-node'],
  ],
  // Who shows which token, and what it may do.
  'program/src/rights': [contracts, wire, 'program/src', 'node:', 'jose', 'zod'],

  'queue-client/src': [contracts, wire, '@socket.io/component-emitter', 'typed-emitter', '#handler-scope'],
  'queue-client/src/connection': [...clientBase, 'socket.io-client'],
  // Stored messages as a group or a tail receives them: below both, which do not know each other.
  'queue-client/src/messages': [contracts, compatibility, wire],
  // Whether this client's contract is the server's.
  'queue-client/src/agreement': [...clientBase, compatibility, 'queue-client/src/connection'],
  'queue-client/src/publishing': clientService,
  'queue-client/src/consuming': clientService,
  'queue-client/src/consuming/handler-scope.node.ts': ['queue-client/src/consuming', 'node:'],
  'queue-client/src/tailing': clientService,
  'queue-client/src/administration': clientService,
  // An entry of its own: the client itself needs no OpenTelemetry.
  'queue-client/src/opentelemetry': [
    ...[contracts, '@opentelemetry/api', 'queue-client/src/tracing.ts', 'queue-client/src/consuming'],
  ],

  // A group's state and the log on disk know nothing of each other; the state is pure. A journal implements the log.
  'queue-server/src/engine/group': [
    ...[contracts, wire],
    ...['queue-server/src/engine/claim.ts', 'queue-server/src/engine/known-events.ts'],
  ],
  'queue-server/src/engine/claim.ts': [contracts, wire, 'queue-server/src/engine/known-events.ts'],
  'queue-server/src/engine/known-events.ts': [],
  'queue-server/src/engine/journal': [contracts, wire, program, 'queue-server/src/engine/log', 'node:'],
  // The file format: below writing, reading and recovery.
  'queue-server/src/engine/journal/segment': [
    ...[contracts, wire, 'node:'],
    ...['file-system.ts', 'storage-errors.ts'].map((name) => `queue-server/src/engine/journal/${name}`),
  ],
  // Nothing of files in it.
  'queue-server/src/engine/memory': [
    ...[contracts, wire, 'queue-server/src/engine/engine.ts', 'queue-server/src/engine/local-engine.ts'],
    ...['queue-server/src/engine/dedup', 'queue-server/src/engine/log'],
    ...['group', 'groups', 'local-options.ts'].map((name) => `queue-server/src/engine/${name}`),
  ],
  'queue-server/src/engine/disk': [contracts, wire, program, 'queue-server/src/engine', 'node:'],
  'queue-server/src/engine': [contracts, wire, program, 'node:'],
  'queue-server/src/guard': [contracts, compatibility, wire, program, 'node:', 'zod'],
  // Who may come in, what each may use, and what is written down about it.
  'queue-server/src/access': [contracts, wire, program, 'node:'],
  'queue-server/src/delivery': [contracts, wire, 'queue-server/src/engine'],
  'queue-server/src/transport': [
    ...[contracts, wire, program],
    ...['queue-server/src/access', 'queue-server/src/guard', 'queue-server/src/delivery'],
    'queue-server/src/overview',
    // What is granted, and how members are named.
    ...['queue-server/src/engine/claim.ts', 'queue-server/src/engine/group/member-id.ts'],
    ...['node:', 'socket.io', 'socket.io-parser', 'ws'],
  ],
  // Figures of all queues: of the last hour, and as a page shows them.
  'queue-server/src/history': [...[contracts, 'queue-server/src/delivery', 'queue-server/src/engine']],
  'queue-server/src/overview': [
    ...[contracts, compatibility, 'node:', 'queue-server/src/access', 'queue-server/src/delivery'],
    ...['queue-server/src/engine', 'queue-server/src/history', packageFolder],
  ],
  // What is answered over plain HTTP.
  'queue-server/src/http': [
    ...[contracts, wire, program, programMetrics, packageFolder, 'queue-server/src/access', 'node:'],
  ],
  // What is measured, for those who operate the server.
  'queue-server/src/metrics': [
    ...[contracts, program, 'node:'],
    ...['queue-server/src/access', 'queue-server/src/delivery', 'queue-server/src/engine'],
  ],
  // Backups as archives and folders, and what restores them.
  'queue-server/src/backup': [
    ...[contracts, program, 'node:', 'modern-tar', 'zod'],
    ...['queue-server/src/engine', 'queue-server/src/stored-contracts.ts'],
  ],
  'queue-server/src/operator-log': [
    ...[contracts, wire, program, 'pino', 'queue-server/src/engine'],
    ...['queue-server/src/access', 'queue-server/src/guard', 'queue-server/src/http'],
    'queue-server/src/transport',
  ],
  // The test kit: a server with its engine in sight, and a client.
  'queue-server/src/testing': [
    ...[contracts, wire, client, 'node:', 'expect', 'zod'],
    ...['engine', 'option-check.ts', 'server-options.ts', 'server.ts'].map((n) => `queue-server/src/${n}`),
  ],
  // Programs that try the built server from outside, run by hand and by tests.
  'queue-server/src/reliability': [contracts, wire, 'node:', ...random, 'socket.io-client', 'ws'],
  // Damages data folders and opens them without a server in between.
  'queue-server/src/reliability/flips': [contracts, wire, 'queue-server/src/engine', 'node:'],
  'queue-server/src/reliability/flips.main.ts': ['queue-server/src/reliability', 'node:'],
  'queue-server/src/bin.ts': [nodeVersion, 'queue-server/src'],
  'queue-server/src/config.ts': [
    ...['queue-server/src/access', 'queue-server/src/limit-variables.ts', 'queue-server/src/limits.ts'],
    ...[contracts, program, 'node:', 'zod'],
  ],
  'queue-server/src/option-check.ts': ['queue-server/src', contracts, program, 'node:', 'zod'],
  'queue-server/src/limit-variables.ts': [program, 'queue-server/src/limits.ts'],
  'queue-server/src/main.ts': [
    ...['queue-server/src', contracts, program, programLog],
    ...['node:', ...terminal],
  ],
  'queue-server/src': [contracts, wire, program, 'node:', ...terminal],

  ...dashboardMayImport,

  'logger/src/bin.ts': [nodeVersion, 'logger/src'],
  'logger/src': clientProgram,
  'file-writer/src/bin.ts': [nodeVersion, 'file-writer/src'],
  'file-writer/src': clientProgram,
  'cli/src/bin.ts': [nodeVersion, 'cli/src'],
  'cli/src': [
    ...[...clientProgram, compatibility, wire, backups],
    ...'chokidar cli-table3 commander jose tsx/esm/api'.split(' '),
  ],

  // What it writes is in create-typed-queue/template. It needs nothing but Node, so that it starts at once.
  'create-typed-queue/src': ['node:'],

  'bench/src': [
    ...[contracts, program, client, 'node:'],
    ...['@typed-queue/api-server/components', '@typed-queue/embedded-mongo', 'autocannon', 'pino'],
  ],
  // Each peer with its own client library, and nothing of what is measured.
  'bench/src/peers': [
    ...[contracts, client, 'node:', 'bench/src/product.ts'],
    ...['@nats-io/jetstream', '@nats-io/transport-node', 'amqplib', 'bullmq', 'ioredis', 'mqtt'],
    ...['socket.io', 'socket.io-client'],
  ],
  'bench/src/workers': ['node:', 'bench/src/peers/peer.ts', 'bench/src/product.ts'],
  'bench/src/measures': ['node:', 'bench/src/peers', 'bench/src/workers', 'bench/src/report/statistics.ts'],
  'bench/src/report': ['bench/src/bench.ts', 'bench/src/measures'],

  // Only the Mongoose implementation and the outbox know the database; HTTP knows neither, nor the queue.
  'api-server/src/models': ['zod'],
  'api-server/src/repository': ['api-server/src/models', contracts, 'zod'],
  'api-server/src/repository/unit-of-work.ts': ['mongoose'],
  'api-server/src/repository/mongoose': [
    ...['api-server/src/repository', 'api-server/src/models', contracts, program, 'mongoose', 'node:'],
  ],
  'api-server/src/publishing': ['api-server/src/repository', 'api-server/src/models', contracts, 'node:'],
  'api-server/src/outbox': [
    ...['api-server/src/publishing', 'api-server/src/repository', contracts, program, client],
    ...['mongoose', 'pino'],
  ],
  'api-server/src/http': [
    ...['api-server/src/repository', 'api-server/src/models', contracts, program, programMetrics],
    ...[
      '@asteasolutions/zod-to-openapi',
      'cors',
      'express',
      'express-rate-limit',
      'helmet',
      'node:',
      'pino',
      'swagger-ui-dist',
      'zod',
    ],
  ],
  // Programs that try the whole system, run by hand and by tests.
  'api-server/src/reliability': [
    ...['api-server/src/models', 'api-server/src/outbox', 'api-server/src/repository', contracts, client],
    ...['@typed-queue/embedded-mongo', testServer, 'mongoose', 'node:', 'zod', ...random],
  ],
  // Loaded only where traces are exported.
  'api-server/src/tracing': [
    ...['api-server/src/http/request-tracing.ts', 'api-server/src/server.ts'],
    ...[clientTracing, '@opentelemetry/api'],
  ],
  'api-server/src/bin.ts': [nodeVersion, 'api-server/src'],
  'api-server/src': [
    ...['node:', 'express', 'zod', contracts, program, programLog, client],
    ...['@typed-queue/embedded-mongo', ...terminal],
  ],

  // From values to the wire: what a folder imports is listed before it.
  'embedded-mongo/src/errors.ts': [],
  'embedded-mongo/src/timers.ts': [program],
  'embedded-mongo/src/bson': ['embedded-mongo/src/errors.ts', 'bson'],
  'embedded-mongo/src/query': [...mongoValues, 'bson', 're2js'],
  'embedded-mongo/src/update': [...mongoValues, 'embedded-mongo/src/query', 'bson'],
  'embedded-mongo/src/store': [...mongoValues, 'embedded-mongo/src/query', 'bson'],
  'embedded-mongo/src/persistence': [
    ...[...mongoValues, 'embedded-mongo/src/store'],
    ...[contracts, program, 'node:'],
  ],
  'embedded-mongo/src/wire': [...mongoValues, 'node:'],
  'embedded-mongo/src/commands': [
    ...[...mongoValues, 'embedded-mongo/src/query', 'embedded-mongo/src/update', 'embedded-mongo/src/store'],
    ...['embedded-mongo/src/wire', program, 'bson'],
  ],
  'embedded-mongo/src/bin.ts': [nodeVersion, 'embedded-mongo/src'],
  'embedded-mongo/src': [contracts, program, 'node:', 'bson', 'zod'],

  'examples/browser/src': [contracts, program, 'node:', 'esbuild', 'zod'],
  'examples/browser/src/page': [contracts, client],
};

/**
 * What tests and fixtures may import besides everything in their own package, the fixtures in `checks`, and all that
 * its rows name.
 */
export const testsMayImport = {
  contracts: [
    ...['@jest/globals', 'fast-check', 'node:', 'socket.io-client', 'ts-pattern'],
    ...['ajv/dist/2020.js', 'arktype', 'valibot', 'zod/mini'],
  ],
  program: ['@jest/globals', 'fast-check', 'node:'],
  // A program of its own, compiled against packed packages, imports the client by its name.
  'queue-client': [
    ...['@jest/globals', 'fast-check', 'node:', 'socket.io', 'zod'],
    ...[program, client, testServer, '@opentelemetry/sdk-trace-node'],
  ],
  'queue-server': [
    ...['@jest/globals', 'fast-check', 'node:', client, 'socket.io-client', 'ws'],
    ...['valibot', 'zod/mini'],
  ],
  logger: ['@jest/globals', 'fast-check', 'node:', testServer],
  'file-writer': ['@jest/globals', 'fast-check', 'node:', testServer, testMatchers],
  cli: [...'@jest/globals node: @asyncapi/specs ajv ajv/dist/2020.js playwright-core'.split(' '), testServer],
  dashboard: ['@jest/globals', 'axe-core', 'fast-check', 'node:', 'playwright-core', program, testServer],
  'create-typed-queue': ['@jest/globals', 'node:'],
  'embedded-mongo': ['@jest/globals', 'fast-check', 'node:', 'mongodb', 'mongoose'],
  'api-server': [
    ...['@jest/globals', 'fast-check', 'node:', 'playwright-core'],
    ...['@typed-queue/embedded-mongo', '@typed-queue/embedded-mongo/testing', testServer],
  ],
  bench: ['@jest/globals', 'fast-check', 'node:'],
  'examples/browser': ['@jest/globals', 'node:', 'playwright-core', client, testServer],
};

/** The folders and files that have a row. */
export const rows = Object.keys(mayImport);
