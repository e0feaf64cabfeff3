import { expect, it } from '@jest/globals';
import { originForm, targetHost } from './request-target.js';

it.each([
  ['/a?b=c', '/a?b=c', undefined],
  ['http://127.0.0.1:3333/a?b=http://c/d', '/a?b=http://c/d', '127.0.0.1:3333'],
  ['HTTPS://a.example', '/', 'a.example'],
  ['http://a.example?b', '/?b', 'a.example'],
  ['/http://a.example/', '/http://a.example/', undefined],
  ['*', '*', undefined],
])('the target %s has the path %s and the host %s', (target, path, host) => {
  expect([originForm(target), targetHost(target)]).toEqual([path, host]);
});
