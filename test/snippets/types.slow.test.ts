import { join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { renderTypes } from '../../src/codegen/types.ts'
import { endpointsOf } from '../../src/openapi/operations.ts'
import { generateCode, loadFlows } from '../../src/snippets/index.ts'
import { uploadContract } from '../support/upload-contract.ts'
import { contractOf } from './operations.ts'

const root = resolve(import.meta.dirname, '../..')

it('compiles all TypeScript code in strict mode', async () => {
  expect(compile(await allTypeScript())).toEqual([])
})

it('compiles the code of uploads with the types of their contract', async () => {
  const files = new Map([['acme.ts', await renderTypes(uploadContract, { header: '' })]])
  const input = { document: uploadContract, variant: 'acme', baseUrl: 'https://api.example.com' }
  for (const { operation } of endpointsOf(uploadContract))
    for (const lang of ['fetch', 'client'] as const) {
      const { operationId = '' } = operation
      const { code } = generateCode({ ...input, operationId, lang })
      files.set(`${operationId}-${lang}.ts`, code.replace('./generated/acme/types.ts', './acme.ts'))
    }
  expect(compile(files)).toEqual([])
})

async function allTypeScript(): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const variant of variantNames) {
    const document = await contractOf(variant)
    const input = { document, variant, baseUrl: 'https://api.example.com' }
    const flows = await loadFlows(variant)
    for (const { workflowId: flow } of flows.workflows)
      for (const lang of ['fetch', 'client'] as const)
        files.set(`${variant}-${flow}-${lang}.ts`, generateCode({ ...input, flows, flow, lang }).code)
    for (const { operation } of endpointsOf(document))
      for (const lang of ['fetch', 'client'] as const) {
        const { operationId = '' } = operation
        files.set(`${variant}-${operationId}-${lang}.ts`, generateCode({ ...input, operationId, lang }).code)
      }
  }
  return files
}

/** Type-checks modules that exist in memory only, and returns the errors. */
function compile(files: Map<string, string>): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: { 'auth-contracts/client': [join(root, 'src/client/index.ts')] },
  }
  const host = ts.createCompilerHost(options)
  const inMemory = (file: string) => files.get(relative(import.meta.dirname, file))
  const { readFile, fileExists, getSourceFile } = host
  host.readFile = (file) => inMemory(file) ?? readFile(file)
  host.fileExists = (file) => inMemory(file) !== undefined || fileExists(file)
  host.getSourceFile = (file, ...rest) => {
    const code = inMemory(file)
    return code === undefined ? getSourceFile(file, ...rest) : ts.createSourceFile(file, code, rest[0])
  }
  const names = [...files.keys()].map((name) => join(root, 'test/snippets', name))
  const program = ts.createProgram(names, options, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.split('/').at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
}
