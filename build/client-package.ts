import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './compile.ts'
import { dist, manifest, root } from './root.ts'

/**
 * Writes `dist/client`, a package of the clients alone, for pages that install nothing else: a server and a mock would bring
 * 70 packages, and as optional peers they would have to be named one by one before `npx auth-contracts start` works.
 */
export function writeClientPackage(): void {
  const folder = join(dist, 'client')
  compile(['src/client/index.ts'], ['src/client/index.ts'], folder)
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  cpSync(join(root, 'src/client/README.md'), join(folder, 'README.md'))
  const { version, license, type, dependencies, keywords } = manifest
  const ownManifest = {
    name: `${manifest.name}-client`,
    version,
    description: 'Typed clients of four documented authentication APIs, with token handling.',
    license,
    keywords,
    type,
    engines: { node: '>=20' },
    sideEffects: false,
    exports: {
      '.': { types: './src/client/index.d.ts', default: './src/client/index.js' },
      './package.json': './package.json',
    },
    files: ['src', 'generated'],
    dependencies: pick(dependencies, ['openapi-fetch', 'openapi-typescript-helpers']),
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(ownManifest, null, 2)}\n`)
}

function pick(versions: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const version = versions[name]
      if (version === undefined) throw new Error(`${name} is no dependency of package.json.`)
      return [name, version]
    }),
  )
}
