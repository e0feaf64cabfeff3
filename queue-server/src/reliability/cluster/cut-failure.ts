import type { Failure } from './failure.js';
import { cut, randomServer, shuffledNodes } from './field.js';

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
