import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { grade } from '../../evals/harness/grade.ts'
import { listTasks, loadTask } from '../../evals/harness/task.ts'
import { createWorkspace } from '../../evals/harness/workspace.ts'
import { mistakes } from './mistakes.ts'

async function open(name: string, options?: { solution: boolean }): Promise<string> {
  const { project, remove } = await createWorkspace(name, options)
  onTestFinished(remove)
  return project
}

const tasks = await listTasks()

describe.each(tasks)('%s', (name) => {
  it('passes with the reference solution', async () => {
    const results = await grade(await loadTask(name), await open(name, { solution: true }))
    expect(results.filter(({ passed }) => !passed)).toEqual([])
  })

  it('fails with the untouched start, and says why', async () => {
    const results = await grade(await loadTask(name), await open(name))
    const failed = results.filter(({ passed }) => !passed)
    expect(failed.length).toBeGreaterThan(results.length / 2)
    for (const { reason } of failed) expect(reason).toMatch(/^\w.+[\w.]$/)
  })

  it('has a mistake that its grader finds', () => {
    expect(mistakes.map(({ task }) => task)).toContain(name)
  })
})

describe('mistakes', () => {
  it.each(mistakes)('finds in $task $mistake', async ({ task, from, to, check, reason }) => {
    const project = await open(task, { solution: true })
    const file = join(project, 'app.ts')
    const solution = await readFile(file, 'utf8')
    expect(solution.split(from)).toHaveLength(2)
    await writeFile(
      file,
      solution.replace(from, () => to),
    )
    const { checks, ...rest } = await loadTask(task)
    const only = Object.entries(checks).filter(([title]) => title === check)
    expect(await grade({ ...rest, checks: Object.fromEntries(only) }, project)).toEqual([
      { title: check, passed: false, reason: expect.stringContaining(reason) },
    ])
  })
})
