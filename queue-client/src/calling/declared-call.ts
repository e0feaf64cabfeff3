import { QueueError, type CallDeclaration, type AnyQueue } from '@typed-queue/contracts';

/** @throws QueueError `call_unknown` */
export const declaredCall = ({ name, calls = {} }: AnyQueue, call: string): CallDeclaration => {
  const declaration = Object.hasOwn(calls, call) ? calls[call] : undefined;
  if (declaration === undefined) throw callUnknown(name, call, Object.keys(calls));
  return declaration;
};

export const callUnknown = (queue: string, call: string, calls: readonly string[]): QueueError => {
  const text = `The queue "${queue}" has no call "${call}"; it has ${calls.join(', ') || 'none'}.`;
  return new QueueError('call_unknown', text, { details: { queue, call, calls } });
};
