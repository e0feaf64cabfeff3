import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends header lines as they are, wrong or right, and resolves with the answer; a websocket that opens is closed. */
export const rawRequest = async (
  url: string,
  target: string,
  headers: readonly string[],
): Promise<RawAnswer> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8');
  socket.write([`GET ${target} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
  let text = '';
  socket.on('data', (part: string) => {
    text += part;
    if (isWhole(text)) socket.destroy();
  });
  await once(socket, 'close');
  return parse(text);
};

const isWhole = (text: string): boolean => {
  const { status, headers, body } = parse(text);
  return text.includes('\r\n\r\n') && (status === 101 || body.length >= Number(headers['content-length']));
};

const parse = (text: string): RawAnswer => {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const [name = '', value = ''] = line.split(/: (.*)/);
    return [name.toLowerCase(), value] as const;
  });
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), body };
};

/** The header lines of a websocket's upgrade. */
export const UPGRADE = [
  ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
