import { type Store, StoreUnavailableError, type TableName } from '../../core/store.ts'
import { columnsOf, parentsFirst, views } from '../schema.ts'
import { type Condition, conditionsOf, resolveListing, type StoredRow } from '../values.ts'
import { applyChange } from './changes.ts'
import { compareRows, emptyState, readRow, rowMatcher, type State } from './rows.ts'

/**
 * Creates a store in memory. It runs on any JavaScript platform, and its data ends with the process or page.
 */
export function createMemoryStore(): Store {
  let state: State | undefined = emptyState()

  function openState(): State {
    if (!state) throw new StoreUnavailableError('The store is closed.')
    return state
  }

  return {
    find: async (source, where) => {
      const conditions = conditionsOf(source, where)
      if (source === 'sessionWithUser') return findSessionWithUser(openState(), conditions) as never
      const row = openState()[source as TableName].find(rowMatcher(conditions))
      return row && (readRow(source, row) as never)
    },
    list: async (table, where, listing) => {
      const { columns, descending, limit, offset } = resolveListing(table, listing)
      const rows = openState()
        [table].filter(rowMatcher(conditionsOf(table, where)))
        .sort(compareRows(columns))
      if (descending) rows.reverse()
      return rows.slice(offset, offset + limit).map((row) => readRow(table, row)) as never
    },
    count: async (table, where) => openState()[table].filter(rowMatcher(conditionsOf(table, where))).length,
    async *snapshot() {
      const state = openState()
      for (const table of parentsFirst)
        for (const row of state[table]) yield { table, row: readRow(table, row) as never }
    },
    write: async (changes) => {
      const draft = { ...openState() }
      let step = 0
      for (const change of changes) {
        const conflict = applyChange(draft, change)
        if (conflict) return { done: false, step, ...conflict }
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

function findSessionWithUser(state: State, conditions: Condition[]) {
  // Filters by the columns of the session first, so that only matching sessions are joined.
  const { base } = views.sessionWithUser
  const isOnSession = ({ column }: Condition) => Object.hasOwn(columnsOf(base), column)
  for (const session of state[base].filter(rowMatcher(conditions.filter(isOnSession)))) {
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
