import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { packageRecords, type PackageRecord } from './lockfile.js';
import type { Program } from './program.js';
import { ask } from './shop-client.js';
import { startShopEnvironment, type ShopEnvironment } from './shop-environment.js';

interface RecordsReport {
  readonly records: number;
  /** From the first request to the last answer. */
  readonly loadedMs: number;
  /** From the first request until the logger had printed all of them. */
  readonly printedMs: number;
  /** `create` events that the logger printed, and how many names are in them. */
  readonly printed: Tally;
  /** The same of a replay from the start. */
  readonly replayed: Tally;
  /** Names that one of the two does not have. */
  readonly missing: readonly string[];
}

interface Tally {
  readonly events: number;
  readonly names: number;
}

/** Requests that are under way at a time. */
const CONCURRENCY = 32;

const line = z.object({
  event: z.literal('create'),
  payload: z.object({ after: z.object({ name: z.string() }) }),
});

/** Loads real records as products through the API while the logger prints their events. */
export const loadRecords = async (count: number, mongodbUri?: string): Promise<RecordsReport> => {
  const records = await packageRecords(count);
  const environment = await startShopEnvironment(mongodbUri);
  try {
    return reportOf(records, await loadInto(environment, records));
  } finally {
    await environment.close();
  }
};

interface Loaded extends Pick<RecordsReport, 'loadedMs' | 'printedMs'> {
  readonly printed: readonly string[];
  readonly replayed: readonly string[];
}

const loadInto = async (environment: ShopEnvironment, records: readonly PackageRecord[]): Promise<Loaded> => {
  const [api, logger] = [environment.startApi(), environment.startLogger()];
  const printed: string[] = [];
  const allPrinted = collect(logger, printed, records.length);
  await Promise.all([api.says('API server listens on'), logger.says('connected to')]);
  const start = performance.now();
  const elapsed = (): number => Math.round(performance.now() - start);
  await load(environment.apiUrl, records);
  const loadedMs = elapsed();
  await allPrinted;
  const printedMs = elapsed();
  await environment.drained();
  const replayed = await namesInQueue(environment);
  // What the logger prints twice comes before its end.
  await logger.end('SIGTERM');
  await api.end('SIGTERM');
  return { loadedMs, printedMs, printed, replayed };
};

const reportOf = (
  records: readonly PackageRecord[],
  { printed, replayed, ...times }: Loaded,
): RecordsReport => {
  const [atLogger, inReplay] = [new Set(printed), new Set(replayed)];
  return {
    records: records.length,
    ...times,
    printed: { events: printed.length, names: atLogger.size },
    replayed: { events: replayed.length, names: inReplay.size },
    missing: records.map(({ name }) => name).filter((name) => !atLogger.has(name) || !inReplay.has(name)),
  };
};

/** Collects the names of the events that are printed; resolves when there are `count`. */
const collect = async ({ stdout }: Program, names: string[], count: number): Promise<void> => {
  if (stdout === null) throw new Error('The logger has no output.');
  const lines = createInterface({ input: stdout });
  const enough = new AbortController();
  lines.on('line', (text) => {
    names.push(line.parse(JSON.parse(text)).payload.after.name);
    if (names.length === count) enough.abort();
  });
  const closed = once(lines, 'close').then(() => {
    if (!enough.signal.aborted) throw new Error(`The logger ended after ${names.length} events.`);
  });
  await Promise.race([once(enough.signal, 'abort'), closed]);
};

const load = async (apiUrl: string, records: readonly PackageRecord[]): Promise<void> => {
  const waiting = records.values();
  const loadOnes = async (): Promise<void> => {
    for (const body of waiting) {
      const answer = await ask(apiUrl, { method: 'POST', body });
      if (answer?.status !== 201) throw new Error(`${body.name}: ${JSON.stringify(answer)}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, loadOnes));
};

const namesInQueue = async (environment: ShopEnvironment): Promise<string[]> =>
  (await environment.messages()).flatMap(({ event, payload }) =>
    event === 'create' ? [String(payload.after.name)] : [],
  );
