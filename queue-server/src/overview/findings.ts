import { MINUTE, SECOND, type Finding } from '@typed-queue/contracts';
import type { Member } from '../delivery/member.js';
import { memberNames } from '../engine/group/member-id.js';
import type { Growth } from '../history/group-trends.js';
import type { QueueHistory } from '../history/queue-history.js';
import type { GroupSnapshot } from './snapshot.js';

/** A depth that grew by less is no trend. */
const MIN_GROWTH = 100;
const MIN_GROWTH_RATIO = 1.1;
const MIN_GROWTH_MS = 2 * MINUTE;
/** A client that is there answers a ping every 25 s. */
const SILENT_MS = 30 * SECOND;
const HOARDING_MS = MINUTE;
const HOARDING_PART = 0.5;

/** The worst first. */
const ORDER: Readonly<Record<Finding['kind'], number>> = {
  'storage-fault': 0,
  unreachable: 1,
  stalled: 2,
  'no-members': 3,
  'falling-behind': 4,
  'silent-member': 5,
  'hoarding-member': 6,
  'contract-clash': 7,
  'dead-letters': 8,
  paused: 9,
};

const sizeOf = (finding: Finding): number => {
  if ('depth' in finding) return finding.depth;
  if ('held' in finding) return finding.held;
  if ('clients' in finding) return finding.clients;
  return 'letters' in finding ? finding.letters : 0;
};

/** Sorts findings, the worst first. */
export const worstFirst = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((one, other) => ORDER[one.kind] - ORDER[other.kind] || sizeOf(other) - sizeOf(one));

/** What needs attention in a group. */
export const findingsOf = (
  queue: string,
  snapshot: GroupSnapshot,
  history: Pick<QueueHistory, 'growthOf'>,
): readonly Finding[] => {
  const { group, depth, members } = snapshot;
  if (depth === 0) return [];
  const kind = backlogOf(snapshot);
  const found: Finding[] = kind === undefined ? [] : [{ kind, queue, group, depth }];
  const growth = kind === undefined ? history.growthOf(queue, group) : undefined;
  if (growth !== undefined && hasGrown(depth, growth)) {
    found.push({ kind: 'falling-behind', queue, group, depth, ...growth, overMs: Math.round(growth.overMs) });
  }
  for (const member of members) {
    const finding = memberFinding(queue, group, member);
    if (finding !== undefined) found.push(finding);
  }
  return found;
};

const backlogOf = ({
  paused,
  stalled,
  members,
}: GroupSnapshot): 'paused' | 'stalled' | 'no-members' | undefined => {
  if (paused) return 'paused';
  if (stalled) return 'stalled';
  return members.every(({ away }) => away) ? 'no-members' : undefined;
};

const hasGrown = (depth: number, { before, overMs }: Growth): boolean =>
  overMs >= MIN_GROWTH_MS && depth >= before + MIN_GROWTH && depth >= before * MIN_GROWTH_RATIO;

const memberFinding = (queue: string, group: string, member: Member): Finding | undefined => {
  const { name, unsettled: held, window, oldestHeldMs: heldMs = 0, silentMs = 0 } = member;
  if (member.away || held === 0) return undefined;
  const of = { queue, group, ...memberNames(name), held };
  if (silentMs >= SILENT_MS) return { kind: 'silent-member', ...of, silentMs: Math.round(silentMs) };
  if (heldMs < HOARDING_MS || held < window.messages * HOARDING_PART) return undefined;
  return { kind: 'hoarding-member', ...of, heldMs: Math.round(heldMs) };
};
