import type { Engine } from '../engine.js';
import { policyOf } from '../group/policy.js';
import { LocalEngine } from '../local-engine.js';
import { rulesOf, type LocalOptions } from '../local-options.js';
import { GroupRegistry } from '../groups/registry.js';
import type { GroupRecords } from '../groups/group-records.js';
import { MemoryDeadLetters } from './memory-dead-letters.js';
import { MemoryLog } from './memory-log.js';

/** No engine claims more often: one that starts at least a millisecond later begins above its tokens. */
const TOKENS_PER_MS = 1_024;

/** The state of groups is not stored. */
const records: GroupRecords = {
  write: async () => undefined,
  durable: async () => undefined,
  fault: () => undefined,
  close: async () => undefined,
};

/**
 * Opens an engine that keeps everything in memory and forgets it with the process: each start has empty queues of
 * a new epoch, and no groups. Receipts say `durability: 'memory'`.
 */
export const openMemoryEngine = (options: LocalOptions): Engine => {
  const rules = rulesOf(options);
  return new LocalEngine({
    queues: options.queues.map(({ name, retention, deadLetters: letterBounds }) => ({
      name,
      log: new MemoryLog({ ...rules, retention }),
      deadLetters: new MemoryDeadLetters(),
      letterBounds,
    })),
    durability: 'memory',
    registry: new GroupRegistry((settings) => policyOf(settings, rules), rules),
    records,
    rules,
    // A token of an earlier start must not be valid again.
    firstToken: rules.wallNow() * TOKENS_PER_MS,
    release: async () => undefined,
  });
};
