import { QueueError } from '@typed-queue/contracts';
import { isOpenUnasked, keysProblem, type Authenticator } from '@typed-queue/program';

/** The options of a server that say who may connect. */
interface AccessOptions {
  readonly host: string;
  readonly keys?: readonly string[] | undefined;
  readonly authenticator?: Pick<Authenticator, 'isRequired'> | undefined;
  readonly auth?: 'none' | undefined;
}

/** For the operator. `setting`: what says that it is meant. */
export const everybodyMay = (setting: string, host: string): string =>
  `${setting}: everybody who reaches ${host} can read and publish`;

/** @throws QueueError `request_invalid` when keys admit nobody, are easily guessed, or are missing where others reach it */
export const refuseOpen = ({ host, keys, authenticator, auth }: AccessOptions): void => {
  const problem = keys && keysProblem(keys);
  if (problem !== undefined) throw refused('keys', problem);
  if (keys !== undefined && authenticator !== undefined)
    throw refused('keys', 'the authenticator takes its place; leave one of the two out');
  const hasKeys = keys !== undefined || authenticator?.isRequired === true;
  if (hasKeys && auth === 'none')
    throw refused('auth', 'keys ask every client for one, and this asks none; leave one of the two out');
  if (isOpenUnasked({ host, hasKeys, auth }))
    throw refused(
      'host',
      `anyone who reaches ${host} could read and publish; give keys, listen on 127.0.0.1, or say auth: 'none' when the network is closed`,
    );
};

const refused = (option: string, problem: string): QueueError =>
  new QueueError('request_invalid', `The option "${option}" of the server is refused: ${problem}.`, {
    details: { option },
  });
