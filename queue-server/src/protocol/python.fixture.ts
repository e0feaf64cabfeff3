import { execFile, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const { PATH = '', PYTHON = '', REQUIRE_PYTHON_SOCKETIO } = process.env;

/** Python with python-socketio, and websocket-client, by which it speaks. */
const installed = [
  PYTHON,
  ...PATH.split(delimiter).map((folder) => join(folder, 'python3')),
  '/usr/bin/python3',
].find((path) => path !== '' && spawnSync(path, ['-c', 'import socketio, websocket']).status === 0);

/** Where it is not installed its test is skipped, unless REQUIRE_PYTHON_SOCKETIO=1: then it fails. */
export const pythonIsMissing = installed === undefined && REQUIRE_PYTHON_SOCKETIO !== '1';

/** Runs a program; resolves with what it printed. */
export const runPython = async (program: string, ...args: readonly string[]): Promise<string> => {
  if (installed === undefined) {
    throw new Error(
      'No python-socketio: apt-get install python3-socketio python3-websocket, or name one by PYTHON.',
    );
  }
  return (await promisify(execFile)(installed, ['-c', program, ...args])).stdout;
};
