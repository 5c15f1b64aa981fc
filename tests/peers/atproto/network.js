/**
 * A real server of Bluesky's on loopback, and beside it, made of what it says, the two sides that the source reads:
 * Jetstream (`/subscribe`, version 1) and the public AppView (`getPosts`, `getProfiles`).
 *
 * Prints one line of JSON: where they are. Ends when its input does.
 */

import http from 'node:http';
import { TestNetworkNoAppView } from '@atproto/dev-env';
import { lexStringify } from '@atproto/lex-json';
import { Firehose } from '@atproto/sync';
import { WebSocketServer } from 'ws';

const COLLECTION = 'app.bsky.feed.post';

const network = await TestNetworkNoAppView.create({});
const told = [];
let clockUs = 0;

/** What the PDS answers; null when it has not, or does not show it. */
async function ask(method, parameters) {
  const answer = await fetch(`${network.pds.url}/xrpc/${method}?${new URLSearchParams(parameters)}`);
  return answer.ok ? answer.json() : null;
}

// Jetstream

const sockets = new WebSocketServer({ noServer: true });

function tell(did, rest) {
  clockUs = Math.max(clockUs + 1, Date.now() * 1000);
  const frame = { time_us: clockUs, text: `{"did":"${did}","time_us":${clockUs},${rest}}` };
  told.push(frame);
  for (const socket of sockets.clients) socket.send(frame.text);
}

function hear(event) {
  if (event.event === 'account') {
    const account = { active: event.active, did: event.did, seq: event.seq, status: event.status, time: event.time };
    tell(event.did, `"kind":"account","account":${JSON.stringify(account)}`);
  } else if (event.event === 'identity') {
    const identity = { did: event.did, handle: event.handle, seq: event.seq, time: event.time };
    tell(event.did, `"kind":"identity","identity":${JSON.stringify(identity)}`);
  } else if (event.collection === COLLECTION) {
    const head = `"rev":"${event.rev}","operation":"${event.event}","collection":"${COLLECTION}","rkey":"${event.rkey}"`;
    const body = event.event === 'delete' ? '' : `,"record":${lexStringify(event.record)},"cid":"${event.cid}"`;
    tell(event.did, `"kind":"commit","commit":{${head}${body}}`);
  }
}

const firehose = new Firehose({
  idResolver: network.pds.ctx.idResolver,
  service: network.pds.url.replace('http', 'ws'),
  unauthenticatedHandles: true,
  handleEvent: hear,
  onError: (error) => console.error(error),
});
firehose.start();

sockets.on('connection', (socket, request) => {
  const cursor = new URL(request.url, 'http://localhost').searchParams.get('cursor');
  if (cursor !== null) for (const frame of told) if (frame.time_us >= Number(cursor)) socket.send(frame.text);
});

// The AppView

async function profileOf(did) {
  const repo = await ask('com.atproto.repo.describeRepo', { repo: did });
  if (repo === null) return null;
  const own = await ask('com.atproto.repo.getRecord', { repo: did, collection: 'app.bsky.actor.profile', rkey: 'self' });
  const uri = `at://${did}/app.bsky.actor.profile/self`;
  const labels = (own?.value.labels?.values ?? []).map(({ val }) => ({ src: did, uri, val, cts: new Date().toISOString() }));
  return { did, handle: repo.handle, displayName: own?.value.displayName, labels };
}

async function viewOf(uri) {
  const [, , did, collection, rkey] = uri.split('/');
  const found = await ask('com.atproto.repo.getRecord', { repo: did, collection, rkey });
  const author = found && (await profileOf(did));
  if (!author) return null;
  const url = (cid) => `${network.pds.url}/xrpc/com.atproto.sync.getBlob?did=${did}&cid=${cid}`;
  const images = found.value.embed?.images?.map(({ alt, image }) => ({ alt, fullsize: url(image.ref.$link) }));
  const embed = images && { $type: 'app.bsky.embed.images#view', images };
  return { uri, cid: found.cid, author, record: found.value, embed, indexedAt: new Date().toISOString(), labels: [] };
}

async function known(values, find) {
  return (await Promise.all(values.map(find))).filter((found) => found !== null);
}

const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const body = url.pathname.endsWith('getPosts')
    ? { posts: await known(url.searchParams.getAll('uris'), viewOf) }
    : { profiles: await known(url.searchParams.getAll('actors').filter((did) => did.startsWith('did:')), profileOf) };
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
});
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (open) => sockets.emit('connection', open, request));
});
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ pds: network.pds.url, bluesky: `http://127.0.0.1:${server.address().port}` }));
});

process.stdin.resume().on('end', () => process.exit(0));
