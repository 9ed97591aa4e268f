import { describe, expect, it } from 'vitest'
import type { RequestData } from '../../src/conformance/exchange.ts'
import { adapters } from '../../src/conformance/variants/index.ts'
import type { Hooks } from '../../src/conformance/world/hooks.ts'
import { createStages, type Stage } from '../../src/conformance/world/stage.ts'
import { contractOf } from './contracts.ts'

const { openfactory: adapter } = adapters
const [ada] = adapter.cast

/** Answers every sign-up with a new session. */
async function send(request: RequestData): ReturnType<Stage['send']> {
  const body = { user: { id: crypto.randomUUID() }, session: { token: crypto.randomUUID() } }
  return {
    request: { method: request.method, url: request.path, headers: [], body: undefined },
    response: { status: 201, headers: new Headers(), text: '', body },
    startedAt: 0,
    durationMs: 0,
  }
}

const stagesWith = (hooks: Hooks = {}) =>
  createStages({ contract: contractOf('openfactory'), adapter, hooks, run: 'abc' })

async function play(stage: Stage): Promise<string> {
  if (!ada) throw new Error('The cast is empty.')
  return (await stage.play(ada)).id
}

describe('a stage', () => {
  it('undoes changes of the clock and of settings when its test ends, the newest first', async () => {
    const calls: unknown[] = []
    const stage = stagesWith({
      advanceClock: async (seconds) => void calls.push(seconds),
      changeSettings: async (settings) => {
        calls.push(settings)
        return async () => void calls.push('undone')
      },
    })(send)
    await stage.hook('advanceClock')(60)
    await stage.changeSettings({ guests: false })
    await stage.hook('advanceClock')(5)
    await stage.finish({ failed: false })
    expect(calls).toEqual([60, { guests: false }, 5, -5, 'undone', -60])
  })

  it('shares the users of its run only if the test leaves them unchanged', async () => {
    const createStage = stagesWith()
    const first = await play(createStage(send, { sharesUsers: true }))
    expect(await play(createStage(send, { sharesUsers: true }))).toBe(first)
    expect(await play(createStage(send))).not.toBe(first)
  })

  it('keeps its users when another test fails, while later tests get new ones', async () => {
    const createStage = stagesWith()
    const [failing, running] = [
      createStage(send, { sharesUsers: true }),
      createStage(send, { sharesUsers: true }),
    ]
    const shared = await play(failing)
    expect(await play(running)).toBe(shared)
    await failing.finish({ failed: true })
    expect(await play(running)).toBe(shared)
    expect(await play(createStage(send, { sharesUsers: true }))).not.toBe(shared)
  })
})
