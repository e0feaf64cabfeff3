import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pythonIsMissing, runPython } from './python.fixture.js';
import { startTestServer, type TestServer } from '../testing.js';

const itInPython = pythonIsMissing ? it.skip : it;

const PROGRAM = `
import json, socketio, sys
client = socketio.Client()
client.connect(sys.argv[1], transports=["websocket"])
save = {"path": "/a", "bytes": 1, "sha256": "ca97", "durationMs": 1}
print(json.dumps(client.call("publish", ("files", {"event": "save", "payload": save}))))
client.disconnect()
`;

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ storage: 'memory' });
});
afterEach(() => server.close());

itInPython.each(['127.0.0.1', 'localhost'])(
  'python-socketio with its defaults, which sends the origin of the server, publishes to %s',
  async (name) => {
    const answer: unknown = JSON.parse(await runPython(PROGRAM, server.url.replace('127.0.0.1', name)));
    expect(answer).toMatchObject({ ok: true, value: { seq: 1, durability: 'memory' } });
  },
);
