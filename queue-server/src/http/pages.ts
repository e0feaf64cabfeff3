import { ApiError, QueueError } from '@typed-queue/contracts';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { httpRefusal } from '../access/http-refusal.js';
import type { RefusalCounts } from '../access/refusal-counts.js';

/** What a server answers at a path over HTTP. */
export interface Page {
  readonly path: string;
  readonly methods: readonly string[];
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
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const offer = offerOf(pages);
  const pageOf = ({ url = '', method = '' }: IncomingMessage, response: ServerResponse): Page => {
    const page = byPath.get(url.split('?', 1)[0] ?? '');
    if (page === undefined) throw new ApiError('route_unknown', `There is nothing at this path. ${offer}`);
    if (page.methods.includes(method)) return page;
    response.setHeader('allow', page.methods.join(', '));
    throw new ApiError('method_unsupported', `${page.path} is not for this method. ${offer}`);
  };
  return (request, response) => {
    const answer = async () => pageOf(request, response).answer(request, response);
    answer().catch((error: unknown) => refuse(error, response, deps));
  };
};

const offerOf = (pages: readonly Page[]): string => {
  const listed = pages.map(({ methods: [method], path }) => `${method} ${path}`);
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
