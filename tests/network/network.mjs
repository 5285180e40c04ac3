// The development network of the AT Protocol on loopback (PLC, PDS, AppView), and a bridge that turns
// its firehose into the shape of Jetstream. Takes one JSON command per line, answers with one line.
import { createInterface } from 'node:readline'
import { IdResolver } from '@atproto/identity'
import { AtpAgent } from '@atproto/api'
import { Firehose } from '@atproto/sync'
import { TestNetwork } from '@atproto/dev-env'
import { WebSocketServer } from 'ws'

const say = (value) => process.stdout.write(`@@${JSON.stringify(value)}\n`)
const POSTS = 'app.bsky.feed.post'

const net = await TestNetwork.create({
  dbPostgresUrl: process.env.DB_POSTGRES_URL,
  dbPostgresSchema: 'network',
})

// The bridge: every event gets a time of its own, is kept, and is sent to who listens.
const events = []
const listeners = new Set()
let last = 0
const tell = (event) => {
  last = Math.max(last + 1, Date.now() * 1000)
  const told = { ...event, time_us: last }
  events.push(told)
  for (const line of listeners) send(line, told)
}
const send = (line, event) => {
  const wanted = line.wanted.length === 0 || event.kind !== 'commit'
  if (wanted || line.wanted.includes(event.commit.collection)) line.send(JSON.stringify(event))
}
const bridge = new WebSocketServer({ host: '127.0.0.1', port: 0 })
await new Promise((done) => bridge.once('listening', done))
bridge.on('connection', (line, request) => {
  const query = new URL(request.url, 'http://bridge').searchParams
  line.wanted = query.getAll('wantedCollections')
  const cursor = query.get('cursor')
  if (cursor !== null) {
    for (const event of events) if (event.time_us >= Number(cursor)) send(line, event)
  }
  listeners.add(line)
  line.on('close', () => listeners.delete(line))
})

const firehose = new Firehose({
  service: net.pds.url.replace('http', 'ws'),
  idResolver: new IdResolver({ plcUrl: net.plc.url }),
  unauthenticatedCommits: true,
  unauthenticatedHandles: true,
  onError: (error) => process.stderr.write(`${error}\n`),
  handleEvent: (event) => {
    const { did } = event
    if (event.event === 'account') {
      const { active, status, seq } = event
      tell({ did, kind: 'account', account: { active, did, seq, status } })
    } else if (event.event === 'identity') {
      tell({ did, kind: 'identity', identity: { did, handle: event.handle, seq: event.seq } })
    } else if (event.collection) {
      const { collection, rkey, rev, record } = event
      const commit = { rev: String(rev), operation: event.event, collection, rkey }
      if (record) Object.assign(commit, { record, cid: String(event.cid) })
      tell({ did, kind: 'commit', commit })
    }
  },
})
void firehose.start()

const agents = new Map()
const rkeyOf = (uri) => uri.split('/').pop()
const now = () => new Date().toISOString()
const commands = {
  async account({ handle, password }) {
    const agent = new AtpAgent({ service: net.pds.url })
    await agent.createAccount({ email: `${handle}@example.com`, handle, password })
    agents.set(handle, agent)
    const made = await agent.com.atproto.server.createAppPassword({ name: 'klankbord' })
    return { did: agent.did, app_password: made.data.password }
  },
  async post({ handle, text, langs = ['nl'], reply, tags }) {
    const record = { text, langs, createdAt: now() }
    if (tags) record.tags = tags
    if (reply) record.reply = { root: reply.root ?? reply.parent, parent: reply.parent }
    const { uri, cid } = await agents.get(handle).post(record)
    return { uri, cid }
  },
  async edit({ handle, uri, text }) {
    const agent = agents.get(handle)
    await agent.com.atproto.repo.putRecord({
      repo: agent.did,
      collection: POSTS,
      rkey: rkeyOf(uri),
      record: { $type: POSTS, text, langs: ['nl'], createdAt: now() },
    })
    return {}
  },
  async delete({ handle, uri }) {
    await agents.get(handle).deletePost(uri)
    return {}
  },
  async takedown({ handle }) {
    const agent = agents.get(handle)
    await agent.com.atproto.server.deactivateAccount({})
    await net.pds.getAgent().com.atproto.admin.deleteAccount(
      { did: agent.did },
      { headers: net.pds.adminAuthHeaders(), encoding: 'application/json' },
    )
    return {}
  },
  async settle() {
    await net.processAll()
    await new Promise((done) => setTimeout(done, 300))
    return { last, events: events.length }
  },
  async drop() {
    for (const line of listeners) line.terminate()
    return {}
  },
}

const { port } = bridge.address()
say({ pds: net.pds.url, jetstream: `http://127.0.0.1:${port}`, node: process.version })
for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...given } = JSON.parse(line)
  try {
    say({ ok: await commands[name](given) })
  } catch (error) {
    say({ error: String(error?.stack ?? error) })
  }
}
await firehose.destroy()
bridge.close()
await net.close()
process.exit(0)
