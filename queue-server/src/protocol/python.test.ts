import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { contract as system } from '@typed-queue/contracts';
import { stock } from '../transport/stock.fixture.js';
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

const CALLS = `
import json, socketio, sys, threading
responder, caller = socketio.Client(), socketio.Client()
answered, answers = threading.Event(), []

@responder.on("invocations")
def invocations(name, invoked):
    reserved = lambda text: json.dumps({"reservation": json.loads(text)["sku"]})
    replies = [{"token": each["token"], "kind": "output", "output": reserved(each["input"])} for each in invoked]
    responder.emit("replies", replies)

@caller.on("answers")
def answer(some):
    answers.extend(some)
    if len(answers) == 2: answered.set()

for client in (responder, caller): client.connect(sys.argv[1], auth={"protocolVersion": 5}, transports=["websocket"])
responder.call("serve", {"responder": "r", "queue": "stock", "calls": ["reserve"], "concurrency": 2})
tea, mate = {"sku": "tea", "count": 1}, {"sku": "mate", "count": 1}
one = caller.call("call", ("stock", {"call": "reserve", "input": tea}))
made = lambda id, sent: {"id": id, "call": "reserve", "input": json.dumps(sent)}
caller.emit("calls", ("stock", [made(1, tea), made(2, mate)]))
answered.wait()
print(json.dumps([one, sorted(answers, key=lambda each: each["id"])]))
for client in (responder, caller): client.disconnect()
`;

let server: TestServer;
beforeEach(async () => {
  const contract = { ...system, ...stock };
  server = await startTestServer({ storage: 'memory', contract });
});
afterEach(() => server.close());

itInPython.each(['127.0.0.1', 'localhost'])(
  'python-socketio with its defaults, which sends the origin of the server, publishes to %s',
  async (name) => {
    const answer: unknown = JSON.parse(await runPython(PROGRAM, server.url.replace('127.0.0.1', name)));
    expect(answer).toMatchObject({ ok: true, value: { seq: 1, durability: 'memory' } });
  },
);

itInPython('python-socketio answers calls, and makes them', async () => {
  // Safe: a test that expects something else fails.
  const [one, several] = JSON.parse(await runPython(CALLS, server.url)) as unknown[];
  expect(one).toEqual({ ok: true, value: { kind: 'output', output: { reservation: 'tea' } } });
  expect(several).toEqual([
    { id: 1, kind: 'output', output: expect.stringMatching(/"tea"/) },
    { id: 2, kind: 'output', output: expect.stringMatching(/"mate"/) },
  ]);
});
