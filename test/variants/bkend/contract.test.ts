import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { zErrorCode } from '../../../generated/bkend/schemas.ts'
import { contractUrl } from '../../../generated/index.ts'
import { examplesOf } from '../../openapi/examples.ts'

it('lists every error code in the introduction, with its status in the examples', async () => {
  const document = JSON.parse(await readFile(contractUrl('bkend'), 'utf8'))
  const rows = [...document.info.description.matchAll(/^\| `([a-z]+\/[a-z-]+)` \| (\d+) \|/gm)]
  const statusOf = new Map<unknown, unknown>(rows.map(([, code, status]) => [code, status]))
  expect([...statusOf.keys()]).toEqual(zErrorCode.options)

  const returned = examplesOf(document, { routes: {} }).flatMap(({ location, value }) => {
    const { code } = (value as { error?: { code?: string } } | null)?.error ?? {}
    return code === undefined ? [] : [{ code, status: location.split(' ')[1] }]
  })
  expect(new Set(returned.map(({ code }) => code)).size).toBeGreaterThan(40)
  expect(returned.filter(({ code, status }) => statusOf.get(code) !== status)).toEqual([])
})

it('repeats the message of every error example at the top level', async () => {
  const document = JSON.parse(await readFile(contractUrl('bkend'), 'utf8'))
  const errors = examplesOf(document, { routes: {} })
    .map(({ value }) => value as { message?: string; error?: { message?: string } } | null)
    .filter((value) => value?.error?.message !== undefined)
  expect(errors.length).toBeGreaterThan(200)
  expect(errors.filter((value) => value?.message !== value?.error?.message)).toEqual([])
})
