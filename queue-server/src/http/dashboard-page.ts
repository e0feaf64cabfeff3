import { codeOf } from '@typed-queue/program';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** Written by the build of `dashboard/`; the same from the sources and from what was compiled. */
const BUILT = new URL('../../dist/dashboard/', import.meta.url);

export interface DashboardPageDeps {
  readonly onError: (error: unknown) => void;
  /** Default: where the build writes it. */
  readonly folder?: URL | undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The paths of the page; it shows which of them do not exist. */
const PAGE = /^\/(?:contracts\/?|queues\/.*)?$/;
/** The names of the build, with a hash of the content. */
const ASSET = /^\/assets\/([\w-]+(?:\.[\w-]+)*\.(js|css|svg))$/;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The page is of this server alone, runs nothing but its own files, and is in no frame. */
const POLICY = [
  "default-src 'none'",
  ...[
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
  ],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ');

const SECURITY = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Puts the dashboard before the other pages of a server. Its files are read when they are asked for, and not kept. */
export const dashboardPage =
  ({ onError, folder = BUILT }: DashboardPageDeps, next: RequestListener): RequestListener =>
  (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const reading =
      request.method === 'GET' || request.method === 'HEAD' ? answerTo(path, request, folder) : undefined;
    if (reading === undefined) {
      next(request, response);
      return;
    }
    reading
      .catch((error: unknown) => failed(error, path, onError))
      .then((answer) => send(response, answer), onError);
  };

/** Undefined: the path is not one of the dashboard. */
const answerTo = (path: string, request: IncomingMessage, folder: URL): Promise<Answer> | undefined => {
  if (PAGE.test(path)) return page(folder);
  const [, name, kind] = ASSET.exec(path) ?? [];
  return name === undefined || kind === undefined
    ? undefined
    : asset(new URL(`assets/${name}.gz`, folder), kind, request);
};

/** Never kept by browsers: it names the assets of this build. */
const page = async (folder: URL): Promise<Answer> => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: await readFile(new URL('index.html', folder)),
});

const asset = async (file: URL, kind: string, { headers }: IncomingMessage): Promise<Answer> => {
  const body = await readFile(file);
  const isCompressed = /\bgzip\b/.test([headers['accept-encoding']].join());
  return {
    status: 200,
    headers: {
      'content-type': TYPES[kind] ?? 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
    },
    body: isCompressed ? body : gunzipSync(body),
  };
};

const failed = (error: unknown, path: string, onError: (error: unknown) => void): Answer => {
  const isMissing = codeOf(error) === 'ENOENT';
  if (!isMissing) onError(error);
  const text = PAGE.test(path)
    ? 'The dashboard is not built. In the repository: npm run build.'
    : 'The dashboard has no such file. Load the page again: it may be of another build.';
  return {
    status: isMissing ? 404 : 500,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: `${JSON.stringify({ error: isMissing ? text : 'The dashboard could not be read. The log of the server says more.' })}\n`,
  };
};

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, { ...SECURITY, ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
};
