import type { z } from '@hono/zod-openapi'
import { base64url } from 'jose'
import type { zSettings } from '../../../generated/_dev/schemas.ts'
import type { Snapshot as SnapshotSummary } from '../../../generated/_dev/types.ts'
import type { StoredFile } from '../../core/files.ts'
import type { AnyRow, Change } from '../../core/store.ts'
import { tablesVersion, toInsert } from '../../storage/exported-rows.ts'

/** The state of a sandbox outside of its database and files. */
export interface SandboxState {
  /** The difference between the clock of the sandbox and real time. */
  offsetSeconds: number
  settings: z.output<typeof zSettings>
}

/** The contents of a sandbox, for a snapshot. */
export interface Contents {
  state: SandboxState
  rows: AsyncIterable<AnyRow>
  files: AsyncIterable<StoredFile>
}

/** The contents of a snapshot, for a restore. */
export interface Restorable {
  state: SandboxState
  rows: Change[]
  files: StoredFile[]
}

/** The first line of a snapshot. Then follows a row or a file per line. */
interface Header {
  format: typeof format
  /** The version of the tables. */
  version: number
  api: string
  summary: SnapshotSummary
  settings: SandboxState['settings']
  /** The number of the other lines. */
  lines: number
}
const format = 'auth-contracts-snapshot'

const damaged = 'it is damaged'

/** Thrown when a text is not a snapshot that this release can restore. The message has no full stop. */
export class UnreadableSnapshotError extends Error {}

/** Thrown when a snapshot would be longer than allowed. */
export class SnapshotTooLargeError extends Error {}

/**
 * Writes a snapshot as JSON lines.
 * @param maxLength in characters
 * @throws {SnapshotTooLargeError}
 */
export async function encodeSnapshot(
  { api, name, createdAt }: { api: string; name: string; createdAt: string },
  { state, rows, files }: Contents,
  maxLength: number,
): Promise<{ text: string; summary: SnapshotSummary }> {
  const counts = { users: 0, sessions: 0, mails: 0, files: 0 }
  const lines: string[] = []
  let length = 0
  function add(line: object): void {
    const text = JSON.stringify(line)
    length += text.length + 1
    if (length > maxLength) throw new SnapshotTooLargeError()
    lines.push(text)
  }
  for await (const { table, row } of rows) {
    add({ table, row })
    if (table === 'users' || table === 'sessions') counts[table]++
    // Dummy mails, which prevent a timing oracle, have no recipient.
    if (table === 'outbox' && 'recipient' in row && row.recipient !== '') counts.mails++
  }
  for await (const { key, content } of files) {
    add({ file: key, content: base64url.encode(content) })
    counts.files++
  }
  const summary = { name, createdAt, offsetSeconds: state.offsetSeconds, counts }
  const { settings } = state
  const header: Header = { format, version: tablesVersion, api, summary, settings, lines: lines.length }
  return { text: [JSON.stringify(header), ...lines, ''].join('\n'), summary }
}

/** Reads the summary from the first line of a snapshot. Undefined if it is none. */
export function readSummary(firstLine: string): SnapshotSummary | undefined {
  try {
    const header: Partial<Header> = JSON.parse(firstLine)
    return header.format === format ? header.summary : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads a snapshot.
 * @throws {UnreadableSnapshotError} when it is damaged, or of another API or release
 */
export function decodeSnapshot(text: string, api: string): Restorable {
  const [first = '', ...lines] = text.split('\n').slice(0, -1)
  const rows: Change[] = []
  const files: StoredFile[] = []
  try {
    const header: Header = JSON.parse(first)
    assertFits(header, api)
    if (header.lines !== lines.length) throw new UnreadableSnapshotError(damaged)
    for (const line of lines) {
      const value = JSON.parse(line)
      if (value.file === undefined) rows.push(toInsert(value))
      else files.push({ key: value.file, content: base64url.decode(value.content) })
    }
    const { summary, settings } = header
    return { state: { offsetSeconds: summary.offsetSeconds, settings }, rows, files }
  } catch (cause) {
    if (cause instanceof UnreadableSnapshotError) throw cause
    throw new UnreadableSnapshotError(damaged, { cause })
  }
}

function assertFits(header: Partial<Header>, api: string): void {
  if (header.format !== format) throw new UnreadableSnapshotError(damaged)
  if (header.api !== api) throw new UnreadableSnapshotError(`it is one of ${header.api}`)
  if (header.version !== tablesVersion) throw new UnreadableSnapshotError('another release saved it')
}
