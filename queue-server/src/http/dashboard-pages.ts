import { ApiError } from '@typed-queue/contracts';
import { codeOf } from '@typed-queue/program';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pathOf, READING, type Page } from './pages.js';
import { PACKAGE_FOLDER } from '../package-folder.js';

/** Written by the build of `dashboard/`; the same from the sources and from what was compiled. */
const BUILT = new URL('dist/dashboard/', PACKAGE_FOLDER);

/** Below `/queues/<queue>`. */
const OF_QUEUE = 'publish|groups(?:/[^/]+)?|calls|scheduled|dead-letters|contract|messages/[^/]+';
/** The addresses that the dashboard has pages for, whether or not there is such a queue, group or message. */
const PAGES = {
  name: '/ (the dashboard)',
  pattern: new RegExp(`^/(?:(?:contracts|schedules|queues(?:/[^/]+(?:/(?:${OF_QUEUE}))?)?)/?)?$`),
};
/** Whoever opens another address in a browser is shown that it does not exist. */
const OTHERS = { name: 'other addresses', pattern: /^\// };
/** The names of the build, with a hash of the content. */
const ASSETS = {
  name: '/assets/ (its files)',
  pattern: /^\/assets\/[\w-]+(?:\.[\w-]+)*\.(?:js|css|svg)$/,
};

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
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

/** The dashboard. Its files in `folder` are read when they are asked for, and not kept. */
export const dashboardPages = (folder: URL = BUILT): readonly Page[] => [
  {
    path: PAGES,
    methods: READING,
    headers: SECURITY,
    answer: async (request, response) => {
      const body = await index(folder);
      // The page says that it is none.
      if (!isDecodable(pathOf(request))) response.statusCode = 404;
      send(response, HTML, body);
    },
  },
  assetPage(folder),
  missingPage(folder),
];

const isDecodable = (path: string): boolean => {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

/** A file of the build. */
const assetPage = (folder: URL): Page => ({
  path: ASSETS,
  methods: READING,
  headers: SECURITY,
  answer: async (request, response) => {
    const path = pathOf(request);
    const body = await fileAt(new URL(`.${path}.gz`, folder), OTHER_BUILD);
    const isCompressed = /\bgzip\b/.test([request.headers['accept-encoding']].join());
    const headers = {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
    };
    send(response, headers, isCompressed ? body : gunzipSync(body));
  },
});

/** The address without doubled slashes, where that has a page: the page itself would not see them. */
const singleSlashed = ({ url = '' }: IncomingMessage): string | undefined => {
  const [path = '', ...search] = url.split('?');
  const single = path.replaceAll(/\/{2,}/g, '/');
  return single !== path && PAGES.pattern.test(single) ? [single, ...search].join('?') : undefined;
};

/** That nothing is at an address, as browsers show it. */
const missingPage = (folder: URL): Page => ({
  path: OTHERS,
  methods: ['GET'],
  headers: SECURITY,
  isFor: ({ method, headers }) => method === 'GET' && /\btext\/html\b/.test(headers.accept ?? ''),
  answer: async (request, response) => {
    const location = singleSlashed(request);
    if (location !== undefined) {
      response.writeHead(308, { location }).end();
      return;
    }
    const body = await index(folder);
    response.statusCode = 404;
    send(response, HTML, body);
  },
});

/** Never kept by browsers: it names the assets of this build. */
const HTML = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };

const index = (folder: URL): Promise<Uint8Array> => fileAt(new URL('index.html', folder), NOT_BUILT);

const NOT_BUILT = 'The dashboard is not built. In the repository: npm run build.';
const OTHER_BUILD = 'The dashboard has no such file. Load the page again: it may be of another build.';

/** @throws ApiError `route_unknown` with the message: there is no such file */
const fileAt = async (file: URL, missing: string): Promise<Uint8Array> => {
  try {
    return await readFile(file);
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? new ApiError('route_unknown', missing) : error;
  }
};

const send = (
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): void => {
  response.writeHead(response.statusCode, { ...headers, 'content-length': body.byteLength });
  response.end(body);
};
