import type { Model } from '../../../generated/bondmcp/types.ts'

/** The models that the vendor's documents name. */
export const models: Model[] = [
  { id: 'claude-3-5-sonnet', name: 'Claude 3.5 Sonnet', provider: 'Anthropic' },
  { id: 'gpt-4o', name: 'GPT-4o', provider: 'OpenAI' },
  { id: 'gpt-4o-mini', name: 'GPT-4o mini', provider: 'OpenAI' },
  { id: 'groq-llama-3.3-70b', name: 'Groq Llama 3.3 70B', provider: 'Groq' },
]
