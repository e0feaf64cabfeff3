import { messageOf } from '@typed-queue/program';
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/** What a GET was answered with. */
export type Page =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'failed'; readonly problem: string };

interface PageOptions {
  /** Certificates to trust, in PEM. */
  readonly ca: string | undefined;
  readonly timeoutMs: number;
}

/** Not by `fetch`, which cannot be given certificates to trust. */
export const getPage = (url: URL, { ca, timeoutMs }: PageOptions): Promise<Page> =>
  new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const failed = (error: Error): void => {
      const problem = signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : textOf(error);
      resolve({ kind: 'failed', problem });
    };
    const options = { agent: false, signal };
    const request = url.protocol === 'https:' ? getHttps(url, { ...options, ca }) : getHttp(url, options);
    request.on('error', failed).on('response', (response) => {
      text(response).then(
        (body) => resolve({ kind: 'answered', status: response.statusCode ?? 0, text: body }),
        failed,
      );
    });
  });

/** A host with several addresses: one error for each. */
const textOf = (error: Error): string =>
  error instanceof AggregateError ? error.errors.map(messageOf).join(', ') : messageOf(error);
