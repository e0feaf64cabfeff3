import type { Engine } from '../engine.js';
import { LocalEngine } from '../local/local-engine.js';
import { settingsOf, type LocalOptions } from '../local/local-options.js';
import { OpenGroups } from '../local/open-groups.js';
import type { Outcomes } from '../local/outcomes.js';
import { MemoryLog } from './memory-log.js';

/** No engine claims so often over its life: one that starts at least a millisecond later begins above its tokens. */
const TOKENS_PER_MS = 1_024;

/** The groups are in memory already. */
const outcomes: Outcomes = {
  write: async () => undefined,
  durable: async () => undefined,
  trouble: () => undefined,
  close: async () => undefined,
};

/**
 * Opens an engine that keeps everything in memory and forgets it with the process: each start has empty queues of
 * a new epoch, and no groups. Receipts say `durability: 'memory'`. Nothing is ever dropped while it runs.
 */
export const openMemoryEngine = (options: LocalOptions): Engine => {
  const settings = settingsOf(options);
  return new LocalEngine({
    logs: new Map(options.queues.map((queue) => [queue, new MemoryLog(settings.now)])),
    groups: new OpenGroups(settings),
    outcomes,
    settings,
    // Clients that worked under tokens of an earlier start must not meet them again.
    firstToken: settings.now() * TOKENS_PER_MS,
    release: async () => undefined,
  });
};
