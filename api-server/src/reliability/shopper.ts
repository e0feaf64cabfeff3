import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Document, Written } from './audit.js';
import { ask, documentOf, type Answered, type Asked } from './shop-client.js';

/** What the shoppers know together. */
export interface Shop {
  readonly apiUrl: string;
  readonly random: RandomGenerator;
  /** Products that somebody may change next, as they were seen last. */
  readonly products: Map<string, Document>;
  readonly answered: Written[];
  /** Makes a name that no product has. */
  readonly newName: () => string;
  /** Counts what happened, by a word. */
  readonly count: (what: string) => void;
}

/** More than these, and none is created. */
const MAX_PRODUCTS = 200;
/** One in this many writes without an answer is sent again. */
const ASKED_AGAIN = 5;

/**
 * Makes one change after the other until the signal aborts. One without an answer is sent again, or given up:
 * the database holds on to what a dead process had not committed for a minute, and until then the API says 503.
 */
export const shopUntil = async (shop: Shop, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const { random, products } = shop;
    // The place after the last has none.
    const product = [...products.values()][uniformInt(random, 0, products.size)];
    const choice = uniformInt(random, 1, 10);
    if (product === undefined || (choice <= 3 && products.size < MAX_PRODUCTS)) await create(shop);
    else if (choice <= 9) await patch(shop, product);
    else await remove(shop, product);
  }
};

const create = async (shop: Shop): Promise<void> => {
  const name = shop.newName();
  const isKeyed = uniformInt(shop.random, 1, 2) === 1;
  const answer = await asking(shop, {
    method: 'POST',
    ...(isKeyed ? { headers: { 'idempotency-key': name } } : {}),
    body: { name, price: 100, stock: 0, tags: [] },
  });
  if (answer === undefined) return;
  if (answer.status === 201) happened(shop, 'create', documentOf(answer));
  // An attempt without an answer has created it.
  else if (answer.status !== 409 || answer.unanswered === 0 || isKeyed) refuse('POST', answer);
};

const patch = async (shop: Shop, { id, revision }: Document): Promise<void> => {
  const isExact = uniformInt(shop.random, 1, 2) === 1;
  const answer = await asking(shop, {
    method: 'PATCH',
    path: `/${id}`,
    body: { price: uniformInt(shop.random, 0, 999_999) },
    headers: { 'if-match': isExact ? `"${revision}"` : '*' },
  });
  if (answer === undefined) shop.products.delete(id);
  else if (answer.status === 200) happened(shop, 'update', documentOf(answer));
  else if (answer.status === 412 && isExact) shop.products.delete(id);
  else gone(shop, id, 'PATCH', answer);
};

const remove = async (shop: Shop, { id }: Document): Promise<void> => {
  const answer = await asking(shop, { method: 'DELETE', path: `/${id}`, headers: { 'if-match': '*' } });
  if (answer?.status !== 204) {
    if (answer === undefined) shop.products.delete(id);
    else gone(shop, id, 'DELETE', answer);
    return;
  }
  shop.answered.push({ operation: 'delete', id });
  shop.products.delete(id);
};

/** Undefined: it may have happened, or not. */
const asking = async (shop: Shop, asked: Asked): Promise<Answered | undefined> => {
  const isWorthIt = uniformInt(shop.random, 1, ASKED_AGAIN) === 1;
  const answer = await ask(shop.apiUrl, asked, () => isWorthIt);
  shop.count(`${asked.method} ${answer?.status ?? 'unanswered'}`);
  if (answer !== undefined && answer.unanswered > 0) shop.count('asked again');
  // Until the API is back.
  if (answer === undefined) await ask(shop.apiUrl, { method: 'GET', path: '?limit=1' });
  return answer?.status === 503 ? undefined : answer;
};

const happened = (shop: Shop, operation: 'create' | 'update', document: Document): void => {
  shop.answered.push({ operation, document });
  shop.products.set(document.id, document);
};

/** Another shopper has deleted it. */
const gone = (shop: Shop, id: string, method: string, answer: Answered): void => {
  if (answer.status !== 404) refuse(method, answer);
  shop.products.delete(id);
};

const refuse = (method: string, { status, body }: Answered): never => {
  throw new Error(`${method} was answered with ${status}: ${JSON.stringify(body)}`);
};
