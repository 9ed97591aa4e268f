import type { App, Result, Section } from './demo.ts'
import { create, createAction, createForm } from './elements.ts'
import { createCopyable } from './panels.ts'

interface ListedKey {
  id: string
  name: string
  /** The beginning of the key. */
  preview: string
}

export interface KeyCalls {
  code: readonly string[]
  list: () => Promise<{ keys?: ListedKey[]; result: Result }>
  create: (name: string) => Promise<{ key?: string | undefined; result: Result }>
  revoke: (id: string) => Promise<Result>
  /** Makes a call with a new key. */
  tryKey?: { label: string; run: (key: string) => Promise<Result>; done: string }
}

/** Creates the section with the API keys of the signed-in user: generate, show once, revoke. */
export async function createKeySection(app: App, calls: KeyCalls): Promise<Section> {
  const list = create('ul', { className: 'keys' })
  const latest = create('div', {})

  const showKeys = async () => {
    const { keys = [] } = await calls.list()
    list.replaceChildren(
      ...keys.map(({ id, name, preview }) => {
        const revoke = createAction({ label: `Revoke ${name}`, run: () => calls.revoke(id) }, async () => {
          await showKeys()
          app.announce(`The key ${name} has been revoked.`)
        })
        return create('li', {}, create('span', {}, name, ' ', create('code', {}, preview)), revoke)
      }),
    )
  }

  const form = createForm({
    fields: [{ name: 'name', label: 'Name of the key', value: 'Nightly export' }],
    submit: 'Generate a key',
    async run({ name = '' }) {
      const { key, result } = await calls.create(name)
      if (key !== undefined) showKey(key)
      return result
    },
    async done() {
      await showKeys()
      app.announce('The key has been generated. It is shown only once.')
    },
  })

  const showKey = (key: string) => {
    const { tryKey } = calls
    latest.replaceChildren(
      create('p', {}, 'Copy the key now. The API does not show it again.'),
      createCopyable(key, 'API key'),
      ...(tryKey
        ? [createAction({ label: tryKey.label, run: () => tryKey.run(key) }, () => app.announce(tryKey.done))]
        : []),
    )
  }

  await showKeys()
  return { heading: 'API keys', code: calls.code, content: [list, form, latest] }
}
