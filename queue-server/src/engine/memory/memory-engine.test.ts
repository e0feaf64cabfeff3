import { describe, expect, it } from '@jest/globals';
import { describeEngine } from '../conformance/describe-engine.fixture.js';
import { LETTERS_KEPT_OVER_A_RESTART } from '../conformance/dead-letters.suite.js';
import { DECLARED_FAILURES_KEPT_OVER_A_RESTART } from '../conformance/declared-failures.suite.js';
import { EDITS_KEPT_OVER_A_RESTART } from '../conformance/edited-letters.suite.js';
import { EXPECTED_SEQS_KEPT_OVER_A_RESTART } from '../conformance/expected-seqs.suite.js';
import { PRIORITIES_KEPT_OVER_A_RESTART } from '../conformance/priorities.suite.js';
import { REDRIVES_KEPT_OVER_A_RESTART } from '../conformance/redrives.suite.js';
import { ORDER_KEPT_OVER_A_RESTART } from '../conformance/keys.suite.js';
import { PASSED_OVER_KEPT_OVER_A_RESTART } from '../conformance/known-events.suite.js';
import { LOSSES_KEPT_OVER_A_RESTART } from '../conformance/lost-holders.suite.js';
import { GROUPS_KEPT_OVER_A_RESTART } from '../conformance/management.suite.js';
import { KEPT_OVER_A_RESTART, MADE_GOOD_AFTER_DAMAGE } from '../conformance/restarts.suite.js';
import { REMOVAL_KNOWN_AFTER_A_RESTART } from '../conformance/retention.suite.js';
import { frameOf } from '../frames.fixture.js';
import { openMemoryEngine } from './open-memory-engine.js';

describeEngine('the memory', openMemoryEngine, {
  deviations: [
    {
      reason: 'all is gone with the process',
      tests: [
        ...KEPT_OVER_A_RESTART,
        ...REMOVAL_KNOWN_AFTER_A_RESTART,
        ...EXPECTED_SEQS_KEPT_OVER_A_RESTART,
        ...LETTERS_KEPT_OVER_A_RESTART,
        ...DECLARED_FAILURES_KEPT_OVER_A_RESTART,
        ...REDRIVES_KEPT_OVER_A_RESTART,
        ...EDITS_KEPT_OVER_A_RESTART,
        ...ORDER_KEPT_OVER_A_RESTART,
        ...PRIORITIES_KEPT_OVER_A_RESTART,
        ...LOSSES_KEPT_OVER_A_RESTART,
        ...PASSED_OVER_KEPT_OVER_A_RESTART,
        ...GROUPS_KEPT_OVER_A_RESTART,
      ],
    },
    { reason: 'it has no disk that could be damaged', tests: MADE_GOOD_AFTER_DAMAGE },
  ],
});

describe('each start of the memory engine', () => {
  it('begins with an empty log of a new epoch, and knows no message and no group', async () => {
    const epochs = new Set<string>();
    for (let starts = 0; starts < 2; starts++) {
      const engine = openMemoryEngine({ queues: [{ name: 'files', retention: {} }] });
      const { epoch, lastSeq } = engine.queue('files').head();
      epochs.add(epoch);
      expect(lastSeq).toBe(0);
      const appended = await engine.queue('files').append(frameOf([1]));
      expect(appended).toEqual({ epoch, durability: 'memory', firstSeq: 1, duplicates: [], refused: [] });
      expect(await engine.group('files', 'g').open({ start: 'now' })).toMatchObject({
        floor: 2,
        reset: undefined,
      });
      await engine.queue('files').append(frameOf([2]));
      await engine.close();
    }
    expect(epochs.size).toBe(2);
  });
});
