import { describe, expect, it } from 'vitest'
import { bedrud } from '../../../src/conformance/variants/bedrud.ts'
import { createTestDatabase } from '../../support/postgres-schema.ts'
import { start } from '../child.ts'
import { production } from '../production.ts'
import { ada, openData, program, send, shareProcess } from './support.ts'

shareProcess()

const run = async (args: string[], env: Record<string, string> = {}) => {
  const child = start(['admin', ...args], env, program)
  return { code: await child.ended, text: child.output().trim() }
}

describe('the help of admin', async () => {
  const commands = [
    ...['create-admin', 'users', 'set-role', 'set-plan', 'disable', 'enable', 'delete', 'invite'],
    ...['create-project', 'create-key', 'keys', 'revoke-key', 'rotate-secrets'],
    ...['backup', 'restore', 'purge', 'export', 'import'],
  ]

  it('lists all commands', async () => {
    const { text } = await run(['--help'])
    const listed = [...text.matchAll(/^ {2}([a-z-]+)(?:\|[a-z]+)? \[options\]/gm)].map(([, name]) => name)
    expect(listed).toEqual(commands)
  })

  it.each(commands)('shows an example of %s to copy, and its --json option', async (command) => {
    const data = await openData('bedrud')
    const { code, text } = await data.admin(command, ['--help'])
    expect(code).toBe(0)
    expect(text).toContain(`npx auth-contracts admin ${command}`)
    expect(text).toContain('--json')
  })

  it('lists the available APIs if the name is unknown', async () => {
    expect((await run(['users', 'unknown'])).text).toMatch(/^error: Unknown API "unknown"\. Available: /)
  })
})

describe('the rotate-secrets command', () => {
  it('keeps tokens valid that were signed with the previous secret', async () => {
    const data = await openData('bedrud')
    const first = await data.serve()
    const { body } = await send(first.at, bedrud.signUp(ada))
    first.kill('SIGTERM')
    await first.ended
    const { code, text } = await run(['rotate-secrets'], { SECRETS: production.SECRETS })
    expect([code, text.split(',')]).toEqual([0, [expect.stringMatching(/^[\w-]{43}$/), production.SECRETS]])
    const again = await data.serve([], { SECRETS: text })
    expect((await send(again.at, bedrud.getCurrentUser(body.accessToken))).status).toBe(200)
  })

  it('rotates in two steps, during which servers with old and new SECRETS accept the same tokens', async () => {
    const step = async (flag: string, SECRETS: string) =>
      (await run(['rotate-secrets', flag], { SECRETS })).text.split(',')
    const old = production.SECRETS
    const accepted = await step('--prepare', old)
    expect(accepted).toEqual([old, expect.stringMatching(/^[\w-]{43}$/)])
    expect(await step('--promote', accepted.join(','))).toEqual(accepted.toReversed())
    expect((await run(['rotate-secrets', '--promote'], { SECRETS: old })).text).toMatch(
      /^error: SECRETS contains only one secret\. Run with --prepare first/,
    )
    const both = await run(['rotate-secrets', '--promote', '--prepare'], { SECRETS: old })
    expect([both.code, both.text]).toEqual([1, expect.stringMatching(/cannot be used with/)])

    const data = await openData('bedrud')
    const database = await createTestDatabase()
    const serve = (secrets: string[]) => data.serve(['--database', database], { SECRETS: secrets.join(',') })
    for (const [one, other] of [
      [[old], accepted],
      [accepted, accepted.toReversed()],
    ] as const) {
      const [here, there] = [await serve([...one]), await serve([...other])]
      const email = `${one.length}@example.org`
      const { body } = await send(there.at, bedrud.signUp({ ...ada, email }))
      expect((await send(here.at, bedrud.getCurrentUser(body.accessToken))).status).toBe(200)
    }
  })

  it('drops the old secret with --keep 0, and rejects a missing or weak SECRETS', async () => {
    const replaced = await run(['rotate-secrets', '--keep', '0', '--json'], { SECRETS: production.SECRETS })
    expect(JSON.parse(replaced.text).secrets).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
    expect((await run(['rotate-secrets'])).text).toMatch(/^error: SECRETS is not set/)
    expect((await run(['rotate-secrets'], { SECRETS: 'short' })).text).toMatch(
      /^error: SECRETS must be at least/,
    )
  })
})
