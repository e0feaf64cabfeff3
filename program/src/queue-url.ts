import * as z from 'zod';

/** The schema of the variable `QUEUE_URL`. A server below a folder is reached through the client's option `path`. */
export const queueUrl = z
  .url({ protocol: /^https?$/, error: 'allowed: an http:// or https:// URL' })
  .pipe(z.string().regex(/^[^:]+:\/\/[^/?#]*\/?$/, 'allowed: a URL without a path'))
  .default('http://localhost:3333');
