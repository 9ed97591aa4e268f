import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './compile.ts'
import { dist, manifest, root } from './root.ts'

/**
 * Writes `dist/client`, a package with only the clients, so that web pages need not install the 70 packages
 * of the server and the mock. Optional peer dependencies would not help, because `npx auth-contracts
 * start` must work at once.
 */
export function writeClientPackage(): void {
  const folder = join(dist, 'client')
  compile(['src/client/index.ts'], ['src/client/index.ts'], folder)
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  cpSync(join(root, 'src/client/README.md'), join(folder, 'README.md'))
  const { version, license, type, dependencies, keywords } = manifest
  const clientManifest = {
    name: `${manifest.name}-client`,
    version,
    description: 'Typed clients for documented authentication APIs, with token handling.',
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
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(clientManifest, null, 2)}\n`)
}

function pick(versions: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const version = versions[name]
      if (version === undefined) throw new Error(`package.json does not list the dependency ${name}.`)
      return [name, version]
    }),
  )
}
