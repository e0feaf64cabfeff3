import { setTimeout } from 'node:timers/promises';
import { cut, randomServer, shuffledNodes, type Field } from './field.js';

/** A failure that has begun. */
export interface Begun {
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
  const end = (): Promise<void> => Promise.resolve(server.signal('SIGCONT'));
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

/** No packets between two nodes, which both reach the third one. */
export const cutNodes: Failure = async (field) => {
  const [one = 0, other = 1] = shuffledNodes(field);
  await cut(field, field.nats.node(one).host, field.nats.node(other).host);
  return { what: `node ${one} and node ${other} cut off from each other`, end: () => field.network.mend() };
};

/** A node that other nodes do not reach, and servers do. */
export const isolatedNode: Failure = async (field) => {
  const [one = 0, ...others] = shuffledNodes(field);
  for (const other of others) await cut(field, field.nats.node(one).host, field.nats.node(other).host);
  return { what: `node ${one} cut off from the other nodes`, end: () => field.network.mend() };
};

/** No quorum, although each node runs. */
export const nodesApart: Failure = async (field) => {
  const { nats, network } = field;
  const [one = 0, two = 1, three = 2] = shuffledNodes(field);
  for (const [each, other] of [
    [one, two],
    [two, three],
    [three, one],
  ] as const) {
    await cut(field, nats.node(each).host, nats.node(other).host);
  }
  return { what: 'all nodes cut off from each other', end: () => network.mend() };
};

/** A server that does not reach some of the nodes: the first ones of a random order. */
export const cutFromNodes =
  (count: number): Failure =>
  async (field) => {
    const server = randomServer(field);
    const numbers = shuffledNodes(field).slice(0, count);
    for (const number of numbers) await cut(field, server.host, field.nats.node(number).host);
    const what = `server ${server.host.address} cut off from node ${numbers.join(' and ')}`;
    return { what, end: () => field.network.mend() };
  };

export const cutFromClients: Failure = async (field) => {
  const server = randomServer(field);
  await cut(field, server.host, field.network.own);
  const what = `server ${server.host.address} cut off from its clients`;
  return { what, end: () => field.network.mend() };
};

/** A server with one node on one side, everything else on the other one; clients reach both. */
export const divided: Failure = async (field) => {
  const server = randomServer(field);
  const [alone = 0, ...others] = shuffledNodes(field);
  for (const number of others) {
    await cut(field, server.host, field.nats.node(number).host);
    await cut(field, field.nats.node(alone).host, field.nats.node(number).host);
  }
  for (const other of field.servers) {
    if (other !== server) await cut(field, other.host, field.nats.node(alone).host);
  }
  const what = `server ${server.host.address} and node ${alone} cut off from all others`;
  return { what, end: () => field.network.mend() };
};
