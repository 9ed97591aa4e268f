import { writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openCatalog } from '../../src/cli/live-catalog.ts'
import { reportSchemas } from '../../src/cli/report-schemas.ts'
import { watchFiles } from '../../src/cli/watch-files.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { temporaryFolder } from './child.ts'

const contractOf = (title: string, schema = 'type: string') => `openapi: 3.1.0
info: { title: ${title}, version: 1.0.0 }
paths:
  /thing:
    get:
      operationId: getThing
      responses:
        '200': { description: OK, content: { application/json: { schema: { ${schema} } } } }
`

/** Writes a contract, and returns its path. */
async function writeContract(text: string): Promise<string> {
  const file = join(await temporaryFolder(), 'acme.yaml')
  await writeFile(file, text)
  return file
}

it('passes on a change from before the server was ready', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => log.mockRestore())
  const file = await writeContract(contractOf('First'))
  const live = await openCatalog({ contract: [file] })
  onTestFinished(live.close)
  const seen = Promise.withResolvers<void>()
  const watcher = watchFiles(false, async () => seen.resolve())
  onTestFinished(watcher.close)
  watcher.add(file)
  await writeFile(file, contractOf('Second'))
  await seen.promise
  expect(log).not.toHaveBeenCalled()
  const titles: unknown[] = []
  live.onChange(async ({ all }) => {
    titles.push((await all.find('acme')?.readDocument())?.info.title)
  })
  await expect.poll(() => titles).toEqual(['Second'])
  await expect.poll(() => log.mock.calls).toEqual([[expect.stringMatching(/^Reloaded acme: /)]])
})

it('passes on no change while a contract is not usable', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const log = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => {
    error.mockRestore()
    log.mockRestore()
  })
  const file = await writeContract(contractOf('First'))
  const live = await openCatalog({ contract: [file] })
  onTestFinished(live.close)
  let changes = 0
  live.onChange(() => {
    changes++
  })
  await writeFile(file, 'openapi: [')
  await expect.poll(() => error.mock.calls.flat()).toEqual([expect.stringContaining('stays in use.')])
  await writeFile(file, contractOf('Second'))
  await expect.poll(() => log.mock.calls.flat()).toEqual([expect.stringMatching(/^Reloaded acme: /)])
  expect(changes).toBe(1)
})

it('goes on if the schemas of a contract cannot be checked', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => error.mockRestore())
  const file = await loadContractFile(await writeContract(contractOf('First', 'type: int')))
  const locate = () => {
    throw new Error('No such line.')
  }
  await reportSchemas([{ ...file, shown: 'a.yaml', locate }, file])
  expect(error.mock.calls.flat()).toEqual([
    'warning: The schemas of a.yaml cannot be checked: No such line.',
    expect.stringMatching(/^warning: .*acme\.yaml:\d+ "int" is not a type/),
  ])
})

it('names the changed files that a contract has, also after an unusable version', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const log = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => {
    error.mockRestore()
    log.mockRestore()
  })
  const file = await writeContract(contractOf('First', '$ref: a.yaml'))
  const folder = dirname(file)
  const save = (name: string, text: string) => writeFile(join(folder, name), text)
  await save('a.yaml', 'items: { $ref: b.yaml }')
  await save('b.yaml', 'type: string')
  const live = await openCatalog({ contract: [file] })
  onTestFinished(live.close)
  live.onChange(() => {})
  await save('b.yaml', 'type: [')
  await expect.poll(() => error.mock.calls.flat()).toEqual([expect.stringContaining('stays in use.')])
  await save('a.yaml', 'type: integer')
  await expect.poll(() => log.mock.calls.length).toBe(1)
  await save('acme.yaml', contractOf('Second', '$ref: a.yaml'))
  await expect.poll(() => log.mock.calls.length).toBe(2)
  expect(log.mock.calls.flat()).toEqual([
    `Reloaded acme: ${join(folder, 'a.yaml')} changed.`,
    `Reloaded acme: ${file} changed.`,
  ])
})

it('names the configuration if it names another file for a contract', async () => {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => log.mockRestore())
  const file = await writeContract(contractOf('First'))
  const other = await writeContract(contractOf('Second'))
  const config = join(dirname(file), 'auth-contracts.config.json')
  const configure = (acme: string) => writeFile(config, JSON.stringify({ contracts: { acme } }))
  await configure(relative(dirname(file), file))
  const live = await openCatalog({ contract: [], config })
  onTestFinished(live.close)
  live.onChange(() => {})
  await configure(relative(dirname(file), other))
  await expect.poll(() => log.mock.calls.flat()).toEqual([`Reloaded acme: ${config} changed.`])
})
