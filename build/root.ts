import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..')
export const dist = join(root, 'dist')

interface Manifest {
  name: string
  version: string
  description: string
  license: string
  type: string
  dependencies: Record<string, string>
  keywords: string[]
}

export const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
