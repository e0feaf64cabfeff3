import type { SeededRandom } from '../seeded-random.js';

/** `sec-websocket-key`: any 16 bytes in base64. */
const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
const PATH = '/socket.io/?EIO=4&transport=websocket';

const request = (line: string, headers: readonly string[], body = ''): Buffer =>
  Buffer.from(`${[line, ...headers].join('\r\n')}\r\n\r\n${body}`, 'latin1');

/** A right upgrade to a websocket. */
export const upgrade = (): Buffer => request(`GET ${PATH} HTTP/1.1`, ['Host: localhost', ...WEBSOCKET]);

const paths: readonly [string, ...string[]] = [
  PATH,
  ...['/', '/livez', '/readyz', '/livez/../readyz', '*', '//', '/%', '/%00', '/\u00ff', 'http://x/livez'],
  ...[
    '/socket.io',
    '/socket.io/',
    '/socket.io/?EIO=3&transport=websocket',
    '/socket.io/?EIO=4&transport=polling',
  ],
  ...['/socket.io/?EIO=4&transport=constructor', '/socket.io/?EIO=4&transport=__proto__'],
  ...['/socket.io/?EIO[]=4&transport[a]=websocket', '/socket.io/?EIO=4&transport=polling&j=0'],
  ...[
    '/socket.io/?EIO=4&transport=websocket&transport=polling',
    '/socket.io/?EIO=4&transport=websocket&sid=x',
  ],
  ...['/socket.io/?EIO=4&transport=websocket&sid=__proto__', '/socket.io/?sid=constructor&transport=polling'],
  ...['/socket.io/?EIO=4&transport=websocket&sid=toString&b64=1', '/socket.io/?transport=webtransport&EIO=4'],
  `/${'x'.repeat(20_000)}`,
];

const methods: readonly [string, ...string[]] = [
  'GET',
  ...[
    'GET',
    'GET',
    'GET',
    'POST',
    'HEAD',
    'OPTIONS',
    'PUT',
    'DELETE',
    'PATCH',
    'TRACE',
    'CONNECT',
    'PROPFIND',
  ],
  ...['M-SEARCH', 'get', 'GE T', '', 'X'.repeat(100)],
];

const versions: readonly [string, ...string[]] = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/9.9',
  '',
];

const oddHeaders: readonly [string, ...string[]] = [
  'Host: localhost',
  ...['Host: localhost', 'Host: evil.example', 'Host: a\r\nHost: b', 'Host:', 'Origin: http://evil.example'],
  ...['Origin: null', 'Origin:', 'Origin: a, b', 'Upgrade: h2c', 'Upgrade: websocket, websocket', 'Upgrade:'],
  ...[
    'Connection: keep-alive, Upgrade',
    'Connection: close',
    'Sec-WebSocket-Key: short',
    'Sec-WebSocket-Key:',
  ],
  ...['Sec-WebSocket-Version: 99', 'Sec-WebSocket-Protocol: a,,b', 'Sec-WebSocket-Protocol: x, x'],
  ...[
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99',
    'Sec-WebSocket-Extensions: ;;',
  ],
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: chunked, gzip',
    'Content-Length: 5',
    'Content-Length: -1',
  ],
  ...[
    'Content-Length: 99999999999999999999',
    'Content-Length: 1\r\nContent-Length: 2',
    'Expect: 100-continue',
  ],
  ...[
    'Content-Type: application/octet-stream',
    'Cookie: a=b; __proto__=c',
    'X: \u0000',
    ': x',
    ' folded',
    'x',
  ],
  ...['X-Forwarded-For: 1.2.3.4, x', 'X-Forwarded-Host: evil.example', 'Forwarded: for=1;host="a'],
  `X: ${'y'.repeat(20_000)}`,
  Array.from({ length: 3_000 }, (_, number) => `X-${number}: 1`).join('\r\n'),
];

const bodies: readonly [string, ...string[]] = [
  '',
  ...[
    '',
    '',
    '40{}',
    '5\r\nhello\r\n0\r\n\r\n',
    'ffffffffffffffff\r\n',
    '-1\r\n',
    'd=40',
    '\u001e\u001e\u001e',
  ],
  `bAAAA\u001e${'x'.repeat(10_000)}`,
];

/** A request that is odd in some ways: its method, path, version, headers or body. */
export const oddRequest = (random: SeededRandom): Buffer => {
  const websocket = random.below(2) === 0 ? WEBSOCKET.filter(() => random.below(6) > 0) : [];
  const odd = Array.from({ length: random.below(4) }, () => random.of(oddHeaders));
  const headers = [...(random.below(5) > 0 ? ['Host: localhost'] : []), ...websocket, ...odd];
  const line = `${random.of(methods)} ${random.of(paths)} ${random.of(versions)}`;
  const bytes = request(line, headers, random.of(bodies));
  for (let changes = random.below(3) === 0 ? 3 : 0; changes > 0; changes--) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return random.below(6) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
};
