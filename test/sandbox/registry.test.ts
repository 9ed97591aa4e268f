import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sandboxData } from '../../src/sandbox/registry.ts'
import { testCore } from '../core/core.ts'
import { servedNames } from '../support/served.ts'
import { variants } from '../support/variants.ts'

const seeded = servedNames.filter((name) =>
  existsSync(new URL(`../../src/variants/${name}/seed/index.ts`, import.meta.url)),
)

describe.each(seeded)('the sandbox data of %s', (name) => {
  it('seeds only users that production mode rejects', async () => {
    const variant = variants[name]
    const data = await sandboxData[name]?.()
    if (!data || !('rules' in variant)) throw new Error(`${name} is not registered`)
    const site = {
      publicUrl: 'http://localhost:4000',
      webUrl: 'http://localhost:3000',
      allowsOrigin: () => true,
    }
    const { users } = await data.seed({ ...testCore(), rules: variant.rules(site) })
    expect(users.map(({ id }) => id).sort()).toEqual([...variant.exampleUserIds].sort())
  })
})
