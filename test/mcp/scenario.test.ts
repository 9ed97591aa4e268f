import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Client } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bareEnv, temporaryFolder } from '../cli/child.ts'
import { callTool, connectStdio, serveHub } from './clients.ts'

let hub: Awaited<ReturnType<typeof serveHub>>
let client: Client
beforeAll(async () => {
  hub = await serveHub()
  client = (await connectStdio(hub.url)).client
})
afterAll(async () => {
  await client?.close()
  await hub?.close()
})

it.each([
  ['이메일 회원가입과 로그인 기능을 구현해줘', 'ko'],
  ['Implement email signup and login', 'en'],
])('leads from the request "%s" to a program that signs up and signs in', async (query, language) => {
  await fetch(`${hub.url}/sandbox/bkend/__dev/reset`, { method: 'POST' })
  const { data } = await callTool(client, 'search_docs', { query, variant: 'bkend' })
  const [best] = (data as { results: Record<'variant' | 'topic' | 'language', string>[] }).results
  expect(best).toMatchObject({ variant: 'bkend', topic: 'email-sign-in', language })

  const guide = await callTool(client, 'get_guide', {
    variant: best?.variant,
    topic: best?.topic,
    language: best?.language,
  })
  expect(guide.text).toContain('`X-API-Key`')

  const generated = await callTool(client, 'generate_code', { variant: 'bkend', flow: 'emailSignIn' })
  const { code } = generated.data as { code: string }
  expect(code).toContain('fetch(')
  const program = join(await temporaryFolder(), 'sign-in.ts')
  await writeFile(program, code)
  const run = await promisify(execFile)(process.execPath, [program], { env: bareEnv })
  expect(run.stderr).toBe('')

  const [, email] = /const email = "(.*)"/.exec(code) ?? []
  expect(run.stdout).toContain(`email: '${email}'`)
  expect(run.stdout).not.toContain('exists already')
})
