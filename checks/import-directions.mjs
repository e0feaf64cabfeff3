import { dashboardMayImport } from './dashboard-directions.mjs';
import {
  contracts,
  wire,
  compatibility,
  program,
  programLog,
  programMetrics,
  nodeVersion,
  client,
  clientTracing,
  backups,
  testServer,
  testMatchers,
  random,
  terminal,
} from './import-names.mjs';
import { serverMayImport } from './server-directions.mjs';

const clientProgram = [
  ...[contracts, program, client, clientTracing],
  ...['node:', 'ts-pattern', 'zod', ...terminal],
];

/** What every folder of the client may import, and what each of those that follow the connection may. */
const clientBase = [
  ...[contracts, wire],
  ...'abort-watch argument-check back-off client deadline deferred emitter events lazy-service lazy-signal runtime tracing window'
    .split(' ')
    .map((name) => `queue-client/src/${name}.ts`),
];
const clientService = [
  ...[...clientBase, '#subscriptions-part'],
  ...['agreement', 'connection', 'failures', 'messages'].map((name) => `queue-client/src/${name}`),
];
const clientServices = ['administration', 'calling', 'consuming', 'publishing', 'tailing'];
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
  'program/src/metrics/exposition.ts': ['program/src/metrics', 'prom-client'],
  // Loaded only where traces are exported.
  'program/src/tracing': [contracts, wire, 'program/src', '@opentelemetry/sdk-trace-node', 'zod'],
  'program/src/tracing/open-telemetry-sdk.ts': [
    'program/src/tracing',
    ...'api exporter-trace-otlp-http resources sdk-trace-node'
      .split(' ')
      .map((name) => `@opentelemetry/${name}`),
  ],
  // Who shows which token, and what it may do.
  'program/src/rights': [contracts, wire, 'program/src', 'node:', 'jose', 'zod'],

  'queue-client/src': [contracts, wire, '@socket.io/component-emitter', 'typed-emitter', '#handler-scope'],
  'queue-client/src/connection': [...clientBase, 'socket.io-client', '#freed-memory'],
  // Stored messages as a group or a tail receives them: below both, which do not know each other.
  'queue-client/src/messages': [contracts, compatibility, wire],
  'queue-client/src/failures': [contracts, wire, 'queue-client/src/messages'],
  // Whether this client's contract is the server's.
  'queue-client/src/agreement': [...clientBase, compatibility, 'queue-client/src/connection'],
  'queue-client/src/consuming/handler-scope.node.ts': ['queue-client/src/consuming', 'node:'],
  ...Object.fromEntries(clientServices.map((name) => [`queue-client/src/${name}`, clientService])),
  // An entry of its own: the client itself needs no OpenTelemetry.
  'queue-client/src/opentelemetry': [
    ...[contracts, '@opentelemetry/api', 'queue-client/src/tracing.ts'],
    ...['calling', 'consuming', 'failures'].map((name) => `queue-client/src/${name}`),
  ],

  ...serverMayImport,

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
    ...'socket.io socket.io-client @trpc/client @trpc/server @trpc/server/adapters/ws ws zod'.split(' '),
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
  'examples/browser/src/page': [contracts, client, '@typed-queue/example-orders/contract'],
  'examples/orders/src': [contracts, client, program, '@typed-queue/queue-server', 'zod'],
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
  'examples/orders': ['@jest/globals', testServer],
};

/** The folders and files that have a row. */
export const rows = Object.keys(mayImport);
