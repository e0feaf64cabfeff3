import { QueueError } from '@typed-queue/contracts';
import { arrivalOf, bearerToken, rightsToQueue, type Principal } from '@typed-queue/program';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Audit } from '../access/audit.js';
import type { WrongKeys } from '../access/wrong-keys.js';
import type { Page } from './pages.js';

/** A page for those who have some rights to all queues; where no key is configured, for everybody. */
export interface GuardedPage extends Pick<Page, 'methods'> {
  readonly path: string;
  readonly needs: readonly ('admin' | 'tail')[];
  /** The names of all queues that it shows. */
  readonly queues: () => Promise<readonly string[]>;
  /** Answers, or throws the error with which the request is refused. */
  readonly answer: (response: ServerResponse, caller: Caller) => Promise<void>;
}

/** Who asks for a page, as the audit names them. */
export interface Caller {
  readonly address: string;
  readonly principal: string;
}

export interface PageGuardDeps {
  readonly wrongKeys: Pick<WrongKeys, 'from'>;
  readonly trustedProxies: number;
  readonly audit: Pick<Audit, 'refusal'>;
}

/** The page, behind the check of the token and its rights. Refusals are in the audit. */
export const guarded = (page: GuardedPage, deps: PageGuardDeps): Page => ({
  path: page.path,
  methods: page.methods,
  answer: async (request, response) => {
    const caller: { address: string; principal?: string } = { address: addressOf(request, deps) };
    try {
      const principal = await signedIn(request, page, deps.wrongKeys.from(caller.address));
      caller.principal = principal.name;
      await checkRights(principal, page);
      await page.answer(response, { ...caller, principal: principal.name });
    } catch (error) {
      const outcome = error instanceof QueueError ? error.code : 'internal';
      deps.audit.refusal({ ...caller, verb: 'request', object: page.path, outcome });
      throw error;
    }
  },
});

const addressOf = (request: IncomingMessage, { trustedProxies }: PageGuardDeps): string =>
  arrivalOf(request, trustedProxies).clientAddress;

/** @throws QueueError `unauthorized`, `auth_expired`, `auth_unavailable`, `rate_limited` */
const signedIn = async (
  request: IncomingMessage,
  page: GuardedPage,
  keys: ReturnType<WrongKeys['from']>,
): Promise<Principal> => {
  try {
    return await keys.authenticate(bearerToken(request.headers.authorization));
  } catch (error) {
    // Its text says how a client of the queues shows a token.
    throw error instanceof QueueError && error.code === 'unauthorized' ? unauthorized(page) : error;
  }
};

/** @throws QueueError `forbidden`, which names no queue: the principal may not know all of them */
const checkRights = async ({ rights }: Principal, page: GuardedPage): Promise<void> => {
  const granted = (await page.queues()).map((queue) => rightsToQueue(rights, queue));
  const missing = page.needs.filter((verb) => granted.some((queue) => queue?.[verb] !== true));
  if (missing.length === 0) return;
  throw new QueueError('forbidden', `${page.path} needs ${rightsText(page)}.`, { details: { missing } });
};

const unauthorized = (page: GuardedPage): QueueError =>
  new QueueError(
    'unauthorized',
    `${page.path} needs \`Authorization: Bearer\` with one of the QUEUE_TOKENS of this server, or with a key or JSON Web Token that has ${rightsText(page)}.`,
  );

const rightsText = ({ needs }: GuardedPage): string =>
  `the right${needs.length > 1 ? 's' : ''} ${needs.join(' and ')} of all queues`;
