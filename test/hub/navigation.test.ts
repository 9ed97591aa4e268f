import { expect, it } from 'vitest'
import { builtInCatalog } from '../../src/catalog/built-in.ts'
import { navigationFor } from '../../src/hub/navigation.ts'

const hrefsOn = async (path: string) =>
  [...String(await navigationFor(builtInCatalog(), path)).matchAll(/href="([^"]*)"/g)].map(([, href]) => href)

it('stays in a named sandbox, except for links to the docs and the default sandbox', async () => {
  const hrefs = await hrefsOn('/sandbox/bedrud/~rev/__dev/data')
  expect(hrefs.filter((href) => href?.includes('bedrud'))).toEqual([
    '/sandbox/bedrud/__dev/data',
    '/docs/bedrud/',
    '/sandbox/bedrud/~rev/__dev/',
    '/sandbox/bedrud/~rev/__dev/data',
    '/sandbox/bedrud/~rev/__dev/seed',
    '/sandbox/bedrud/~rev/__dev/inbox',
    '/sandbox/bedrud/__dev/data',
  ])
  expect(hrefs).toContain('/sandbox/bkend/__dev/data')
  expect(hrefs).not.toContain('/sandbox/bkend/~rev/__dev/data')
})

it('links all pages of an API on those of its default sandbox', async () => {
  expect(await hrefsOn('/sandbox/bedrud/__dev/')).toEqual(
    expect.arrayContaining(['/demo/bedrud', '/console/bedrud', '/tests/bedrud', '/upstream/bedrud']),
  )
})
