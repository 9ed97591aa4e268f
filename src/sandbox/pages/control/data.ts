import { html } from 'hono/html'
import type { Snapshot } from '../../../../generated/_dev/types.ts'
import type { Html } from '../../../ui/page.ts'
import type { NamedSandbox } from '../../isolation/isolate.ts'
import { pathOf } from '../page.ts'
import { actionButton, livePart, section } from './action.ts'
import { formatDuration } from './duration.ts'
import type { ControlState } from './state.ts'

export function snapshotsSection({ snapshots }: ControlState): Html {
  return section(
    'Snapshots',
    'A snapshot keeps users, tokens, mails, uploads, settings and the clock.',
    html`<form data-form="snapshot">
<label>Name <input name="name" placeholder="signed-up" pattern="[A-Za-z0-9_\\-]{1,64}" title="1 to 64 letters, digits, hyphens and underscores" autocomplete="off" required></label>
<button>Save</button>
</form>
${livePart('snapshots', snapshotList(snapshots))}`,
  )
}

function snapshotList(snapshots: Snapshot[]): Html {
  if (snapshots.length === 0) return html`<p>None.</p>`
  return html`<ul class="rows">${snapshots.toReversed().map(snapshotRow)}</ul>`
}

function snapshotRow({ name, createdAt, offsetSeconds, counts }: Snapshot): Html {
  const path = `snapshots/${name}`
  const clock =
    offsetSeconds === 0 ? '' : `, clock ${offsetSeconds > 0 ? '+' : '-'}${formatDuration(offsetSeconds)}`
  return html`<li><span><strong>${name}</strong> <small><time datetime="${createdAt}">${createdAt.slice(0, 19).replace('T', ' ')} UTC</time>, ${countsOf(counts)}${clock}</small></span>
${actionButton('Restore', { path: `${path}/restore`, done: `Restored the snapshot ${name}.`, confirm: `Replace the current data by the snapshot ${name}?` }, { name: `Restore ${name}` })}
${actionButton('Delete', { method: 'DELETE', path, done: `Deleted the snapshot ${name}.`, confirm: `Delete the snapshot ${name}?` }, { name: `Delete ${name}` })}</li>`
}

const countsOf = (counts: Snapshot['counts']) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${count === 1 ? name.slice(0, -1) : name}`)
    .join(', ')

export function resetSection(): Html {
  return section(
    'Reset',
    'Restores the seeded users, the settings and real time. Mails, uploads and faults are removed, snapshots stay.',
    html`<div class="buttons">${actionButton('Reset to seed', {
      path: 'reset',
      done: 'The sandbox is back at its seed and at real time.',
      confirm: 'Reset to seed? All users, mails and uploads since then are lost.',
    })}</div>`,
  )
}

/** @param url the base URL of this sandbox, which cannot delete itself */
export function sandboxesSection(sandboxes: NamedSandbox[], url: string): Html {
  return section(
    'Named sandboxes',
    'Add /~name to the base URL, and you get a separate sandbox with the same seed.',
    livePart(
      'sandboxes',
      sandboxes.length === 0
        ? html`<p>None.</p>`
        : html`<ul class="rows">${sandboxes.map((sandbox) => sandboxRow(sandbox, sandbox.url === url))}</ul>`,
    ),
  )
}

function sandboxRow({ name, url }: NamedSandbox, isCurrent: boolean): Html {
  return html`<li><span><a href="${pathOf(url)}/__dev/">${name}</a>${isCurrent && ' (this one)'}</span>
${
  !isCurrent &&
  actionButton(
    'Delete',
    {
      method: 'DELETE',
      path: `sandboxes/${name}`,
      done: `Deleted the sandbox ${name}.`,
      confirm: `Delete the sandbox ${name} with all its data?`,
    },
    { name: `Delete the sandbox ${name}` },
  )
}</li>`
}
