import type { Head } from '../engine.js';
import { policyOf } from '../group/policy.js';
import type { Journal } from '../journal/journal.js';
import type { LocalRules } from '../local-options.js';
import { GroupRegistry } from '../groups/registry.js';
import type { GroupRecord } from '../groups/group-records.js';
import { GroupStateLog, type GroupStateDamage } from './group-state-log.js';
import { leastBootAt } from './least-boot.js';
import { renewedRecord, type NewEpochOf } from './new-epochs.js';

export interface GroupStateDeps {
  readonly journal: Journal;
  /** Undefined where a second copy is of no use. */
  readonly copies: Journal | undefined;
  readonly snapshotBytes?: number | undefined;
  /** By queue. */
  readonly logs: ReadonlyMap<string, { head(): Head }>;
  readonly rules: LocalRules;
  /** Where queues have new epochs. */
  readonly newEpochOf?: NewEpochOf | undefined;
}

export interface OpenedGroupState {
  readonly registry: GroupRegistry;
  readonly records: GroupStateLog;
}

/** Restores all groups from their records, and records what was lost, which groups were reset, and this start. */
export const openGroupState = async (deps: GroupStateDeps): Promise<OpenedGroupState> => {
  const { logs, rules } = deps;
  const { onError, wallNow } = rules;
  const registry = new GroupRegistry((settings) => policyOf(settings, rules), rules);
  const records = new GroupStateLog({ ...deps, snapshot: () => registry.snapshot(), onError });
  const damages: GroupStateDamage[] = [];
  const apply = (record: GroupRecord): void => void registry.apply(record);
  await records.replay(apply, (damage) => damages.push(damage));
  const isGone = damages.length === 0 && hasNoRecords(deps, registry);
  const lost = isGone || damages.some(({ loses }) => loses === 'groups');
  const leastBoot = lost ? leastBootAt(wallNow()) : 0;
  const renewed = renewedRecords(deps, registry);
  renewed.forEach(apply);
  const added: readonly GroupRecord[] = [
    ...renewed,
    ...(lost ? [lostAt(logs)] : []),
    ...resetRecords(deps, registry),
    { kind: 'start', boot: Math.max(registry.boot, leastBoot) + 1 },
  ];
  added.forEach(apply);
  registry.restoreLeases();
  // On a full disk the server still delivers what it has: the next snapshot writes this start to the disk.
  for (const record of added) records.write(record).catch(onError);
  await records.durable().catch(onError);
  // Only now both journals are complete again.
  for (const damage of damages) onError(new Error(damageText(damage)));
  if (isGone) onError(new Error(GONE));
  return { registry, records };
};

const GONE =
  'there are messages but no record of any group: the folders of the groups were removed or not copied; groups that are created again get a gap in place of what is lost';

/** Each start is recorded before the first message: without any, the folders of the group records are gone. */
const hasNoRecords = ({ logs }: GroupStateDeps, registry: GroupRegistry): boolean =>
  registry.boot === 0 && [...logs.values()].some((log) => log.head().lastSeq > 0);

const lostAt = (logs: GroupStateDeps['logs']): GroupRecord => ({
  kind: 'lost',
  heads: [...logs].map(([queue, log]) => [queue, log.head().lastSeq]),
});

/** All groups, where queues have new epochs. */
const renewedRecords = ({ newEpochOf, rules }: GroupStateDeps, registry: GroupRegistry): GroupRecord[] =>
  newEpochOf === undefined
    ? []
    : registry.snapshot().map((record) => renewedRecord(record, newEpochOf, rules.wallNow));

const resetRecords = ({ logs, rules }: GroupStateDeps, registry: GroupRegistry): GroupRecord[] =>
  [...logs].flatMap(([queue, log]) => {
    const head = log.head();
    const records = registry.groupsBeyondLog(queue, head);
    for (const { group } of records) {
      const text = `group "${group}" of "${queue}" was beyond the end of the log, whose folder was copied earlier: it continues at seq ${head.lastSeq + 1}`;
      rules.onError(new Error(text));
    }
    return records;
  });

const damageText = ({ seqs: [from, to], loses }: GroupStateDamage): string =>
  loses === 'redelivery'
    ? `group records ${from} to ${to} are damaged: messages that they settled are delivered again; every group was restored from its copy`
    : `group records ${from} to ${to} and their copies are damaged: groups may be missing; those that are created again get a gap in place of what is lost`;
