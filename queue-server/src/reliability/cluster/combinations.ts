import * as cut from './cut-failure.js';
import * as one from './failure.js';
import type { Network } from './network.js';
import * as way from './one-way-failure.js';

const NO_CUTS =
  'No packets are lost: network namespaces may not be made here (unshare, ip and nsenter; Linux). Combinations with cuts are left out.';

/** Failures that a cluster has in turn. */
export interface Combination {
  readonly name: string;
  readonly needsCuts: boolean;
  /** Most nodes lose their memory at once, so that queues may get new epochs. Default: false. */
  readonly mayReset?: boolean;
  readonly failures: readonly [one.Failure, ...one.Failure[]];
}

const combinations: readonly Combination[] = [
  { name: 'server-killed', needsCuts: false, failures: [one.serverKilled] },
  { name: 'server-frozen', needsCuts: false, failures: [one.serverFrozen] },
  { name: 'server-stopped', needsCuts: false, failures: [one.serverStopped] },
  { name: 'node-killed', needsCuts: false, failures: [one.nodesKilled(1)] },
  { name: 'node-frozen', needsCuts: false, failures: [one.nodesFrozen(1)] },
  {
    name: 'two-nodes',
    needsCuts: false,
    mayReset: true,
    failures: [one.nodesKilled(2), one.nodesFrozen(2), one.killedAndFrozen],
  },
  { name: 'rolling', needsCuts: false, failures: [one.serversRolled, one.nodesRolled] },
  { name: 'cut-server-node', needsCuts: true, failures: [cut.cutFromNodes(1), cut.cutFromNodes(3)] },
  { name: 'cut-node-node', needsCuts: true, failures: [cut.cutNodes, cut.isolatedNode, cut.nodesApart] },
  { name: 'cut-client-server', needsCuts: true, failures: [cut.cutFromClients] },
  {
    name: 'cut-one-way',
    needsCuts: true,
    failures: [
      way.lostToNode,
      way.lostBetweenNodes,
      way.lostFromNode,
      way.lostToClients,
      way.lostFromClients,
    ],
  },
  {
    name: 'mixed',
    needsCuts: true,
    failures: [
      cut.divided,
      one.together(one.serverFrozen, cut.isolatedNode),
      one.together(one.serverKilled, one.nodesKilled(1)),
      one.together(cut.divided, way.lostFromClients),
      one.together(one.serverStopped, way.lostBetweenNodes),
    ],
  },
];

/**
 * Those with these names; without names all that this network can have.
 * @throws where there is no such combination, and where it needs cuts and the network has none
 */
export const combinationsOf = (
  names: readonly string[],
  { canCut }: Pick<Network, 'canCut'>,
): readonly Combination[] => {
  if (!canCut) console.log(NO_CUTS);
  if (names.length === 0) return combinations.filter(({ needsCuts }) => canCut || !needsCuts);
  return names.map((name) => {
    const found = combinations.find((combination) => combination.name === name);
    if (found === undefined) {
      throw new Error(
        `No combination ${name}. There are: ${combinations.map((one) => one.name).join(', ')}.`,
      );
    }
    if (found.needsCuts && !canCut) throw new Error(`${name} needs cuts.`);
    return found;
  });
};
