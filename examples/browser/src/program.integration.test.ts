import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startProgram, type Program } from './program.fixture.js';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.stop());

it.each([
  ['/', 200, 'text/html; charset=utf-8'],
  ['/?server=http://localhost:3333', 200, 'text/html; charset=utf-8'],
  ['/page.css', 200, 'text/css; charset=utf-8'],
  ['/page.js', 200, 'text/javascript; charset=utf-8'],
  ['/src/main.ts', 404, null],
  ['/../package.json', 404, null],
])('answers %s with %i', async (path, status, type) => {
  const response = await fetch(program.url + path, { headers: { connection: 'close' } });
  await response.arrayBuffer();
  expect(response.status).toEqual(status);
  expect(response.headers.get('content-type')).toEqual(type);
});
