import { QueueError, type DeadLetterFilter, type RefusedLetter } from '@typed-queue/contracts';
import type { DeadLetterRequest, Discarded, Redriven, RedriveRequest } from '@typed-queue/contracts/wire';
import { onAbort } from '../abort-watch.js';
import type { Runtime } from '../runtime.js';
import type { DiscardOptions, RedriveOptions, RedriveResult } from './admin.js';

/** Letters of one request, and the most that a server takes. */
const LETTERS_IN_A_PAGE = 1_000;
const REFUSED_KEPT = 1_000;

/** Sends one request and resolves with its answer. */
export type AskPage<T> = (request: Omit<RedriveRequest, 'payload'>) => Promise<T>;

/** Redrives all that matches, page by page, not faster than asked for. */
export const redriveAll = async (
  ask: AskPage<Redriven>,
  { ratePerSecond = Infinity, progress, signal, timeoutMs: _, ...filter }: RedriveOptions,
  runtime: Pick<Runtime, 'after'>,
): Promise<RedriveResult> => {
  if (!(ratePerSecond > 0)) {
    throw new QueueError('request_invalid', `ratePerSecond is ${ratePerSecond}, not a positive number.`);
  }
  const limit = Math.min(LETTERS_IN_A_PAGE, Math.ceil(ratePerSecond));
  let redriven = 0;
  let refusedCount = 0;
  let through = 0;
  const refused: RefusedLetter[] = [];
  for await (const page of pages(ask, { ...filter, limit })) {
    redriven += page.redriven;
    refusedCount += page.refused.length;
    through = page.through;
    refused.push(...page.refused.slice(0, REFUSED_KEPT - refused.length));
    progress?.({ redriven, refusedCount, refused: [...refused], through });
    const isPaced = page.next !== null && page.redriven > 0 && filter.dryRun !== true;
    if (isPaced) await pause((page.redriven / ratePerSecond) * 1_000, runtime, signal);
  }
  return { redriven, refusedCount, refused, through };
};

/** Discards all that matches, page by page; returns how many there were. */
export const discardAll = async (
  ask: AskPage<Discarded>,
  { progress, signal: _, timeoutMs: __, ...filter }: DiscardOptions,
): Promise<number> => {
  let discarded = 0;
  for await (const page of pages(ask, { ...filter, limit: LETTERS_IN_A_PAGE })) {
    discarded += page.discarded;
    progress?.(discarded, page.through);
  }
  return discarded;
};

/** Later dead letters are not touched: the first answer fixes the end. */
async function* pages<T extends Pick<Redriven, 'next' | 'through' | 'counted'>>(
  ask: AskPage<T>,
  request: DeadLetterFilter & Pick<DeadLetterRequest, 'dryRun' | 'limit' | 'through'>,
): AsyncGenerator<T, undefined> {
  let page = await ask(request);
  yield page;
  while (page.next !== null) {
    const { next: after, through, counted } = page;
    page = await ask({ ...request, after, through, ...(counted && { counted }) });
    yield page;
  }
}

const pause = (
  ms: number,
  runtime: Pick<Runtime, 'after'>,
  signal: AbortSignal | undefined,
): Promise<void> => {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      const cause: unknown = signal?.reason;
      reject(new QueueError('aborted', 'The signal of "redrive" was aborted between two pages.', { cause }));
    };
    const cancel = runtime.after(ms, () => {
      unwatch();
      resolve();
    });
    const unwatch = onAbort(signal, abort);
  });
};
