#!/usr/bin/env node
// A Node that is too old for the program must still parse this file: nothing newer than a dynamic import.
import { startOnSupportedNode } from '@typed-queue/program/node-version';

startOnSupportedNode(process, 'typed-queue-server', () => import('./launch.js'));
