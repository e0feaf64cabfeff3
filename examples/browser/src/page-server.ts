import { createServer, type Server } from 'node:http';
import type { Asset } from './bundle.js';

/** Serves files from memory. */
export const servePage = (assets: ReadonlyMap<string, Asset>): Server =>
  createServer((request, response) => {
    const asset = assets.get(request.url?.replace(/\?.*/, '') ?? '');
    if (asset === undefined) {
      response.writeHead(404).end('not found\n');
      return;
    }
    response
      .writeHead(200, { 'cache-control': 'no-cache', 'content-type': `${asset.type}; charset=utf-8` })
      .end(asset.body);
  });
