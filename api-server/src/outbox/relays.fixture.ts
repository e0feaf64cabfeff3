import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type DatabaseMessage } from '@typed-queue/contracts';
import { after } from '@typed-queue/program';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import type { Product } from '../models/product.js';
import type { Publisher } from '../publishing/publisher.js';
import { openTestDatabase, type TestDatabase } from '../repository/mongoose/database.fixture.js';
import type { Repository } from '../repository/repository.js';
import { LeaseDocument } from './lease.js';
import { KillableProcess, type Kill } from './killable-process.fixture.js';
import { Outbox } from './outbox.js';
import { outboxPublisher } from './start-outbox.js';
import { quietClient, silent } from './queue.fixture.js';
import { RelayCandidate } from './relay-candidate.js';
import { publishingProducts } from './shop.fixture.js';
import { until } from './until.fixture.js';

/** A change of a document. */
export interface DocumentChange {
  readonly event: string;
  readonly id: string;
  readonly revision: number;
}

/** A database with an outbox, a queue server, and no relay yet. */
export interface Relays {
  readonly database: TestDatabase;
  readonly outbox: Outbox;
  /** Of the queue server. */
  readonly url: string;
  /** Of the process that was started last: it hands its changes over to its relay. */
  readonly products: Repository<Product>;
  /** Of a process that publishes nothing. */
  readonly elsewhere: Repository<Product>;
  /** Starts a process that publishes, and may be killed. */
  readonly start: (kill?: Kill) => { readonly relay: RelayCandidate; readonly killable: KillableProcess };
  /** Publishes the rest, by a process that is not killed. Resolves with how many messages were in the queue already. */
  readonly drain: () => Promise<number>;
  readonly isEmpty: () => Promise<boolean>;
  /** Stops the queue server. */
  readonly down: () => Promise<void>;
  /** Starts it again at the same port, with its data or wiped. */
  readonly up: (wiped?: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

export const openRelays = async (): Promise<Relays> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'relays-'));
  const database = await openTestDatabase();
  let server: TestServer = await startTestServer({ dataDir });
  const { url } = server;
  const outbox = new Outbox(database.connection);
  await outbox.build();
  const lease = new LeaseDocument(database.connection);
  let last: RelayCandidate | undefined;
  const publisherOf = (relay: Pick<RelayCandidate, 'add'>): Publisher =>
    outboxPublisher({ outbox, now: Date.now, relay, bestEffort: { publish: () => undefined } });
  const isEmpty = async (): Promise<boolean> => (await outbox.depth()).depth === 0;
  const start: Relays['start'] = (kill) => {
    const killable = new KillableProcess(kill);
    const relay = new RelayCandidate({
      outbox: killable.owns(outbox),
      lease: killable.owns(lease),
      openQueue: () => killable.client(() => quietClient(url)),
      holder: newId(),
      logger: silent,
      after,
      now: Date.now,
      elapsed: () => performance.now(),
      leaseMs: 150,
      pollMs: 10,
    });
    relay.start();
    last = relay;
    return { relay, killable };
  };
  return {
    database,
    outbox,
    url,
    start,
    isEmpty,
    products: publishingProducts(database, publisherOf({ add: (entries) => last?.add(entries) })),
    elsewhere: publishingProducts(database, publisherOf({ add: () => undefined })),
    drain: async () => {
      const { relay, killable } = start();
      await until(isEmpty);
      await relay.stop();
      return killable.duplicates;
    },
    down: () => server.close(),
    up: async (wiped = false) => {
      if (wiped) await rm(dataDir, { recursive: true });
      server = await startTestServer({ port: Number(new URL(url).port), dataDir });
    },
    close: async () => {
      await server.close();
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
};

/** The changes that messages report. */
export const changesIn = (messages: readonly DatabaseMessage[]): DocumentChange[] =>
  messages.flatMap(({ event, payload }) => {
    if (event === 'create' || event === 'update') {
      // Safe: documents of a repository have them.
      const { id, revision } = payload.after as unknown as { id: string; revision: number };
      return { event, id, revision };
    }
    if (event !== 'delete') return [];
    const { id, revision } = payload.before as unknown as { id: string; revision: number };
    return { event, id, revision: revision + 1 };
  });

/** By document, each in its own order. */
export const byDocument = (changes: readonly DocumentChange[]): Map<string, DocumentChange[]> => {
  const documents = new Map<string, DocumentChange[]>();
  for (const one of changes) documents.set(one.id, [...(documents.get(one.id) ?? []), one]);
  return new Map([...documents].sort(([a], [b]) => (a < b ? -1 : 1)));
};
