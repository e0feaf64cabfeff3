import type { Host } from '../host.js';
import type { Failure } from './failure.js';
import { randomServer, shuffledNodes, type Field } from './field.js';

/** Who loses what is sent, to whom. */
type Choice = (field: Field) => readonly [from: Host, to: Host];

const oneWay =
  (choose: Choice): Failure =>
  async (field) => {
    const [from, to] = choose(field);
    await field.network.lose(from, to);
    return { what: `packets from ${from.address} to ${to.address} lost`, end: () => field.network.mend() };
  };

const node = (field: Field): Host => field.nats.node(field.random.below(field.nats.size)).host;

export const lostToNode = oneWay((field) => [randomServer(field).host, node(field)]);
export const lostFromNode = oneWay((field) => [node(field), randomServer(field).host]);
export const lostToClients = oneWay((field) => [randomServer(field).host, field.network.own]);
export const lostFromClients = oneWay((field) => [field.network.own, randomServer(field).host]);
export const lostBetweenNodes = oneWay((field) => {
  const [one = 0, other = 1] = shuffledNodes(field);
  return [field.nats.node(one).host, field.nats.node(other).host];
});
