import { expect, it } from '@jest/globals';
import { connectionLog } from './connection-log.js';
import { warningsOf } from '../transport/unadmitted-connections.fixture.js';

it('each client that was cut off is logged by its principal and name', () => {
  const { logger, warnings } = warningsOf();
  const log = connectionLog(logger, () => () => undefined);
  const cut = { reason: 'not_waiting', bytes: 0, address: '192.0.2.1' } as const;
  const clients = [
    { principal: 'key:a', client: 'one' },
    { principal: 'key:a', client: 'two' },
    { principal: 'key:b', client: 'one' },
  ];
  for (const client of [...clients, ...clients]) log.onCut({ ...cut, ...client });
  expect(warnings).toMatchObject(clients);
  log.close();
  expect(warnings.slice(3)).toMatchObject(clients.map((client) => ({ ...client, more: 1 })));
});

it('each kind of closed connection is logged once', () => {
  const { logger, warnings } = warningsOf();
  const log = connectionLog(logger, () => () => undefined);
  for (let times = 0; times < 3; times++) {
    log.onRefused({ bound: 'address', address: '192.0.2.1' });
    log.onCut({ reason: 'unread', bytes: 40, address: '192.0.2.1', client: 'c' });
    log.onAcceptError(Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
  }
  expect(warnings).toMatchObject([
    { bound: 'address', address: '192.0.2.1', msg: expect.stringMatching(/^too many connections from one/) },
    { reason: 'unread', bytes: 40, address: '192.0.2.1', client: 'c' },
    { err: { code: 'EMFILE' }, msg: 'a connection could not be accepted' },
  ]);
  log.close();
  expect(warnings.slice(3).map(({ more }) => more)).toEqual([2, 2, 2]);
});
