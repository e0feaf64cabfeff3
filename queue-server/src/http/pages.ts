import { ApiError, QueueError } from '@typed-queue/contracts';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { httpRefusal } from '../access/http-refusal.js';
import type { RefusalCounts } from '../access/refusal-counts.js';

/** The paths that match, as errors name them. */
interface PathPattern {
  readonly pattern: RegExp;
  readonly name: string;
}

/** What a server answers at a path over HTTP. */
export interface Page {
  /** Patterns are tried when no page has the very path. */
  readonly path: string | PathPattern;
  readonly methods: readonly string[];
  /** On each of its answers, refusals too. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Requests that it is not for are answered as if it was not there. Default: it is for all; then its path is offered. */
  readonly isFor?: (request: IncomingMessage) => boolean;
  /** Answers, or throws the error with which the request is refused. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
}

export interface PagesDeps {
  readonly refusals: Pick<RefusalCounts, 'add'>;
  /** A failure that no request causes. */
  readonly onError: (error: unknown) => void;
}

/** Methods of a page that is only read. */
export const READING: readonly string[] = ['GET', 'HEAD'];

/** Answers every request: those for a page with it, others with 404 or 405; counts what is refused. */
export const servePages = (pages: readonly Page[], deps: PagesDeps): RequestListener => {
  const find = finderOf(pages);
  const offer = offerOf(pages);
  const pageOf = (request: IncomingMessage, response: ServerResponse): Page => {
    const page = find(request);
    if (page === undefined) throw new ApiError('route_unknown', `There is nothing at this path. ${offer}`);
    for (const [name, value] of Object.entries(page.headers ?? {})) response.setHeader(name, value);
    if (page.methods.includes(request.method ?? '')) return page;
    response.setHeader('allow', page.methods.join(', '));
    throw new ApiError('method_unsupported', `${nameOf(page)} is not for this method. ${offer}`);
  };
  return (request, response) => {
    const answer = async () => pageOf(request, response).answer(request, response);
    answer().catch((error: unknown) => refuse(error, response, deps));
  };
};

/** The path of a request, without its query. */
export const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

const finderOf = (pages: readonly Page[]): ((request: IncomingMessage) => Page | undefined) => {
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const byPattern = pages.flatMap((page) =>
    typeof page.path === 'string' ? [] : [{ page, pattern: page.path.pattern }],
  );
  return (request) => {
    const path = pathOf(request);
    const isFor = ({ page, pattern }: (typeof byPattern)[number]): boolean =>
      pattern.test(path) && page.isFor?.(request) !== false;
    return byPath.get(path) ?? byPattern.find(isFor)?.page;
  };
};

const nameOf = ({ path }: Page): string => (typeof path === 'string' ? path : path.name);

const offerOf = (pages: readonly Page[]): string => {
  const listed = pages
    .filter(({ isFor }) => isFor === undefined)
    .map((page) => `${page.methods[0]} ${nameOf(page)}`);
  return `This server answers ${listed.join(', ')}, and Socket.IO.`;
};

const INTERNAL = new QueueError('internal', 'The server failed; its log says more.');

const refuse = (error: unknown, response: ServerResponse, { refusals, onError }: PagesDeps): void => {
  const known = error instanceof ApiError ? error : INTERNAL;
  if (known === INTERNAL) onError(error);
  refusals.add(known.code);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, headers, text } = httpRefusal(known);
  response.writeHead(status, headers).end(text);
};
