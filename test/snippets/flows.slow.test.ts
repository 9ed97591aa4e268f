import { describe, expect, it } from 'vitest'
import { variantNames } from '../../generated/index.ts'
import { type FlowDocument, languages, loadFlows } from '../../src/snippets/index.ts'
import { saveProgram } from './programs.ts'

/** Counts the calls of a workflow that a program makes: not those of the user, nor those that fail. */
function countCalls({ steps }: FlowDocument['workflows'][number]): number {
  const fails = (criteria: { condition: string }[] = []) =>
    criteria.some(({ condition }) => condition.includes('$statusCode == 4'))
  return steps.filter(
    ({ operationId, successCriteria }) => !operationId.startsWith('$') && !fails(successCriteria),
  ).length
}

describe.each(variantNames)('the programs of %s', (variant) => {
  it.each(languages.map(({ id }) => id))('makes all calls of its flows in %s', async (lang) => {
    const { workflows } = await loadFlows(variant)
    for (const workflow of workflows) {
      const { run, statuses } = await saveProgram(variant, workflow.workflowId, lang)
      const { exitCode, output } = await run()
      expect({ flow: workflow.workflowId, exitCode, output }).toMatchObject({ exitCode: 0 })
      expect(statuses).toHaveLength(countCalls(workflow))
      expect(statuses.filter((status) => status >= 400)).toEqual([])
    }
  })
})

describe.each(['bedrud', 'bkend', 'openfactory'] as const)('the sign-in program of %s', (variant) => {
  it.each(languages.map(({ id }) => id))(
    'recognizes an existing user in a second run in %s',
    async (lang) => {
      const { run, statuses } = await saveProgram(variant, 'emailSignIn', lang)
      expect(await run()).toMatchObject({ exitCode: 0 })
      const { length } = statuses
      const { exitCode, output } = await run()
      expect({ exitCode, output }).toEqual({
        exitCode: 0,
        output: expect.stringContaining('exists already'),
      })
      expect(statuses.slice(length)).toEqual([409, 200, 200])
    },
  )
})

describe('the sign-in program of bondmcp', () => {
  it.each(languages.map(({ id }) => id))('runs again after an abort at its question in %s', async (lang) => {
    const { run } = await saveProgram('bondmcp', 'emailSignIn', lang)
    expect((await run({ isAborted: true })).exitCode).not.toBe(0)
    const { exitCode, output } = await run()
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
  })
})

it('sends quotes and backslashes in the values of a Bash script', async () => {
  const { run, statuses } = await saveProgram('openfactory', 'emailSignIn', 'curl', (code) =>
    code.replace(/^name=.*$/m, `name='Grace "Amazing" \\ Hopper'`),
  )
  const { exitCode, output } = await run()
  expect([exitCode, statuses]).toEqual([0, [201, 200, 200]])
  expect(output).toContain(String.raw`"name":"Grace \"Amazing\" \\ Hopper"`)
})
