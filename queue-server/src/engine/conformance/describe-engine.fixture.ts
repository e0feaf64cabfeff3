import { describe, expect, it } from '@jest/globals';
import { appends } from './appends.suite.js';
import { claims } from './claims.suite.js';
import { closing } from './closing.suite.js';
import { deadLetters } from './dead-letters.suite.js';
import { declaredFailures } from './declared-failures.suite.js';
import { editedLetters } from './edited-letters.suite.js';
import { expectedSeqs } from './expected-seqs.suite.js';
import { fairness } from './fairness.suite.js';
import type { Guarantee } from './guarantee.fixture.js';
import { keys } from './keys.suite.js';
import { knownEvents } from './known-events.suite.js';
import { leases } from './leases.suite.js';
import { lostHolders } from './lost-holders.suite.js';
import { management } from './management.suite.js';
import { members } from './members.suite.js';
import { letterBounds } from './dead-letter-bounds.suite.js';
import { priorities } from './priorities.suite.js';
import { redrives } from './redrives.suite.js';
import { reads } from './reads.suite.js';
import { restarts } from './restarts.suite.js';
import { retention } from './retention.suite.js';
import { settles } from './settles.suite.js';
import { takeovers, WHERE_A_RESTART_ENDS_LEASES } from './takeovers.suite.js';
import { Trial, type DamageEngine, type OpenEngine } from './trial.fixture.js';

/** What an engine does not guarantee. Its own tests say what it does instead. */
interface Deviation {
  readonly reason: string;
  /** The titles of the guarantees. */
  readonly tests: readonly string[];
}

export interface Conformance {
  readonly deviations?: readonly Deviation[];
  /** Whether leases outlive it. Default: false, a restart ends them. */
  readonly keepsLeases?: boolean;
  /** Needed by the guarantees about damage. */
  readonly damage?: DamageEngine;
}

const chapters = {
  'appends and duplicates': appends,
  'expected seqs': expectedSeqs,
  'reads and the head': reads,
  'retention and purges': retention,
  'groups and claims': claims,
  outcomes: settles,
  'dead letters': deadLetters,
  'declared failures': declaredFailures,
  'the bounds of dead letters': letterBounds,
  'dead letters that go back': redrives,
  'dead letters that are edited': editedLetters,
  'ordering keys': keys,
  priorities,
  'what may be claimed': fairness,
  'events that not all members know': knownEvents,
  'looking after groups': management,
  'leases and time': leases,
  'members that come and go': members,
  'holders that are lost': lostHolders,
  restarts,
  closing,
};

const LEASES_GO_ON: Deviation = {
  reason: 'leases outlive it, as the takeovers say',
  tests: WHERE_A_RESTART_ENDS_LEASES,
};

const attempt = async (trial: Trial, run: (trial: Trial) => Promise<void>): Promise<void> => {
  try {
    await trial.start();
    await run(trial);
  } finally {
    await trial.end();
  }
};

/** Tries everything that `Engine` promises on an engine. */
export const describeEngine = (
  name: string,
  open: OpenEngine,
  { deviations: others = [], damage, keepsLeases = false }: Conformance = {},
): void => {
  const titles = new Set<string>();
  const deviations = keepsLeases ? [...others, LEASES_GO_ON] : others;
  const guarantee: Guarantee = (title, run) => {
    if (titles.has(title)) throw new Error(`two guarantees have the title "${title}"`);
    titles.add(title);
    const deviation = deviations.find(({ tests }) => tests.includes(title));
    if (deviation === undefined) it(title, () => attempt(new Trial(open, damage), run));
    else it.skip(`${title} — not this engine: ${deviation.reason}`, () => undefined);
  };
  describe(`${name} engine`, () => {
    for (const [chapter, declare] of Object.entries(chapters)) describe(chapter, () => declare(guarantee));
    if (keepsLeases) describe('takeovers', () => takeovers(guarantee));

    it('deviates only from guarantees that there are', () => {
      expect([...titles]).toEqual(expect.arrayContaining(deviations.flatMap(({ tests }) => tests)));
    });
  });
};
