import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { NatsProcess } from './nats-process.js';

const POLL_MS = 50;

interface Node {
  readonly process: NatsProcess;
  readonly monitor: number;
}

/** Several nats-servers that are one cluster, on this machine. */
export class NatsCluster {
  readonly #nodes: readonly Node[];

  private constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
  }

  /** Resolves when they have elected a leader, and JetStream works. */
  static async start(size = 3): Promise<NatsCluster> {
    const numbers = Array.from({ length: size }, (_, index) => index);
    const routePorts = await Promise.all(numbers.map(freePort));
    const routes = routePorts.map((port) => `nats://127.0.0.1:${port}`);
    const nodes = await Promise.all(
      numbers.map(async (number) => {
        const [port, monitor] = [await freePort(), await freePort()];
        const dir = await mkdtemp(join(tmpdir(), 'store-'));
        const args = ['--server_name', `n${number}`, '--http_port', `${monitor}`];
        const cluster = [
          '--cluster_name',
          'c',
          '--cluster',
          routes[number] ?? '',
          '--routes',
          routes.join(','),
        ];
        return { process: new NatsProcess({ port, dir, args: [...args, ...cluster] }), monitor };
      }),
    );
    const cluster = new NatsCluster(nodes);
    await Promise.all(numbers.map((number) => cluster.restart(number)));
    await cluster.healthy();
    return cluster;
  }

  get size(): number {
    return this.#nodes.length;
  }

  get url(): string {
    return `nats://${this.#nodes.map(({ process }) => `127.0.0.1:${process.port}`).join(',')}`;
  }

  node(number: number): NatsProcess {
    return this.#at(number).process;
  }

  async restart(number: number): Promise<void> {
    await this.#at(number).process.restart();
  }

  /** Resolves when a node, or each of them, says that JetStream works, and that what it has is current. */
  async healthy(number?: number): Promise<void> {
    for (const { monitor } of number === undefined ? this.#nodes : [this.#at(number)]) {
      while (!(await isHealthy(monitor))) await setTimeout(POLL_MS);
    }
  }

  /** Kills all, and removes their data. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(({ process }) => process.stop()));
  }

  #at(number: number): Node {
    const node = this.#nodes[number];
    if (node === undefined) throw new Error(`there is no node ${number}`);
    return node;
  }
}

const isHealthy = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
