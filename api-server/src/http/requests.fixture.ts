import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';

export type Body = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The text as JSON; empty when it is none. */
  readonly body: Body;
}

interface Sent {
  /** Sent as JSON, unless it is text or bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request, for a path below the address of an API. */
export type Ask = (method: string, path: string, sent?: Sent) => Promise<Answer>;

const answerOf = ({ status, headers, text }: Omit<Answer, 'body'>): Answer => {
  const isJson = String(headers['content-type']).includes('json') && text !== '';
  // Safe for a test: it looks at what it expects.
  return { status, headers, text, body: isJson ? (JSON.parse(text) as Body) : {} };
};

const encoded = (body: unknown): string | Uint8Array<ArrayBuffer> =>
  // Safe: the tests make bytes by `Buffer.from`.
  typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body);

export const askAt =
  (url: string): Ask =>
  async (method, path, { body, headers } = {}) => {
    const content =
      body === undefined
        ? { headers: { ...headers } }
        : { headers: { 'content-type': 'application/json', ...headers }, body: encoded(body) };
    const response = await fetch(`${url}${path}`, { method, ...content });
    const { status } = response;
    return answerOf({ status, headers: Object.fromEntries(response.headers), text: await response.text() });
  };

export interface RawSent {
  /** Also none, or the same one twice. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: object;
}

/** Sends exactly these headers, which `fetch` would not: a POST when there is a body, else a GET. */
export const askRaw = async (url: string, { headers, body }: RawSent): Promise<Answer> => {
  const all = { ...(body && { 'content-type': 'application/json' }), connection: 'close', ...headers };
  const sent = request(url, {
    method: body === undefined ? 'GET' : 'POST',
    setHost: false,
    headers: Object.entries(all).flatMap(([name, values]) =>
      [values].flat().flatMap((value) => [name, value]),
    ),
  });
  sent.end(JSON.stringify(body));
  // Safe: that is what comes with `response`.
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return answerOf({
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: await textOf(response),
  });
};
