import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { database } from '@typed-queue/contracts';
import { WebSocketServer } from 'ws';
import * as z from 'zod';

const trpc = initTRPC.create();

/** The procedure of the bench, validated on both ways. */
const router = trpc.router({
  store: trpc.procedure
    .input(database.events.create)
    .output(z.strictObject({ id: z.string() }))
    .mutation(({ input }) => ({ id: input.id })),
});

export type TrpcRouter = typeof router;

const port = Number(process.argv[2]);
applyWSSHandler({ wss: new WebSocketServer({ port }), router });
