import { isIPv6 } from 'node:net';
import * as z from 'zod';
import { commaSeparated } from '../comma-separated.js';

const MAX_PROXIES = 10;

const NAME = /^(?:\*|[\w.-]+|\[[\da-f:.]+\])$/i;

/** Of an extension no URL tells the origin. The name is an id in Chrome and Firefox. */
const EXTENSION = /^(?:chrome|moz|safari-web)-extension:\/\/[\w-]+$/;

/** Whether a browser may send this as `Origin`. */
const isOrigin = (text: string): boolean => {
  if (text === 'null' || EXTENSION.test(text)) return true;
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
};

/** `CORS_ORIGINS`. `wildcard`: whether `*` may stand for all. */
export const corsOrigins = ({ wildcard }: { readonly wildcard: boolean }) =>
  commaSeparated
    .refine((origins) => origins.every((origin) => isOrigin(origin) || (wildcard && origin === '*')), {
      error:
        'expected origins as browsers send them, each by its whole name (no * within one), with commas between: https://shop.example,http://localhost:5173',
    })
    .default([]);

/** `ALLOWED_HOSTS`. */
export const allowedHosts = commaSeparated
  .refine((hosts) => hosts.every((host) => NAME.test(host) || isIPv6(host)), {
    error: 'expected names or addresses without ports, with commas between: queue.example,10.0.0.7',
  })
  .default([]);

/** `TRUSTED_PROXIES`. `usual`: how many there are where nobody says. */
export const trustedProxies = (usual: number) =>
  z.coerce
    .number({ error: `expected through how many proxies requests come, 0 to ${MAX_PROXIES}` })
    .pipe(z.int().min(0).max(MAX_PROXIES))
    .default(usual);
