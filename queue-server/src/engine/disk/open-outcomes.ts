import type { Head } from '../engine.js';
import { policyOf } from '../group/policy.js';
import type { Journal } from '../journal/journal.js';
import type { LocalRules } from '../groups/local-options.js';
import { GroupRegistry } from '../groups/registry.js';
import type { GroupRecord } from '../groups/group-records.js';
import { OutcomeLog, type OutcomeDamage } from './outcome-log.js';

export interface OutcomesParts {
  readonly journal: Journal;
  readonly copies: Journal;
  /** By queue. */
  readonly logs: ReadonlyMap<string, { head(): Head }>;
  readonly rules: LocalRules;
}

export interface OpenedOutcomes {
  readonly groups: GroupRegistry;
  readonly outcomes: OutcomeLog;
}

/** Boot numbers after the loss of all earlier ones are above the hours since 1970: no server starts more often. */
const HOUR_MS = 3_600_000;

/** Restores all groups from their records, and writes down what became of them and that a server started. */
export const openOutcomes = async (parts: OutcomesParts): Promise<OpenedOutcomes> => {
  const { journal, copies, logs, rules } = parts;
  const { onError, wallNow } = rules;
  const groups = new GroupRegistry((settings) => policyOf(settings, rules), rules);
  const outcomes = new OutcomeLog({ journal, copies, snapshot: () => groups.snapshot(), onError });
  const damages: OutcomeDamage[] = [];
  await outcomes.replay(
    (record) => {
      groups.apply(record);
    },
    (damage) => damages.push(damage),
  );
  const isGone = damages.length === 0 && isWithoutOutcomes(parts, groups);
  const lost = isGone || damages.some(({ loses }) => loses === 'groups');
  const leastBoot = lost ? Math.floor(wallNow() / HOUR_MS) : 0;
  const records: readonly GroupRecord[] = [
    ...(lost ? [lostAt(logs)] : []),
    ...takenBack(parts, groups),
    { kind: 'start', boot: Math.max(groups.boot, leastBoot) + 1 },
  ];
  // On a full disk the server still hands out what it has: the next snapshot brings this start to the disk.
  for (const record of records) outcomes.write(groups.apply(record)).catch(onError);
  await outcomes.durable().catch(onError);
  // Only now both journals have everything again.
  for (const damage of damages) onError(new Error(damageText(damage)));
  if (isGone) onError(new Error(GONE));
  return { groups, outcomes };
};

const GONE =
  'there are messages but no record of any group: the folders of the groups were removed or not copied; groups that are opened again are told by a gap what they do not get';

/** Each start is written down before the first message: without any, the folders of the outcomes are gone. */
const isWithoutOutcomes = ({ logs }: OutcomesParts, groups: GroupRegistry): boolean =>
  groups.boot === 0 && [...logs.values()].some((log) => log.head().lastSeq > 0);

const lostAt = (logs: OutcomesParts['logs']): GroupRecord => ({
  kind: 'lost',
  heads: [...logs].map(([queue, log]) => [queue, log.head().lastSeq]),
});

const takenBack = ({ logs, rules }: OutcomesParts, groups: GroupRegistry): GroupRecord[] =>
  [...logs].flatMap(([queue, log]) => {
    const head = log.head();
    const records = groups.takenBack(queue, head);
    for (const { group } of records) {
      const text = `group "${group}" of "${queue}" stood beyond the end of the log, whose folder was copied earlier: it continues at seq ${head.lastSeq + 1}`;
      rules.onError(new Error(text));
    }
    return records;
  });

const damageText = ({ places: [from, to], loses }: OutcomeDamage): string =>
  loses === 'redelivery'
    ? `outcomes ${from} to ${to} of the groups are damaged: messages that they settled are delivered again; every group was restored from its copy`
    : `outcomes ${from} to ${to} of the groups and their copies are damaged: groups may be missing; those that are opened again are told by a gap what they do not get`;
