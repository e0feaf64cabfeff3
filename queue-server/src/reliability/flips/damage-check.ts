import { QueueError } from '@typed-queue/contracts';
import type { Claimed } from '../../engine/claim.js';
import type { Engine, LogItem } from '../../engine/engine.js';
import { openDiskEngine } from '../../engine/disk/open-disk-engine.js';
import { frameOf, QUEUE, QUEUES, type Confirmed } from './small-folder.js';

/** `refused`: the server said which file it does not understand, changed nothing and did not start. */
export interface Checked {
  readonly kind: 'opened' | 'refused';
  /** What was confirmed and is altered, or lost without a gap. */
  readonly faults: readonly string[];
}

const MORE = 1024 * 1024;

/** Opens a damaged folder and compares what it gives out with what was confirmed. */
export const checkFolder = async (dir: string, confirmed: Confirmed): Promise<Checked> => {
  const opened = await open(dir, confirmed);
  if (opened instanceof QueueError) return { kind: 'refused', faults: [] };
  try {
    const faults = [
      ...(await logFaults(opened, confirmed)),
      ...(await letterFaults(opened, confirmed)),
      ...(await groupFaults(opened, confirmed)),
      ...(await duplicateFaults(opened, confirmed)),
    ];
    return { kind: 'opened', faults };
  } finally {
    await opened.close();
  }
};

const open = async (dir: string, { time }: Confirmed): Promise<Engine | QueueError> => {
  try {
    // Ids are known for minutes, and all damages together take longer.
    return await openDiskEngine({ dir, queues: QUEUES, wallNow: () => time });
  } catch (error) {
    if (error instanceof QueueError && error.code === 'journal_unsupported') return error;
    throw error;
  }
};

const logFaults = async (engine: Engine, { payloads }: Confirmed): Promise<string[]> => {
  const { lastSeq } = engine.queue(QUEUE).head();
  const items: LogItem[] = [];
  for (let next = 1; next <= lastSeq;) {
    const found = await engine.queue(QUEUE).read(next, MORE);
    const last = found.at(-1);
    if (last === undefined) break;
    items.push(...found);
    next = (last.kind === 'gap' ? last.gap.to : last.frame.lastSeq) + 1;
  }
  return payloads.flatMap((payload, index) => {
    const seq = index + 1;
    const item = items.find((each) =>
      each.kind === 'gap'
        ? each.gap.from <= seq && seq <= each.gap.to
        : each.frame.firstSeq <= seq && seq <= each.frame.lastSeq,
    );
    if (item === undefined) return [`message ${seq} is missing without a gap`];
    if (item.kind === 'gap') return [];
    const text = item.frame.payloadText(seq - item.frame.firstSeq);
    return text === payload ? [] : [`message ${seq} is altered: ${text}`];
  });
};

const letterFaults = async (engine: Engine, { letters, payloads }: Confirmed): Promise<string[]> => {
  const page = await engine.queue(QUEUE).deadLetters.list({});
  return letters.flatMap((seq) => {
    const letter = page.letters.find((each) => each.seq === seq);
    // The dead letter is lost, and its message is delivered again.
    if (letter === undefined)
      return page.gaps.length > 0 ? [] : [`dead letter ${seq} is missing without a gap`];
    if (letter.message === null) return [];
    const text = JSON.stringify(letter.message.payload);
    return text === payloads[seq - 1] ? [] : [`dead letter ${seq} is altered: ${text}`];
  });
};

const groupFaults = async (engine: Engine, { unsettled, lastToken }: Confirmed): Promise<string[]> => {
  const faults: string[] = [];
  for (const [group, seqs] of Object.entries(unsettled)) {
    const { reset } = await engine.group(QUEUE, group).open({ start: 'now' });
    const claims = await claimAll(engine, group);
    for (const { token } of claims) if (token <= lastToken) faults.push(`token ${token} is given out again`);
    if (reset !== undefined) continue;
    for (const seq of seqs) {
      const isKnown = claims.some(
        ({ frames, gaps }) =>
          frames.some(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq) ||
          gaps.some(({ from, to }) => from <= seq && seq <= to),
      );
      if (!isKnown) faults.push(`group ${group} does not get message ${seq} and no gap`);
    }
  }
  return faults;
};

/** What is published again is a duplicate unless it is lost with a gap, and what is new is none. */
const duplicateFaults = async (engine: Engine, { payloads }: Confirmed): Promise<string[]> => {
  const faults: string[] = [];
  for (const index of payloads.keys()) {
    const seq = index + 1;
    const [item] = await engine.queue(QUEUE).read(seq, 1);
    const { duplicates } = await engine.queue(QUEUE).append(frameOf([seq]));
    const known = duplicates[0]?.seq;
    if (known !== seq && (known !== undefined || item?.kind === 'frame')) {
      faults.push(`message ${seq} is published again and becomes ${known ?? 'new'}`);
    }
  }
  const { duplicates } = await engine.queue(QUEUE).append(frameOf([payloads.length + 1]));
  if (duplicates.length > 0) faults.push('a new message is a duplicate');
  return faults;
};

const claimAll = async (engine: Engine, group: string): Promise<Claimed[]> => {
  const claims: Claimed[] = [];
  for (;;) {
    const claim = { member: 'm', maxMessages: 100, maxBytes: MORE };
    const claimed = await engine.group(QUEUE, group).claim(claim);
    if (typeof claimed === 'string') return claims;
    claims.push(claimed);
  }
};
