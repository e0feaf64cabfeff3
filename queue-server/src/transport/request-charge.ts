import type { ClientToServerEvents, Contract } from '@typed-queue/contracts';
import { MAX_FRAME_MESSAGES } from '@typed-queue/contracts/wire';
import type { ClientRate } from '../access/client-rate.js';

/**
 * What a request is charged to its principal, beside its bytes.
 * message         one message
 * messages        as many as it publishes
 * frame           as many as the header of the frame says: `Publishing` charges it, in the order of its producer
 * authentication  one of the authentications of its connection
 * control         one control request; never refused
 * reply           its bytes: it follows from what was charged to others, and is never refused
 * position        one position; never refused, but may have to wait
 */
export type Charge = 'message' | 'messages' | 'frame' | 'authentication' | 'control' | 'reply' | 'position';

/** Of each request that the server knows. */
export const CHARGES: Readonly<Record<keyof ClientToServerEvents<Contract>, Charge>> = {
  publish: 'messages',
  'publish:frame': 'frame',
  'publish:batch': 'messages',
  'publish:batch:frame': 'frame',
  'publish:expected': 'messages',
  'publish:expected:frame': 'frame',
  schedule: 'message',
  subscribe: 'message',
  pause: 'control',
  settle: 'message',
  tail: 'message',
  position: 'position',
  unsubscribe: 'control',
  call: 'message',
  calls: 'messages',
  'call:cancel': 'reply',
  'call:more': 'reply',
  serve: 'message',
  'serve:end': 'control',
  replies: 'reply',
  authenticate: 'authentication',
  contract: 'message',
  'contract:clients': 'message',
  queues: 'message',
  overview: 'message',
  history: 'message',
  message: 'message',
  'seq-at': 'message',
  groups: 'message',
  services: 'message',
  'group:seek': 'message',
  'group:pause': 'message',
  'group:resume': 'message',
  'group:delete': 'message',
  'queue:purge': 'message',
  'dead-letters': 'message',
  'dead-letters:summary': 'message',
  'dead-letters:redrive': 'message',
  'dead-letters:discard': 'message',
  scheduled: 'message',
  'scheduled:peek': 'message',
  'scheduled:cancel': 'message',
  schedules: 'message',
  'schedules:put': 'message',
  'schedules:delete': 'message',
};

/** One that the server does not know is charged as well. */
const chargeOf = (verb: string, [, argument]: readonly unknown[]): Charge => {
  // Safe: only own keys are read.
  const charge = Object.hasOwn(CHARGES, verb) ? CHARGES[verb as keyof typeof CHARGES] : 'message';
  return charge === 'frame' && !(argument instanceof Uint8Array) ? 'message' : charge;
};

/** Whether `Publishing` charges the request, and then checks the token. */
export const isFrame = (verb: string, args: readonly unknown[]): boolean => chargeOf(verb, args) === 'frame';

type Rate = Pick<ClientRate, 'take' | 'takeBytes' | 'takeControl' | 'takePosition' | 'takeAuthentication'>;

/** Charges a request before any other work, whether it is refused later or not. @throws QueueError `rate_limited` */
export const chargeRequest = (rate: Rate, verb: string, args: readonly unknown[], bytes: number): void => {
  switch (chargeOf(verb, args)) {
    case 'frame':
      return;
    case 'authentication':
      rate.takeAuthentication(bytes);
      return;
    case 'position':
      rate.takePosition(bytes);
      return;
    case 'control':
      rate.takeControl(bytes);
      return;
    case 'reply':
      rate.takeBytes(bytes);
      return;
    case 'messages':
      rate.take({ messages: messagesIn(args[1]), bytes });
      return;
    case 'message':
      rate.take({ messages: 1, bytes });
  }
};

/**
 * Charges a frame that is refused before its header is read as one message.
 * @throws QueueError `rate_limited`
 */
export const chargeUnread = (
  rate: Pick<ClientRate, 'take'>,
  { verb, args, bytes }: { readonly verb: string; readonly args: readonly unknown[]; readonly bytes: number },
): void => {
  if (isFrame(verb, args)) rate.take({ messages: 1, bytes });
};

const messagesIn = (messages: unknown): number =>
  Array.isArray(messages) ? Math.min(Math.max(messages.length, 1), MAX_FRAME_MESSAGES) : 1;
