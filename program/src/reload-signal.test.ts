import { expect, it, jest } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { ReloadSignal } from './reload-signal.js';

it('reloads at each SIGHUP', () => {
  const process = new EventEmitter();
  const reload = jest.fn();
  new ReloadSignal(process).answer(reload);
  expect(reload).toHaveBeenCalledTimes(0);
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  expect(reload).toHaveBeenCalledTimes(2);
});

it('reloads once when SIGHUP came before the server could', () => {
  const process = new EventEmitter();
  const reload = jest.fn();
  const signal = new ReloadSignal(process);
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  signal.answer(reload);
  expect(reload).toHaveBeenCalledTimes(1);
});
