import {
  contracts,
  wire,
  compatibility,
  program,
  programLog,
  programMetrics,
  nodeVersion,
  client,
  random,
  terminal,
  packageFolder,
} from './import-names.mjs';

/** The rows of the queue server in the table of import-directions.mjs. */
export const serverMayImport = {
  // A group's state and the log on disk know nothing of each other; the state is pure. A journal implements the log.
  'queue-server/src/engine/group': [
    ...[contracts, wire],
    ...['queue-server/src/engine/claim.ts', 'queue-server/src/engine/known-events.ts'],
  ],
  'queue-server/src/engine/claim.ts': [contracts, wire, 'queue-server/src/engine/known-events.ts'],
  'queue-server/src/engine/known-events.ts': [],
  'queue-server/src/engine/journal': [
    ...[
      contracts,
      wire,
      program,
      'queue-server/src/engine/log',
      'queue-server/src/engine/retry-loop.ts',
      'node:',
    ],
  ],
  // The file format: below writing, reading and recovery.
  'queue-server/src/engine/journal/segment': [
    ...[contracts, wire, 'node:'],
    ...['file-system.ts', 'storage-errors.ts'].map((name) => `queue-server/src/engine/journal/${name}`),
  ],
  // Nothing of files in it.
  'queue-server/src/engine/memory': [
    ...[contracts, wire, 'queue-server/src/engine/engine.ts', 'queue-server/src/engine/local-engine.ts'],
    ...['dedup', 'expected', 'log'].map((name) => `queue-server/src/engine/${name}`),
    ...['group', 'groups', 'local-options.ts'].map((name) => `queue-server/src/engine/${name}`),
  ],
  // What an engine keeps in journals, wherever those are: nothing of files in it.
  'queue-server/src/engine/journaled': [
    ...[contracts, wire, 'node:'],
    ...['backup.ts', 'engine.ts', 'local-engine.ts', 'local-options.ts'].map(
      (name) => `queue-server/src/engine/${name}`,
    ),
    ...['dedup', 'expected', 'group', 'groups', 'log'].map((name) => `queue-server/src/engine/${name}`),
    ...['dedup-state.ts', 'journal.ts', 'reading'].map((name) => `queue-server/src/engine/journal/${name}`),
  ],
  'queue-server/src/engine/disk': [contracts, wire, program, 'queue-server/src/engine', 'node:'],
  // Journals in Redis: the only folder that knows its client library.
  'queue-server/src/engine/redis': [contracts, wire, program, 'queue-server/src/engine', 'node:', 'ioredis'],
  // Journals in NATS JetStream: the only folder that knows its client libraries.
  'queue-server/src/engine/nats': [
    ...[contracts, wire, program, 'queue-server/src/engine', 'node:'],
    ...['@nats-io/jetstream', '@nats-io/kv', '@nats-io/transport-node'],
  ],
  'queue-server/src/engine': [contracts, wire, program, 'node:'],
  'queue-server/src/guard': [contracts, compatibility, wire, program, 'node:', 'zod'],
  // Who may come in, what each may use, and what is written down about it.
  'queue-server/src/access': [contracts, wire, program, 'node:'],
  'queue-server/src/delivery': [contracts, wire, 'queue-server/src/engine'],
  // Below what the server stores for itself: requests and answers of calls, messages for later.
  'queue-server/src/own-logs': [contracts, wire, 'queue-server/src/engine'],
  // What waits for an answer, and who answers; `durable` stores calls before they are handed out, and answers.
  'queue-server/src/calls': [contracts, wire],
  'queue-server/src/calls/durable': [
    ...[
      contracts,
      wire,
      'node:',
      ...['calls', 'delivery', 'engine', 'own-logs'].map((name) => `queue-server/src/${name}`),
    ],
  ],
  'queue-server/src/calls/calls.ts': [contracts, wire, 'queue-server/src/calls'],
  // What is published later: stored before it is confirmed, and sent when it is due.
  'queue-server/src/schedule': [
    ...[contracts, wire, 'node:', 'queue-server/src/engine', 'queue-server/src/own-logs'],
  ],
  'queue-server/src/schedule/recurring': [
    ...[contracts, wire, 'node:', 'croner', 'queue-server/src/engine', 'queue-server/src/schedule'],
  ],
  'queue-server/src/transport': [
    ...[contracts, wire, program],
    ...['access', 'guard', 'delivery', 'calls', 'schedule'].map((name) => `queue-server/src/${name}`),
    'queue-server/src/overview',
    // What is granted, and how members are named.
    ...['queue-server/src/engine/claim.ts', 'queue-server/src/engine/group/member-id.ts'],
    ...['node:', 'socket.io', 'socket.io-parser', 'ws'],
  ],
  // Several servers on one NATS, each of which serves every client: its units, and how they are found.
  'queue-server/src/cluster': [
    ...[contracts, wire, program, 'node:', 'pino', '@nats-io/transport-node', 'queue-server/src/guard'],
    ...['server.ts', 'server-options.ts', 'unit.ts', 'engine/nats', 'engine/remote/store-prefix.ts'].map(
      (name) => `queue-server/src/${name}`,
    ),
    ...['access/budget', 'transport/direct-web-socket'].map((name) => `queue-server/src/${name}.ts`),
  ],
  // Connections between servers, and which queue is whose.
  'queue-server/src/cluster/tunnel': [
    ...[contracts, wire, program, 'node:', '@nats-io/transport-node'],
    'queue-server/src/engine/nats/connection.ts',
  ],
  'queue-server/src/cluster/placement': [
    ...[contracts, wire, program, 'node:', '@nats-io/kv'],
    ...['connection', 'owner-buckets'].map((name) => `queue-server/src/engine/nats/${name}.ts`),
  ],
  // What clients of a cluster connect to: it routes packets, and knows neither engine nor delivery.
  'queue-server/src/cluster/front': [
    ...[contracts, wire, program, 'node:', 'pino', 'socket.io-parser', 'ws'],
    ...['access', 'guard', 'http', 'operator-log', 'transport'].map((name) => `queue-server/src/${name}`),
    ...['client-access.ts', 'limits.ts', 'reload.ts', 'server-options.ts'].map(
      (n) => `queue-server/src/${n}`,
    ),
    ...['calls/durable/call-logs.ts', 'metrics/connection-metrics.ts'].map((n) => `queue-server/src/${n}`),
    ...['findings.ts', 'overviews.ts'].map((name) => `queue-server/src/overview/${name}`),
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
    ...['access', 'calls', 'delivery', 'engine', 'schedule'].map((name) => `queue-server/src/${name}`),
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
  // Several servers on one store, with clients as users have them.
  'queue-server/src/reliability/rolling': [contracts, client, 'queue-server/src/reliability', 'node:', 'zod'],
  'queue-server/src/reliability/failover': [contracts, client, 'queue-server/src/reliability', 'node:'],
  'queue-server/src/reliability/cluster': [contracts, client, 'queue-server/src/reliability', 'node:'],
  'queue-server/src/bin.ts': [nodeVersion, 'queue-server/src'],
  'queue-server/src/config.ts': [
    ...['queue-server/src/access', 'queue-server/src/limit-variables.ts', 'queue-server/src/limits.ts'],
    ...['storage', 'redis', 'nats'].map((name) => `queue-server/src/${name}-variables.ts`),
    ...[contracts, program, 'node:', 'zod'],
  ],
  'queue-server/src/option-check.ts': ['queue-server/src', contracts, program, 'node:', 'zod'],
  'queue-server/src/storage-variables.ts': [
    ...['redis', 'nats'].map((name) => `queue-server/src/${name}-variables.ts`),
    ...['queue-server/src/engine/redis', 'queue-server/src/engine/nats', program, 'zod'],
  ],
  ...Object.fromEntries(
    ['redis', 'nats'].map((name) => [
      `queue-server/src/${name}-variables.ts`,
      [
        ...[`queue-server/src/engine/${name}`, 'queue-server/src/engine/remote'],
        ...['store-authority.ts', 'used-variable.ts'].map((file) => `queue-server/src/${file}`),
        ...[program, 'node:', 'zod'],
      ],
    ]),
  ),
  'queue-server/src/used-variable.ts': ['zod'],
  'queue-server/src/limit-variables.ts': [program, 'queue-server/src/limits.ts'],
  'queue-server/src/main.ts': [
    ...['queue-server/src', contracts, program, programLog],
    ...['node:', ...terminal],
  ],
  'queue-server/src': [contracts, wire, program, 'node:', ...terminal],
};
