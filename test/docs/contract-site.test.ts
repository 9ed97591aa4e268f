import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { buildSite } from '../../src/docs/site.ts'
import { temporaryFolder } from '../cli/child.ts'
import { teamsCatalog } from './teams.ts'

it('builds a site of own contracts without the controls and guides of other APIs', async () => {
  const folder = await temporaryFolder()
  await buildSite(folder, await teamsCatalog())
  expect((await readdir(folder)).sort()).toEqual(['index.html', 'llms-full.txt', 'llms.txt', 'teams'])
  for (const file of ['index.html', 'llms.txt', 'llms-full.txt'])
    expect(await readFile(join(folder, file), 'utf8')).not.toMatch(/sandbox|Four authentication|in Korean/)
})
