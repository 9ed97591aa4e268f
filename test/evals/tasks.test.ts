import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderOf, listTasks, loadTask, readPrompt, type Task } from '../../evals/harness/task.ts'
import { variantNames } from '../../generated/index.ts'

const names = await listTasks()
const tasks = new Map<string, Task>()
for (const name of names) tasks.set(name, await loadTask(name))

/** The signatures of the exported functions. */
async function signaturesOf(name: string, part: 'start' | 'solution'): Promise<string[]> {
  const source = await readFile(join(folderOf(name, part), 'app.ts'), 'utf8')
  return source.match(/^export (?:async )?function [^{]+/gm) ?? []
}

describe('agent tasks', () => {
  it('has ten tasks over four APIs, half of them in Korean', () => {
    const all = [...tasks.values()]
    expect(all).toHaveLength(10)
    expect(all.filter(({ language }) => language === 'ko')).toHaveLength(5)
    const variants = new Set(all.map(({ variant }) => variant))
    expect(variants.size).toBe(4)
    expect(variantNames).toEqual(expect.arrayContaining([...variants]))
  })

  it.each(names)('%s has a prompt in its language', async (name) => {
    const prompt = await readPrompt(name)
    const isKorean = /[\uac00-\ud7a3]{2}/.test(prompt)
    expect(isKorean).toBe(tasks.get(name)?.language === 'ko')
    expect(prompt).toContain('`BASE_URL`')
    expect(name.split('-')[0]).toBe(tasks.get(name)?.variant)
  })

  it.each(names)('%s keeps the signatures of the start in its solution', async (name) => {
    const start = await signaturesOf(name, 'start')
    expect(start.length).toBeGreaterThan(1)
    expect(await signaturesOf(name, 'solution')).toEqual(start)
  })

  it('lists every task in the README', async () => {
    const readme = await readFile(join(import.meta.dirname, '../../evals/README.md'), 'utf8')
    const rows = [...tasks].map(([name, { variant, title }]) => `| \`${name}\` | ${variant} | ${title} |`)
    for (const row of rows) expect(readme).toContain(row)
  })

  it('rejects an unknown task', async () => {
    await expect(loadTask('unknown')).rejects.toThrow(/^No task is named unknown\. Tasks: bedrud-guest, /)
  })
})
