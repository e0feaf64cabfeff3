import { isIP } from 'node:net';
import type { TunnelOrigin } from './tunnel-origin.js';

/** Of what servers ask each other for tunnels; another one is not understood. */
const VERSION = 1;

/** What asks for a tunnel. */
export const tunnelRequest = ({ address, port }: TunnelOrigin): string =>
  JSON.stringify({ version: VERSION, address, ...(port === undefined ? {} : { port }) });

/** Who asks for a tunnel; undefined: it is no request for one, or a server of another version asks. */
export const originIn = (text: string): TunnelOrigin | undefined => {
  const request = parsed(text);
  if (typeof request !== 'object' || request === null) return undefined;
  if (!('version' in request) || request.version !== VERSION) return undefined;
  if (!('address' in request) || typeof request.address !== 'string' || isIP(request.address) === 0)
    return undefined;
  const port = 'port' in request && typeof request.port === 'number' ? request.port : undefined;
  return { address: request.address, port };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
