import { type Store, StoreUnavailableError, type TableName } from '../../core/store.ts'
import { columnsOf, parentsFirst, views } from '../schema.ts'
import { type Condition, conditionsOf, resolveListing, type StoredRow } from '../values.ts'
import { applyChange } from './changes.ts'
import { compareRows, emptyState, readRow, rowMatcher, type State } from './rows.ts'

/** The store for as long as the process or page lives, wherever JavaScript runs. */
export function memoryStore(): Store {
  let state: State | undefined = emptyState()

  function current(): State {
    if (!state) throw new StoreUnavailableError('The store is closed.')
    return state
  }

  return {
    find: async (source, where) => {
      const conditions = conditionsOf(source, where)
      if (source === 'sessionWithUser') return findSignedIn(current(), conditions) as never
      const row = current()[source as TableName].find(rowMatcher(conditions))
      return row && (readRow(source, row) as never)
    },
    list: async (table, where, listing) => {
      const { columns, descending, limit, offset } = resolveListing(table, listing)
      const rows = current()
        [table].filter(rowMatcher(conditionsOf(table, where)))
        .sort(compareRows(columns))
      if (descending) rows.reverse()
      return rows.slice(offset, offset + limit).map((row) => readRow(table, row)) as never
    },
    count: async (table, where) => current()[table].filter(rowMatcher(conditionsOf(table, where))).length,
    async *snapshot() {
      const present = current()
      for (const table of parentsFirst)
        for (const row of present[table]) yield { table, row: readRow(table, row) as never }
    },
    write: async (changes) => {
      const draft = { ...current() }
      let step = 0
      for (const change of changes) {
        const refusal = applyChange(draft, change)
        if (refusal) return { done: false, step, ...refusal }
        step++
      }
      state = draft
      return { done: true }
    },
    close: async () => {
      state = undefined
    },
  }
}

function findSignedIn(state: State, conditions: Condition[]) {
  // Conditions on the session alone come first, so that one session is joined and not all.
  const { base } = views.sessionWithUser
  const isOwn = ({ column }: Condition) => Object.hasOwn(columnsOf(base), column)
  for (const session of state[base].filter(rowMatcher(conditions.filter(isOwn)))) {
    const membership = state.memberships
      .filter(({ userId }) => userId === session.userId)
      .sort(compareRows(['createdAt', 'organizationId']))[0]
    const row: StoredRow = {
      ...session,
      organizationId: membership?.organizationId ?? null,
      organizationRole: membership?.role ?? null,
    }
    const user = state.users.find(({ id }) => id === session.userId)
    if (user && rowMatcher(conditions)(row))
      return { ...readRow('sessionWithUser', row), user: readRow('users', user) }
  }
}
