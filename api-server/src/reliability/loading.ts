import { ask, documentOf } from './shop-client.js';
import { startShopEnvironment, type ShopEnvironment } from './shop-environment.js';

export interface Loading {
  /** From the first request to the last answer. */
  readonly ms: number;
  /** How often which status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Products of the category. */
  readonly products: number;
  /** `create` events of these products, and their distinct products. */
  readonly events: number;
  readonly distinct: number;
}

interface LoadingReport {
  readonly count: number;
  /** A request for each product. */
  readonly single: Loading;
  /** A request for many products. */
  readonly batches: Loading;
}

/** Concurrent requests. */
const CONNECTIONS = 8;

/** Loads `count` products into one category, one by one and in batches. */
export const loadProducts = async (count: number, batchSize = 500): Promise<LoadingReport> => {
  const environment = await startShopEnvironment();
  try {
    const api = environment.startApi();
    await api.says('API server listens on');
    const single = await load(environment, count, 1);
    const batches = await load(environment, count, batchSize);
    await api.end('SIGTERM');
    return { count, single, batches };
  } finally {
    await environment.close();
  }
};

const load = async (environment: ShopEnvironment, count: number, batchSize: number): Promise<Loading> => {
  const { apiUrl } = environment;
  const body = { name: `in batches of ${batchSize}` };
  const category = await ask(apiUrl, { method: 'POST', model: 'categories', body });
  if (category === undefined) throw new Error('The category was not created.');
  const categoryId = documentOf(category).id;
  const begin = performance.now();
  const statuses = await create(apiUrl, productsOf(categoryId, count), batchSize);
  const ms = Math.round(performance.now() - begin);
  await environment.drained();
  return { ms, statuses, ...(await eventsOf(environment, categoryId)) };
};

const productsOf = (categoryId: string, count: number): readonly object[] =>
  Array.from({ length: count }, (_, number) => ({
    name: `${categoryId} ${number}`,
    price: number,
    stock: 1,
    tags: ['loaded'],
    categoryId,
  }));

const create = async (
  apiUrl: string,
  products: readonly object[],
  batchSize: number,
): Promise<Readonly<Record<string, number>>> => {
  const starts = Array.from(
    { length: Math.ceil(products.length / batchSize) },
    (_, n) => n * batchSize,
  ).values();
  const statuses: Record<string, number> = {};
  const createOnes = async (): Promise<void> => {
    for (const start of starts) {
      const batch = products.slice(start, start + batchSize);
      const asked = batchSize === 1 ? { body: batch[0] } : { path: ':batch', body: batch };
      const status = String((await ask(apiUrl, { method: 'POST', ...asked }))?.status);
      statuses[status] = (statuses[status] ?? 0) + batch.length;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, createOnes));
  return statuses;
};

const eventsOf = async (
  environment: ShopEnvironment,
  categoryId: string,
): Promise<Pick<Loading, 'products' | 'events' | 'distinct'>> => {
  const created = (await environment.messages()).flatMap(({ event, payload }) =>
    event === 'create' && payload.after.categoryId === categoryId ? [payload.id] : [],
  );
  const products = await environment.productCount({ categoryId });
  return { products, events: created.length, distinct: new Set(created).size };
};
