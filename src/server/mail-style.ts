import { defaultMailTexts } from '../adapters/mail-texts.ts'
import type { MailStyle } from '../adapters/mail-worker.ts'
import type { MailSettings } from './settings.ts'

/**
 * Returns the sender and the texts of all mails.
 * @param title the title of the API, the default name of the sender
 */
export function mailStyleOf(
  { sender, texts = defaultMailTexts }: Pick<MailSettings, 'sender' | 'texts'>,
  title: string,
): MailStyle {
  return { sender: sender ?? { name: title, address: 'no-reply@localhost' }, texts }
}
