import { join } from 'node:path'

/** Where the records of a node's cabinets lie. */
export const cabinetFolder = ({ node }: { node: { dataDir: string } }): string =>
  join(node.dataDir, 'cabinets')
