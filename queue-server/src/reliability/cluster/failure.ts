import { setTimeout } from 'node:timers/promises';
import { randomServer, shuffledNodes, type Field } from './field.js';

/** A failure that has begun. */
interface Begun {
  /** For people. */
  readonly what: string;
  /** Ends it, where it does not end by itself. */
  readonly end: () => Promise<void>;
}

export type Failure = (field: Field) => Promise<Begun>;

const POLL_MS = 100;
const nothing = (): Promise<void> => Promise.resolve();

/** A killed or stopped server is started again at once. */
const ended =
  (signal: 'SIGKILL' | 'SIGTERM'): Failure =>
  (field) => {
    const server = randomServer(field);
    server.signal(signal);
    return Promise.resolve({ what: `${signal} for server ${server.host.address}`, end: nothing });
  };

export const serverKilled = ended('SIGKILL');
export const serverStopped = ended('SIGTERM');

export const serverFrozen: Failure = (field) => {
  const server = randomServer(field);
  server.signal('SIGSTOP');
  const end = (): Promise<void> => {
    server.signal('SIGCONT');
    return Promise.resolve();
  };
  return Promise.resolve({ what: `SIGSTOP for server ${server.host.address}`, end });
};

export const nodesKilled =
  (count: number): Failure =>
  async (field) => {
    const numbers = shuffledNodes(field).slice(0, count);
    await Promise.all(numbers.map((number) => field.nats.node(number).kill()));
    const end = async (): Promise<void> => {
      await Promise.all(numbers.map((number) => field.nats.restart(number)));
    };
    return { what: `SIGKILL for node ${numbers.join(' and ')}`, end };
  };

export const nodesFrozen =
  (count: number): Failure =>
  (field) => {
    const nodes = shuffledNodes(field).slice(0, count);
    for (const number of nodes) field.nats.node(number).freeze();
    const end = (): Promise<void> => {
      for (const number of nodes) field.nats.node(number).continue();
      return Promise.resolve();
    };
    return Promise.resolve({ what: `SIGSTOP for node ${nodes.join(' and ')}`, end });
  };

/** One node killed, another one frozen. */
export const killedAndFrozen: Failure = async (field) => {
  const [one = 0, other = 1] = shuffledNodes(field);
  await field.nats.node(one).kill();
  field.nats.node(other).freeze();
  const end = async (): Promise<void> => {
    field.nats.node(other).continue();
    await field.nats.restart(one);
  };
  return { what: `SIGKILL for node ${one}, SIGSTOP for node ${other}`, end };
};

/** Each server, or each node, is stopped and started again, one after the other. */
export const serversRolled: Failure = async ({ servers }) => {
  for (const server of servers) {
    const { starts } = server;
    server.signal('SIGTERM');
    while (server.starts === starts || !(await server.isReady())) await setTimeout(POLL_MS);
  }
  return { what: 'each server stopped and started again', end: nothing };
};

export const nodesRolled: Failure = async ({ nats }) => {
  for (let number = 0; number < nats.size; number++) {
    await nats.node(number).end('SIGTERM');
    await nats.restart(number);
    await nats.healthy();
  }
  return { what: 'each node stopped and started again', end: nothing };
};

/** Both begin at once. */
export const together =
  (one: Failure, other: Failure): Failure =>
  async (field) => {
    const begun = [await one(field), await other(field)];
    const end = async (): Promise<void> => {
      await Promise.all(begun.map((each) => each.end()));
    };
    return { what: begun.map(({ what }) => what).join(', and '), end };
  };
