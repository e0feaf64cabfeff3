import type { DeadLetter, DeadLetterKind, DeadLetterSummary } from '@typed-queue/contracts';
import type { QueueHandle } from '../engine/engine.js';
import { kindReason } from '../engine/groups/kind-reason.js';

const MAX_KINDS = 100;
const PAGE = 1_000;
/** Each searches about 8 MiB at most. */
const MAX_PAGES = 10;

/** Counts dead letters by group, code and reason, the newest first, until there are no more or much was searched. */
export const deadLetterSummary = async (
  deadLetters: Pick<QueueHandle['deadLetters'], 'list' | 'status'>,
): Promise<DeadLetterSummary> => {
  const { letters, newest } = deadLetters.status();
  const kinds = new Map<string, DeadLetterKind>();
  let counted = 0;
  let pages = 0;
  let width = PAGE;
  let through = newest;
  while (through > 0 && pages < MAX_PAGES) {
    const found = counted;
    let after: number | null = Math.max(0, through - width);
    const next = after;
    while (after !== null && pages < MAX_PAGES) {
      const page = await deadLetters.list({ after, through, limit: PAGE });
      for (const letter of page.letters) count(kinds, letter);
      counted += page.letters.length;
      if (page.letters.length > 0 || page.next !== null) pages++;
      after = page.next;
    }
    if (after !== null) break;
    through = next;
    // Where most letters were removed, their positions are far apart.
    if (counted - found < width / 2) width *= 2;
  }
  const all = [...kinds.values()].sort((one, other) => other.letters - one.letters);
  const shown = all.slice(0, MAX_KINDS);
  const others = counted - shown.reduce((sum, kind) => sum + kind.letters, 0);
  return { letters, counted, isPartial: through > 0, kinds: shown, others };
};

const count = (kinds: Map<string, DeadLetterKind>, letter: DeadLetter): void => {
  const { group, code, time, position } = letter;
  const reason = kindReason(letter.reason);
  const key = JSON.stringify([group, code, reason]);
  const known = kinds.get(key) ?? {
    group,
    code,
    reason,
    letters: 0,
    firstTime: time,
    lastTime: time,
    lastPosition: position,
  };
  kinds.set(key, {
    ...known,
    letters: known.letters + 1,
    firstTime: Math.min(known.firstTime, time),
    lastTime: Math.max(known.lastTime, time),
    lastPosition: Math.max(known.lastPosition, position),
  });
};
