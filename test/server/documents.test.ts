import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { routes as controlRoutes } from '../../generated/_dev/routes.ts'
import { contractUrl, variantNames } from '../../generated/index.ts'
import { dereferenced, emittedDocument, type Generated, normalized } from '../codegen/documents.ts'
import { variants } from '../support/variants.ts'

const served = [
  ...variantNames.map((name) => ({ name, url: contractUrl(name), routes: variants[name].routes })),
  { name: '_dev', url: new URL('../../generated/_dev/openapi.json', import.meta.url), routes: controlRoutes },
]

describe.each(served)(
  'the document that a server of $name emits from its routes',
  ({ name, url, routes }) => {
    it('is its contract, member for member', async () => {
      const contract = JSON.parse(await readFile(url, 'utf8'))
      const generated: Generated = await import(`../../generated/${name}/routes.ts`)
      const emitted = emittedDocument({ ...generated, routes: routes as Generated['routes'] }, contract)
      const whole = (document: Parameters<typeof normalized>[0]) =>
        dereferenced(document, normalized(document))
      expect(whole(emitted)).toEqual(whole(contract))
    })
  },
)
