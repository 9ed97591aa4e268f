import { describe, expect, it } from 'vitest'
import { contractUrl, type VariantName, variantNames } from '../../generated/index.ts'
import { openSandbox } from '../support/sandbox.ts'
import { type Arrangements, contractCases, sendCase, toldBy, unpairedAnswers } from './cases.ts'
import { bedrud } from './ways/bedrud.ts'
import { bkend } from './ways/bkend.ts'
import { bondmcp } from './ways/bondmcp.ts'
import { common } from './ways/common.ts'
import { openfactory } from './ways/openfactory.ts'

/** How each answer is brought about: by `operationId name`, or by the name alone. */
const ways: Record<VariantName, Arrangements> = { bedrud, bkend, bondmcp, openfactory }

const contracts = await Promise.all(
  variantNames.map(async (variant) => {
    const file = contractUrl(variant)
    return { variant, answers: await unpairedAnswers(file), check: (await contractCases(file)).check }
  }),
)

describe.each(contracts)('the sandbox of $variant can be brought to give', ({ variant, answers, check }) => {
  const own = ways[variant]
  const wayTo = ({ operationId, name }: (typeof answers)[number]) =>
    own[`${operationId} ${name}`] ?? own[name] ?? common[name]

  it.each(answers)('$operationId, $name: $status', async (one) => {
    const { operation, name, status, body } = one
    const way = wayTo(one)
    // What succeeds needs nothing.
    if (!way && status >= 300) throw new Error('Nobody has said how')
    const sandbox = await openSandbox(variant)
    const answer = await sendCase(sandbox, one, (await way?.(sandbox, one)) ?? {})
    const text = await answer.text()
    expect({ status: answer.status, text: answer.status === status ? '' : text }).toEqual({
      status,
      text: '',
    })
    expect(check(operation.path, operation.method, status, text)).toEqual([])
    const told = toldBy(text && JSON.parse(text), undefined)
    // A text may tell how long to wait, which no example can know.
    if (status === 429) expect(codeOf(told)).toEqual(codeOf(toldBy(body, undefined)))
    else expect([name, told]).toEqual([name, toldBy(body, undefined)])
  })

  it('nothing by a way that leads nowhere', () => {
    const known = answers.flatMap(({ operationId, name }) => [name, `${operationId} ${name}`])
    expect(Object.keys(own).filter((key) => !known.includes(key))).toEqual([])
  })
})

const codeOf = ({ refusal }: ReturnType<typeof toldBy>) =>
  typeof refusal === 'object' && refusal !== null && 'code' in refusal ? refusal.code : refusal
