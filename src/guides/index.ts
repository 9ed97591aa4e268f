export { expandGuide } from './expand-guide.ts'
export type { Guide } from './guide.ts'
export { listGuides } from './list-guides.ts'
