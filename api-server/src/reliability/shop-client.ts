import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { Document } from './audit.js';

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Default: `products`. */
  readonly model?: 'products' | 'categories';
  /** After `/api/v1/products`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  /** How often it was asked before without an answer: each time it may have been done. */
  readonly unanswered: number;
}

/** Between two attempts while the API is away, in milliseconds. */
const PAUSE_MS = 20;

const documentSchema = z.looseObject({ id: z.string(), revision: z.int() });
const pageSchema = z.object({ items: z.array(documentSchema), nextCursor: z.string().nullable() });

/** The document in the body of an answer. */
export const documentOf = ({ body }: Answered): Document => documentSchema.parse(body);

/**
 * Asks, and again while the API is away.
 * @param isWorthIt whether to ask again after there was no answer; undefined is returned when not. Default: always.
 */
export const ask = async (
  apiUrl: string,
  asked: Asked,
  isWorthIt: () => boolean = () => true,
): Promise<Answered | undefined> => {
  for (let unanswered = 0; ; unanswered++) {
    try {
      return { ...(await askOnce(apiUrl, asked)), unanswered };
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      if (!isWorthIt()) return undefined;
      await setTimeout(PAUSE_MS);
    }
  }
};

const askOnce = async (
  apiUrl: string,
  { method, model = 'products', path = '', headers = {}, body }: Asked,
): Promise<Pick<Answered, 'status' | 'body'>> => {
  const response = await fetch(`${apiUrl}/api/v1/${model}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
};

/** All products that the API has, page by page. */
export const listProducts = async (apiUrl: string): Promise<Document[]> => {
  const documents: Document[] = [];
  let path = '?limit=200';
  for (;;) {
    const { items, nextCursor } = pageSchema.parse((await ask(apiUrl, { method: 'GET', path }))?.body);
    documents.push(...items);
    if (nextCursor === null) return documents;
    path = `?limit=200&cursor=${encodeURIComponent(nextCursor)}`;
  }
};
