import { setTimeout } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { LEASE_MS } from '../outbox/lease.js';
import { differences, type Written } from './audit.js';
import type { Program } from './program.js';
import { listProducts } from './shop-client.js';
import { shopUntil, type Shop } from './shopper.js';
import { startShopEnvironment, type ShopEnvironment } from './shop-environment.js';

interface KillsReport {
  readonly seed: number;
  readonly kills: number;
  /** Kills of an API that did not listen yet. */
  readonly atStart: number;
  /** How often what was asked for and answered with what. */
  readonly answers: Readonly<Record<string, number>>;
  /** Writes that were answered. */
  readonly answered: number;
  /** How many messages of each event the queue has. */
  readonly events: Readonly<Record<string, number>>;
  /** The codes of the errors among them. */
  readonly errors: Readonly<Record<string, number>>;
  /** What the database holds at the end. */
  readonly products: number;
  /** Where events and changes are not the same. */
  readonly differences: readonly string[];
}

const SHOPPERS = 16;
/** How much an API that listens may write before it is killed, and how much the last one writes. */
const LIFE_WRITES = 100;
const LAST_WRITES = 100;
/** A kill comes at most this long after the write that it waited for, or after a start that it interrupts. */
const LATEST_MS = { listening: 50, starting: 600 };
const LOOK_MS = 5;
/** At each of these kills the relay of the next process waits for the lease of the dead one. */
const LEASE_KEPT_EVERY = 8;

/**
 * Kills the API at random moments while its products change, starts it again on the same port, and compares all events
 * with all changes in the end.
 */
export const surviveKills = async (
  kills: number,
  seed: number,
  log: Log = () => undefined,
  mongodbUri?: string,
): Promise<KillsReport> => {
  const environment = await startShopEnvironment(mongodbUri);
  try {
    return { seed, kills, ...(await shopAndKill(environment, kills, mersenne(seed), log)) };
  } finally {
    await environment.close();
  }
};

type Log = (progress: string) => void;

const shopAndKill = async (
  environment: ShopEnvironment,
  kills: number,
  random: RandomGenerator,
  log: Log,
) => {
  const counts = new Counts();
  const answered: Written[] = [];
  const shop: Shop = {
    apiUrl: environment.apiUrl,
    random,
    products: new Map(),
    answered,
    newName: numbered('product-'),
    count: (what) => counts.add(what),
  };
  const closing = new AbortController();
  const shoppers = Promise.all(Array.from({ length: SHOPPERS }, () => shopUntil(shop, closing.signal)));
  const killing = killAgainAndAgain({ environment, answered, random, log }, kills);
  // A shopper that gets a wrong answer ends the run.
  const { api, atStart } = await Promise.race([killing, shoppers.then(() => killing)]);
  closing.abort();
  await shoppers;
  await environment.drained();
  const found = await compare(environment, answered);
  await api.end('SIGTERM');
  return { atStart, answered: answered.length, ...found, answers: counts.all };
};

interface Killing {
  readonly environment: ShopEnvironment;
  /** Grows with every write that is answered. */
  readonly answered: readonly Written[];
  readonly random: RandomGenerator;
  readonly log: Log;
}

const killAgainAndAgain = async (
  killing: Killing,
  kills: number,
): Promise<{ readonly api: Program; readonly atStart: number }> => {
  const { environment, random } = killing;
  let atStart = 0;
  let { api, listens } = start(environment);
  await listens;
  for (let kill = 1; kill <= kills; kill++) {
    const isAtStart = kill > 1 && uniformInt(random, 1, 5) === 1;
    if (isAtStart) atStart++;
    else await livesOn(killing, listens, uniformInt(random, 0, LIFE_WRITES - 1));
    await setTimeout(uniformInt(random, 0, isAtStart ? LATEST_MS.starting : LATEST_MS.listening));
    await api.end('SIGKILL');
    const keepsLease = kill % LEASE_KEPT_EVERY === 0 || kill === kills;
    if (!keepsLease) await environment.endLease();
    ({ api, listens } = start(environment));
    killing.log(`kill ${kill} of ${kills}`);
    if (keepsLease && kill < kills) await setTimeout(LEASE_MS);
  }
  await livesOn(killing, listens, LAST_WRITES);
  return { api, atStart };
};

/** Until it has answered more writes than a number of them. */
const livesOn = async ({ answered }: Killing, listens: Promise<void>, writes: number): Promise<void> => {
  await listens;
  const enough = answered.length + writes;
  while (answered.length <= enough) await setTimeout(LOOK_MS);
};

/** Its output is watched from the start: only the latest lines are kept. */
const start = (environment: ShopEnvironment): { readonly api: Program; readonly listens: Promise<void> } => {
  const api = environment.startApi();
  const listens = api.says('API server listens on');
  // Nobody waits for one that is killed before.
  listens.catch(() => undefined);
  return { api, listens };
};

const compare = async (environment: ShopEnvironment, answered: readonly Written[]) => {
  const documents = await listProducts(environment.apiUrl);
  const messages = await environment.messages();
  const [events, errors] = [new Counts(), new Counts()];
  for (const { event, payload } of messages) {
    events.add(event);
    if (event === 'error') errors.add(payload.code);
  }
  const count = await environment.productCount();
  const wrong = differences({ messages, documents, answered });
  if (count !== documents.length) wrong.push(`${count} products are stored, ${documents.length} are listed`);
  return { events: events.all, errors: errors.all, products: documents.length, differences: wrong };
};

const numbered = (word: string): (() => string) => {
  let made = 0;
  return () => `${word}${++made}`;
};

/** How often each word was said. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(word: string): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([one], [other]) => one.localeCompare(other)));
  }
}
